/* Which files of a folder are checkpoints, and which of them are complete. */
#include "base/file.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW = 1000000 };

static char folder[64];

static void put(const char *name, const char *bytes, time_t changed_s)
{
    char *path = path_join(folder, name);
    const struct timespec times[2] = { { changed_s, 0 }, { changed_s, 0 } };

    assert_int_equal(file_write(path, bytes, strlen(bytes), NULL), 0);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    free(path);
}

static void put_folder(const char *name)
{
    char *path = path_join(folder, name);

    assert_int_equal(file_make_folder(path, NULL), 0);
    free(path);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/trustsweep-checkpoints.XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    const pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        execlp("rm", "rm", "-rf", folder, (char *)NULL);
        _exit(1);
    }
    return 0;
}

/* "a+ b-": names in order, + complete. */
static void check(const char *glob,
                  const char *marker,
                  const char *order,
                  const char *expected)
{
    char *files = path_join(folder, glob);
    char *way = strdup(order);
    char *mark = marker ? strdup(marker) : NULL;
    struct job_checkpoints given = { .files = files,
                                     .marker = mark,
                                     .settle_s = 60,
                                     .order = way };
    struct job_checkpoint_list list;
    struct text text = { 0 };

    assert_int_equal(job_checkpoints_find(&given, NOW, &list, NULL), 0);
    for (size_t i = 0; i < list.num; i++) {
        text_addf(&text,
                  "%s%s%s",
                  i ? " " : "",
                  list.items[i].name,
                  list.items[i].is_complete ? "+" : "-");
    }
    assert_string_equal(text_data(&text), expected);
    text_release(&text);
    job_checkpoints_release(&list);
    free(way);
    free(mark);
    free(files);
}

static void test_files_settle(void **state)
{
    (void)state;
    put("step-2.gguf", "x", NOW - 100);
    put("step-1.gguf", "x", NOW - 61);
    put("step-3.gguf", "x", NOW - 59);
    put("step-4.gguf", "", NOW - 500);
    put("other.gguf", "x", NOW - 500);
    check("step-*.gguf", NULL, "oldest", "step-4- step-2+ step-1+ step-3-");
    check("step-*.gguf", NULL, "newest", "step-3- step-1+ step-2+ step-4-");
    check("none-*", NULL, "oldest", "");
}

static void test_parts_of_a_name(void **state)
{
    (void)state;
    put("m-00001-of-00003.gguf", "x", NOW - 500);
    put("m-00003-of-00003.gguf", "x", NOW - 500);
    check("m-*", NULL, "oldest", "m-");
    put("m-00002-of-00003.gguf", "x", NOW - 10);
    check("m-*", NULL, "oldest", "m-");
    put("m-00002-of-00003.gguf", "x", NOW - 100);
    check("m-*", NULL, "oldest", "m+");
    put("best-of-n-00001-of-00002.gguf", "x", NOW - 500);
    put("best-of-n-00002-of-00002.gguf", "x", NOW - 500);
    check("best-*", NULL, "oldest", "best-of-n+");
}

static void test_folders_with_an_index(void **state)
{
    (void)state;
    put_folder("step-9");
    check("step-*", NULL, "oldest", "step-9-");
    put("step-9/model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"m1.safetensors\", \"b\": "
        "\"m2.safetensors\"}}",
        NOW - 500);
    put("step-9/m1.safetensors", "x", NOW - 400);
    check("step-*", NULL, "oldest", "step-9-");
    put("step-9/m2.safetensors", "x", NOW - 300);
    check("step-*", NULL, "oldest", "step-9+");
    put("step-9/model.safetensors.index.json", "{\"weight_", NOW - 500);
    check("step-*", NULL, "oldest", "step-9-");
}

static void test_a_marker_wins(void **state)
{
    (void)state;
    put("a.gguf", "x", NOW);
    put("b.gguf", "x", NOW - 500);
    put("a.gguf.DONE", "", NOW);
    put_folder("c");
    put("c/w", "x", NOW);
    put("c/DONE", "x", NOW);
    check("*", "DONE", "newest", "c+ a+ b-");
}

/* A model would be called so, and a job's models are not. */
static void test_names_that_a_terminal_obeys(void **state)
{
    (void)state;
    put("a\x1b[1m.gguf", "x", NOW - 100);
    put("b\xe2\x80\xae.gguf", "x", NOW - 90);
    put("c.gguf", "x", NOW - 80);
    check("*.gguf", NULL, "oldest", "a?[1m- b?- c+");
}

/* A job that names them is read again: as the same file, and nothing of it is
 * taken for a variable or an argument. */
static void test_names_that_a_job_reads_otherwise(void **state)
{
    char backend[] = "llama:{},context=512";
    const struct job_checkpoints of = { .backend = backend };
    char *spec = job_checkpoints_spec(&of, "runs/s-a,seed=3.gguf");

    (void)state;
    put("s-\xff\xfe.gguf", "x", NOW - 100);
    put("t-${HOME}.gguf", "x", NOW - 100);
    put("u-\\.gguf", "x", NOW - 100);
    put("v-$HOME,{x}.gguf", "x", NOW - 100);
    check("s-*", NULL, "oldest", "s-\xff\xfe-");
    check("t-*", NULL, "oldest", "t-${HOME}-");
    check("u-*", NULL, "oldest", "u-\\-");
    check("v-*", NULL, "oldest", "v-$HOME,{x}+");
    assert_string_equal(spec, "llama:runs/s-a\\,seed=3.gguf,context=512");
    free(spec);
}

static void test_times(void **state)
{
    int64_t soon;

    (void)state;
    (void)setenv("TZ", "UTC", 1);
    soon = job_checkpoints_time("13:47", NOW); /* it is 13:46:40 */
    assert_int_equal(soon, NOW + 20);
    assert_int_equal(job_checkpoints_time("13:46", NOW), NOW - 40 + 86400);
    assert_int_equal(job_checkpoints_time("1970-01-12T13:47", NOW), NOW + 20);
    assert_int_equal(job_checkpoints_time("1970-01-12T13:46", NOW), NOW - 40);
    assert_int_equal(job_checkpoints_time("25:00", NOW), -1);
    assert_int_equal(job_checkpoints_time("1:00", NOW), -1);
    assert_int_equal(job_checkpoints_time("tomorrow", NOW), -1);
    assert_int_equal(job_checkpoints_time("2026-13-01T00:00", NOW), -1);
    assert_int_equal(job_checkpoints_time("2027-02-30T23:50", NOW), -1);
}

/* With a date, also in the small hours, and with the zone, which the clocks of a
 * cluster and of who reads need not share. */
static void test_times_are_shown(void **state)
{
    char out[JOB_CHECKPOINTS_SHOWN];

    (void)state;
    assert_string_equal(job_checkpoints_show_time(NOW + 20, out),
                        "1970-01-12T13:47 UTC");
    (void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    assert_string_equal(job_checkpoints_show_time(INT64_C(1600000000), out),
                        "2020-09-13T14:26 CEST");
    (void)setenv("TZ", "UTC", 1);
    tzset();
}

static struct job *job_until(const char *until, const char *deadline)
{
    char *text = text_format("{\"checkpoints\": {\"files\": \"c/*\", "
                             "\"until\": \"%s\", \"deadline\": \"%s\"}}",
                             until,
                             deadline);
    struct error err = { 0 };
    struct job *job =
        job_parse(text, strlen(text), "/tmp/j.json", NULL, 0, &err);

    if (!job)
        fail_msg("%s", err.text);
    free(text);
    return job;
}

/* Where a run begins, and not where one goes on that began before. */
static void test_what_is_over(void **state)
{
    struct error err = { 0 };
    struct job *job = job_until("06:00", "2020-01-02T00:00");
    const int64_t before_s =
        job_checkpoints_time("2020-01-01T00:00", INT64_C(1600000000));
    const int64_t after_s = before_s + 172800;
    struct job_checkpoints_times times;

    (void)state;
    assert_int_equal(job_checkpoints_times(job, before_s, false, &times, &err),
                     0);
    assert_int_equal(times.until_s, before_s + 6 * 3600);
    assert_int_equal(times.deadline_s, before_s + 86400);
    assert_int_equal(job_checkpoints_times(job, after_s, false, &times, &err),
                     -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text,
                           "/tmp/j.json: checkpoints: deadline: "
                           "2020-01-02T00:00 is in the past, it is "
                           "2020-01-03T00:00 UTC: give a later one, or HH:MM"));
    assert_int_equal(job_checkpoints_times(job, after_s, true, &times, &err),
                     0);
    assert_int_equal(times.deadline_s, before_s + 86400);
    assert_int_equal(times.until_s, times.deadline_s); /* nothing to wait for */
    job_destroy(job);
}

/* At 07:00 "06:00" is tomorrow's, and so is the "08:00" behind it. */
static void test_both_of_tomorrow(void **state)
{
    struct error err = { 0 };
    struct job *job = job_until("06:00", "08:00");
    const int64_t day_s =
        job_checkpoints_time("2020-01-01T00:00", INT64_C(1600000000));
    const int64_t seven_s = day_s + 7 * 3600;
    struct job_checkpoints_times times;

    (void)state;
    assert_int_equal(job_checkpoints_times(job, day_s, false, &times, &err), 0);
    assert_int_equal(times.deadline_s, day_s + 8 * 3600);
    assert_int_equal(job_checkpoints_times(job, seven_s, false, &times, &err),
                     0);
    assert_int_equal(times.until_s, day_s + 30 * 3600);
    assert_int_equal(times.deadline_s, day_s + 32 * 3600);
    assert_int_equal(job_checkpoints_deadline(&job->checkpoints, seven_s),
                     times.deadline_s);
    job_destroy(job);
}

/* Where `until` is the later one of a day, at 05:00. */
static void test_until_after_deadline(void **state)
{
    struct error err = { 0 };
    struct job *job = job_until("08:00", "06:00");
    const int64_t day_s =
        job_checkpoints_time("2020-01-01T00:00", INT64_C(1600000000));
    const int64_t five_s = day_s + 5 * 3600;
    struct job_checkpoints_times times;

    (void)state;
    assert_int_equal(job_checkpoints_times(job, five_s, false, &times, &err),
                     -1);
    assert_non_null(strstr(err.text,
                           "until: 2020-01-01T08:00 UTC comes after deadline: "
                           "2020-01-01T06:00 UTC"));
    assert_int_equal(job_checkpoints_times(job, five_s, true, &times, &err), 0);
    assert_int_equal(times.until_s, day_s + 6 * 3600);
    job_destroy(job);
}

static void test_what_is_refused(void **state)
{
    static const char *const bad[][2] = {
        { "\"until\": \"noon\"", "is no time" },
        { "\"tokens_per_s\": 0", "never ends" },
        { "\"backend\": \"llama:x\"", "path of a checkpoint goes; write {}" },
        { "\"order\": \"any\"", "order" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *text = text_format("{\"checkpoints\": {\"files\": \"c/*\", %s}}",
                                 bad[i][0]);
        struct error err = { 0 };

        assert_null(job_parse(text, strlen(text), "/tmp/j", NULL, 0, &err));
        if (!strstr(err.text, bad[i][1]))
            fail_msg("%s", err.text);
        free(text);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_files_settle),
        TEST(test_parts_of_a_name),
        TEST(test_folders_with_an_index),
        TEST(test_a_marker_wins),
        TEST(test_names_that_a_terminal_obeys),
        TEST(test_names_that_a_job_reads_otherwise),
        TEST(test_times),
        TEST(test_times_are_shown),
        TEST(test_what_is_over),
        TEST(test_both_of_tomorrow),
        TEST(test_until_after_deadline),
        TEST(test_what_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
