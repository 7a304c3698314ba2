/* Whether an ended run is started again, for each way to end. */
#include "launch/mpirun.h"
#include "launch/restart.h"
#include "trustsweep/bug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_helps(void **state)
{
    static const struct {
        const char *what;
        struct mpirun_outcome outcome;
        bool helps;
    } cases[] = {
        { "done", { .is_final = true, .has_begun = true }, false },
        { "failed",
          { .is_final = true, .has_begun = true, .status = 3 },
          false },
        { "no worker is left",
          { .is_final = true,
            .has_begun = true,
            .wants_start = true,
            .status = 1 },
          true },
        { "killed in the middle", { .has_begun = true, .status = 9 }, true },
        { "the same under --enable-recovery",
          { .has_begun = true, .status = 0 },
          true },
        { "the same, as if it had said it",
          { .has_begun = true, .status = 1 },
          true },
        { "killed while it started", { .status = 137 }, true },
        { "the same under --enable-recovery", { .status = 0 }, true },
        { "hung while it started", { .is_overdue = true, .status = 1 }, true },
        { "wrong command line", { .status = 2 }, false },
        { "no such file", { .status = 3 }, false },
        { "mpirun did not like something", { .status = 1 }, false },
        { "mpirun cannot be executed", { .status = 127 }, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (restart_helps(&cases[i].outcome) != cases[i].helps)
            fail_msg("%s", cases[i].what);
    }
}

/* A run that began with `before` and ended without a word after `done` units;
 * -1 = it had not yet said. */
static int next_after(struct restart *restart, double before, double done)
{
    struct mpirun_outcome outcome = { .has_begun = true,
                                      .status = 9,
                                      .num_before = before,
                                      .num_done = done };

    return restart_next(restart, &outcome);
}

static int next(struct restart *restart, double done)
{
    return next_after(restart, done < 0 ? -1 : 0, done);
}

static void test_fruitless(void **state)
{
    struct restart restart;

    (void)state;
    restart_init(&restart, 20);
    assert_int_equal(next(&restart, 0), 2000);
    assert_int_equal(next(&restart, -1), 4000);
    assert_int_equal(next(&restart, 0), -1); /* the third start is the last */
    assert_int_equal(restart.num, RESTART_FRUITLESS - 1);
    restart_init(&restart, 20);
    assert_int_equal(next(&restart, 10), 1000);
    assert_int_equal(next(&restart, 10), 2000);
    assert_int_equal(next(&restart, 9), 4000);
    assert_int_equal(next(&restart, 11), 1000);
    assert_int_equal(next(&restart, 11), 2000);
    assert_int_equal(next(&restart, 11), 4000);
    assert_int_equal(next(&restart, 11), -1);
}

/* What an earlier run had done is no progress of this one. */
static void test_resumed(void **state)
{
    struct restart restart;

    (void)state;
    restart_init(&restart, 20);
    assert_int_equal(next_after(&restart, 100, 100), 2000);
    assert_int_equal(next_after(&restart, 100, 100), 4000);
    assert_int_equal(next_after(&restart, 100, 100), -1);
    restart_init(&restart, 20);
    assert_int_equal(next_after(&restart, -1, -1), 2000);
    assert_int_equal(next_after(&restart, 100, 130), 1000);
    /* seen only by the next start, which read the journal */
    assert_int_equal(next_after(&restart, 150, 150), 1000);
    assert_int_equal(next_after(&restart, 150, 150), 2000);
}

static void test_bound(void **state)
{
    struct mpirun_outcome done = { .is_final = true, .has_begun = true };
    struct restart restart;

    (void)state;
    restart_init(&restart, 5);
    for (int i = 1; i <= 5; i++)
        assert_int_equal(next(&restart, i), 1000);
    assert_int_equal(next(&restart, 6), -1);
    restart_init(&restart, 0);
    assert_int_equal(next(&restart, 1), -1);
    restart_init(&restart, 5);
    assert_int_equal(restart_next(&restart, &done), -1);
    assert_int_equal(restart.num, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_helps),
        cmocka_unit_test(test_fruitless),
        cmocka_unit_test(test_resumed),
        cmocka_unit_test(test_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
