/* batch.json with two jobs that write it at the same time. */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_ledger.h"
#include "cli/batch/batch_view.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void open_as(struct batch_ledger *out, const char *dir, const char *id)
{
    struct error err = { 0 };

    (void)setenv("SLURM_JOB_ID", id, 1);
    if (batch_ledger_open(out, dir, &(struct batch_ledger_limits){ 0 }, 3, &err)
        < 0)
        fail_msg("%s", err.text);
    (void)unsetenv("SLURM_JOB_ID");
}

static void test_two_writers(void **state)
{
    char dir[] = "/tmp/trustsweep-ledger.XXXXXX";
    struct batch_ledger first;
    struct batch_ledger second;
    const struct cJSON *jobs;
    struct cJSON *file;
    char *path;
    char *lock;

    (void)state;
    assert_non_null(mkdtemp(dir));
    path = path_join(dir, "batch.json");
    lock = path_join(dir, "batch.json.lock");
    open_as(&first, dir, "10");
    open_as(&second, dir, "12");
    batch_ledger_write(&first, 5, (enum again)0);
    batch_ledger_write(&second, 4, AGAIN_FAILED);
    batch_ledger_close(&second);
    batch_ledger_write(&first, 9, AGAIN_DONE);
    batch_ledger_close(&first);
    file = json_read(path, 65536, NULL);
    jobs = json_member(file, "jobs");
    assert_int_equal(json_count(jobs), 2);
    assert_string_equal(json_member_text(json_element(jobs, 0), "job_id"),
                        "10");
    assert_int_equal(json_member_number(json_element(jobs, 0), "done_after"),
                     9);
    assert_string_equal(json_member_text(json_element(jobs, 1), "job_id"),
                        "12");
    assert_string_equal(json_member_text(json_element(jobs, 1), "end"),
                        again_says(AGAIN_FAILED));
    json_free(file);
    (void)unlink(path);
    (void)unlink(lock);
    (void)rmdir(dir);
    free(lock);
    free(path);
}

/* A file that is cut off costs the account, and no run. */
static void test_a_torn_file(void **state)
{
    char dir[] = "/tmp/trustsweep-ledger.XXXXXX";
    struct batch_ledger ledger;
    static const char *const names[] = { "batch.json",
                                         "batch.json.bad",
                                         "batch.json.lock" };
    char *path;

    (void)state;
    assert_non_null(mkdtemp(dir));
    path = path_join(dir, "batch.json");
    assert_int_equal(file_write(path, "{ \"jobs\": [ {", 13, NULL), 0);
    open_as(&ledger, dir, "10");
    batch_ledger_close(&ledger);
    free(path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        path = path_join(dir, names[i]);
        assert_true(file_exists(path));
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(dir);
}

/* A chained job is looked for in the queue before it has begun. */
static void test_the_next_job(void **state)
{
    char dir[] = "/tmp/trustsweep-ledger.XXXXXX";
    struct batch_ledger ledger;
    struct cJSON *view;
    char *path;
    char *lock;

    (void)state;
    assert_non_null(mkdtemp(dir));
    path = path_join(dir, "batch.json");
    lock = path_join(dir, "batch.json.lock");
    open_as(&ledger, dir, "10");
    batch_ledger_write(&ledger, 5, AGAIN_YES);
    batch_ledger_chain(&ledger, "13");
    batch_ledger_close(&ledger);
    view = batch_view_read(dir);
    assert_string_equal(json_member_text(json_member(view, "job"), "id"), "13");
    json_free(view);
    open_as(&ledger, dir, "13");
    batch_ledger_close(&ledger);
    view = batch_view_read(dir);
    assert_int_equal(
        json_count(json_member(json_member(view, "batch"), "jobs")),
        2);
    assert_string_equal(json_member_text(json_member(view, "job"), "id"), "13");
    json_free(view);
    (void)unlink(path);
    (void)unlink(lock);
    (void)rmdir(dir);
    free(lock);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_writers),
        cmocka_unit_test(test_a_torn_file),
        cmocka_unit_test(test_the_next_job),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
