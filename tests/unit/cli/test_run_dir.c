/* What a run says of itself, read while it is replaced. */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/folder/run_dir.h"
#include "cli/run/run_state.h"
#include "cli/run/run_word.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LARGE = 20 << 20, PATIENCE_S = 60 };

static const char torn[] = "{ \"state\": \"run";

struct fixture {
    char folder[64];
    char *path;
    char *whole;
};

static int set_up(void **state)
{
    static struct fixture self;

    self = (struct fixture){ .folder = "/tmp/trustsweep-run-XXXXXX" };
    *state = &self;
    if (!mkdtemp(self.folder))
        return -1;
    self.path = path_join(self.folder, "run.json");
    self.whole = path_join(self.folder, "whole");
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *self = *state;

    (void)unlink(self->path);
    (void)unlink(self->whole);
    free(self->path);
    free(self->whole);
    return rmdir(self->folder);
}

/* The first reader gets a part, and there is another file once it has closed it. */
static pid_t replace(const struct fixture *self, const char *with)
{
    const int events = inotify_init1(IN_CLOEXEC);
    pid_t pid;

    assert_int_equal(file_write(self->whole, with, strlen(with), NULL), 0);
    assert_int_equal(file_write(self->path, torn, sizeof torn - 1, NULL), 0);
    assert_true(inotify_add_watch(events, self->path, IN_CLOSE_NOWRITE) >= 0);
    pid = fork();
    if (pid == 0) {
        struct inotify_event event;
        const bool is_good = read(events, &event, sizeof event) == sizeof event
                             && rename(self->whole, self->path) == 0;

        _exit(is_good ? 0 : 1);
    }
    (void)close(events);
    return pid;
}

static void expect_end(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void test_it_is_read_again(void **state)
{
    const struct fixture *self = *state;
    const pid_t pid = replace(self, "{ \"state\": \"done\" }");
    struct error err = { 0 };
    struct cJSON *run = run_dir_read(self->folder, &err);

    if (!run)
        fail_msg("%s", err.text);
    assert_string_equal(json_member_text(run, "state"), "done");
    json_free(run);
    expect_end(pid);
}

static void test_once(void **state)
{
    const struct fixture *self = *state;
    const pid_t pid = replace(self, torn);
    struct error err = { 0 };

    assert_null(run_dir_read(self->folder, &err));
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, "run.json:1:"));
    expect_end(pid);
}

static void test_by_who_watches(void **state)
{
    const struct fixture *self = *state;
    const pid_t pid = replace(self, "{ \"state\": \"done\" }");
    struct cJSON *view = batch_view_read(self->folder);
    const char *said = json_member_text(json_member(view, "run"), "state");

    assert_string_equal(said ? said : "", "done");
    json_free(view);
    expect_end(pid);
}

/* Of a few MiB it is for thousands of ranks and cells. */
static void test_a_large_one_is_seen(void **state)
{
    const struct fixture *self = *state;
    struct text bytes = { 0 };
    struct cJSON *view;

    text_add(&bytes, "{ \"state\": \"done\", \"numbers\": [ 1");
    while (bytes.len < LARGE)
        text_add(&bytes, ", 1234567890123456789012345678901234567890e-40");
    text_add(&bytes, " ] }");
    assert_int_equal(file_write(self->path, bytes.data, bytes.len, NULL), 0);
    view = batch_view_read(self->folder);
    assert_non_null(json_member(view, "run"));
    json_free(view);
    text_release(&bytes);
}

static void expect_done(const struct fixture *self,
                        const char *run,
                        bool is_done)
{
    assert_int_equal(file_write(self->path, run, strlen(run), NULL), 0);
    assert_int_equal(run_dir_is_done(self->folder), is_done);
}

/* What is complete holds no answer, maybe. */
static void test_whether_it_is_done(void **state)
{
    const struct fixture *self = *state;

    assert_false(run_dir_is_done(self->folder));
    expect_done(self, "{ \"state\": \"done\", \"is_final\": true }", true);
    expect_done(self, "{ \"state\": \"done\", \"is_final\": false }", false);
    expect_done(self,
                "{ \"state\": \"failed\", \"is_final\": true, "
                "\"is_complete\": true }",
                true);
    expect_done(self, "{ \"state\": \"failed\", \"is_final\": true }", false);
    expect_done(self,
                "{ \"state\": \"waiting\", \"is_final\": false, "
                "\"is_complete\": true }",
                false);
}

/* Nobody writes into the pipe that has the name of run.json. */
static void test_a_pipe_is_not_waited_for(void **state)
{
    const struct fixture *self = *state;
    const struct run_word word = { .state = "failed",
                                   .reason = "why",
                                   .is_more = true };
    struct run_state_before before;

    assert_int_equal(mkfifo(self->path, 0600), 0);
    (void)alarm(PATIENCE_S);
    before = run_state_before(self->path);
    run_word_say(self->path, &word);
    (void)alarm(0);
    assert_true(before.num_units == 0 && before.num_done == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_is_read_again,
                                        set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_by_who_watches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_whether_it_is_done,
                                        set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_large_one_is_seen,
                                        set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_pipe_is_not_waited_for,
                                        set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
