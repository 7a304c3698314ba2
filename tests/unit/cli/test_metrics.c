/* The Prometheus text of a run: at work, waiting for checkpoints, complete. */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_BYTES = 1 << 16 };

static bool has_line(const struct text *text,
                     const char *folder,
                     const char *name,
                     int value)
{
    char *line = text_format("\ntrustsweep_%s{job=\"a job\",run=\"%s\"} %d\n",
                             name,
                             folder,
                             value);
    const bool is_there = strstr(text_data(text), line) != NULL;

    free(line);
    return is_there;
}

/* is_complete: it says so beside its state */
static void expect(const char *state,
                   bool is_complete,
                   int running,
                   int waiting,
                   int complete)
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
    json_add_bool(run, "is_final", running + waiting == 0);
    if (is_complete)
        json_add_bool(run, "is_complete", true);
    metrics_write(folder, run, &spent);
    assert_int_equal(file_read(path, MAX_BYTES, &text, NULL), 0);
    assert_true(has_line(&text, folder, "running", running));
    assert_true(has_line(&text, folder, "waiting", waiting));
    assert_true(has_line(&text, folder, "complete", complete));
    text_release(&text);
    json_free(run);
    (void)unlink(path);
    (void)rmdir(folder);
    free(path);
}

static void test_states(void **state)
{
    (void)state;
    expect("running", false, 1, 0, 0);
    expect("waiting", false, 0, 1, 0);
    expect("done", true, 0, 0, 1);
    expect("failed", true, 0, 0, 1); /* nothing was answered */
    expect("failed", false, 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
