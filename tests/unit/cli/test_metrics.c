/* The Prometheus text of a run: at work, waiting for checkpoints, complete. */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_BYTES = 1 << 16 };

static void expect(const char *state,
                   const char *running,
                   const char *waiting,
                   const char *complete)
{
    char folder[] = "/tmp/test_metrics.XXXXXX";
    const struct metrics_spent spent = { 0 };
    struct cJSON *run = json_new_object();
    struct text text = { 0 };
    char *path;

    assert_non_null(mkdtemp(folder));
    path = path_join(folder, "metrics.prom");
    json_add_text(run, "job", "a job");
    json_add_text(run, "state", state);
    metrics_write(folder, run, &spent);
    assert_int_equal(file_read(path, MAX_BYTES, &text, NULL), 0);
    assert_non_null(strstr(text_data(&text), running));
    assert_non_null(strstr(text_data(&text), waiting));
    assert_non_null(strstr(text_data(&text), complete));
    text_release(&text);
    json_free(run);
    (void)unlink(path);
    (void)rmdir(folder);
    free(path);
}

#define RUNNING  "trustsweep_running{job=\"a job\"} "
#define WAITING  "trustsweep_waiting{job=\"a job\"} "
#define COMPLETE "trustsweep_complete{job=\"a job\"} "

static void test_states(void **state)
{
    (void)state;
    expect("running", RUNNING "1\n", WAITING "0\n", COMPLETE "0\n");
    expect("waiting", RUNNING "0\n", WAITING "1\n", COMPLETE "0\n");
    expect("done", RUNNING "0\n", WAITING "0\n", COMPLETE "1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
