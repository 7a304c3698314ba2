/* The progress line: what it says of a run, and how it fits a terminal. */
#include "base/text.h"
#include "cli/run/progress.h"
#include "dispatch/coordinator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct worker_view workers[6] = {
    { .is_alive = true,
      .host = "n1",
      .state = "generating",
      .doing = "12 items of alpha" },
    { .is_alive = true,
      .host = "n2",
      .state = "resting",
      .doing = "resting after a failed load, 4 s" },
    { .is_lost = true, .host = "n1", .state = "lost", .doing = "lost" },
    { .is_alive = true, .host = "n1", .state = "idle", .doing = "idle" },
    { .is_alive = true, .host = "n2", .state = "idle", .doing = "idle" },
    { .is_alive = true,
      .host = "n1",
      .state = "generating",
      .doing = "1 item of \xc3\xa9t\xc3\xa9" },
};

static struct coordinator_view view_of(size_t num_workers)
{
    return (struct coordinator_view){ .num_units = 200,
                                      .num_done = 60,
                                      .num_before = 10,
                                      .num_lost = 1,
                                      .eta_s = 28,
                                      .workers = workers,
                                      .num_workers = num_workers };
}

static void expect(const struct coordinator_view *view,
                   bool is_last,
                   const char *want)
{
    struct text line = { 0 };

    progress_describe(view, 10, (double)NAN, is_last, &line);
    assert_string_equal(text_data(&line), want);
    text_release(&line);
}

static void test_few(void **state)
{
    struct coordinator_view view = view_of(3);

    (void)state;
    expect(
        &view,
        false,
        " 30 % 60/200 items  5.0 items/s  0 tokens/s  ETA 28.0 s"
        "  1 worker lost | rank 1: 12 items of alpha | rank 2 on n2: resting "
        "after a failed load, 4 s | rank 3 on n1: lost");
}

static void test_many(void **state)
{
    struct coordinator_view view = view_of(6);

    (void)state;
    expect(
        &view,
        false,
        " 30 % 60/200 items  5.0 items/s  0 tokens/s  ETA 28.0 s"
        "  1 worker lost | workers: 2 generating, 2 idle, 1 resting, 1 lost");
}

/* They are not among the items, and are told of at the end. */
static void test_left_out(void **state)
{
    struct coordinator_view view = view_of(3);

    (void)state;
    view.num_left_out = 7;
    view.num_done = view.num_units;
    view.num_lost = 0;
    expect(&view,
           true,
           "100 % 200/200 items  19.0 items/s  0 tokens/s  7 left out");
}

/* One of many is missing: that is not yet 100 %. */
static void test_nearly_all(void **state)
{
    struct coordinator_view view = view_of(0);

    (void)state;
    view.num_done = view.num_units - 1;
    view.num_units = 200;
    view.num_lost = 0;
    expect(&view, true, " 99 % 199/200 items  18.9 items/s  0 tokens/s");
}

static void expect_stage(size_t num_done, const char *want)
{
    struct text line = { 0 };

    progress_describe_stage(num_done, 200, &line);
    assert_string_equal(text_data(&line), want);
    text_release(&line);
}

/* The results are written: a line goes on, and 100 % is all of it here too. */
static void test_stages(void **state)
{
    (void)state;
    expect_stage(0, "scoring: 0 %, 0/200 items");
    expect_stage(199, "scoring: 99 %, 199/200 items");
    expect_stage(200, "scored; results.h5 is written");
}

/* Nothing is promised once nothing more is handed out. */
static void test_stopping(void **state)
{
    struct coordinator_view view = view_of(6);

    (void)state;
    view.num_lost = 2;
    view.is_draining = true;
    view.eta_s = (double)NAN;
    expect(
        &view,
        false,
        " 30 % 60/200 items  5.0 items/s  0 tokens/s  stopping"
        "  2 workers lost | workers: 2 generating, 2 idle, 1 resting, 1 lost");
    expect(&view,
           true,
           " 30 % 60/200 items  5.0 items/s  0 tokens/s  2 workers lost");
}

static void test_no_estimate(void **state)
{
    struct coordinator_view view = view_of(6);

    (void)state;
    view.eta_s = (double)NAN;
    expect(
        &view,
        false,
        " 30 % 60/200 items  5.0 items/s  0 tokens/s  no estimate yet"
        "  1 worker lost | workers: 2 generating, 2 idle, 1 resting, 1 lost");
}

static void expect_due(const struct coordinator_view *view,
                       double left_s,
                       const char *want)
{
    struct text line = { 0 };

    progress_describe(view, 10, left_s, false, &line);
    assert_string_equal(text_data(&line), want);
    text_release(&line);
}

/* Beside the time that is left the one that there is. */
static void test_deadline(void **state)
{
    struct coordinator_view view = view_of(0);

    (void)state;
    view.num_lost = 0;
    expect_due(&view,
               50,
               " 30 % 60/200 items  5.0 items/s  0 tokens/s  ETA 28.0 s "
               "(deadline in 50.0 s)");
    expect_due(&view,
               20,
               " 30 % 60/200 items  5.0 items/s  0 tokens/s  ETA 28.0 s "
               "(deadline in 20.0 s, too late)");
    expect_due(&view,
               -20,
               " 30 % 60/200 items  5.0 items/s  0 tokens/s  ETA 28.0 s "
               "(deadline passed 20.0 s ago)");
    view.eta_s = (double)NAN;
    expect_due(&view,
               20,
               " 30 % 60/200 items  5.0 items/s  0 tokens/s  no estimate yet "
               "(deadline in 20.0 s)");
}

static void test_cut(void **state)
{
    struct text line = { 0 };

    (void)state;
    text_add(&line, "0123456789");
    progress_cut(&line, 11);
    assert_string_equal(text_data(&line), "0123456789");
    progress_cut(&line, 10);
    assert_string_equal(text_data(&line), "012345...");
    text_clear(&line);
    text_add(&line, "01234\xc3\xa9\xc3\xa9\xc3\xa9"); /* two bytes each */
    progress_cut(&line, 9);
    assert_string_equal(text_data(&line), "01234\xc3\xa9\xc3\xa9\xc3\xa9");
    progress_cut(&line, 8);
    assert_string_equal(text_data(&line), "0123...");
    text_release(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stages),      cmocka_unit_test(test_few),
        cmocka_unit_test(test_many),        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_nearly_all),  cmocka_unit_test(test_stopping),
        cmocka_unit_test(test_no_estimate), cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
