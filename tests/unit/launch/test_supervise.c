/* Started again, and how often; the launcher is a small shell script. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/supervise.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[64];
    char *state; /* run.json */
    char *script;
    struct supervise_params params;
    struct supervise_end end;
    struct error err;
    int num_said;
    int num_noted;
    int num_asked;
    bool is_taken; /* by another start */
};

static void say(void *context, const char *what)
{
    struct fixture *f = context;

    assert_non_null(strstr(what, "starting again"));
    f->num_said++;
}

static void note_wait(void *context, const char *launch_id, const char *what)
{
    struct fixture *f = context;

    assert_string_equal(launch_id, f->end.launch_id);
    assert_non_null(strstr(what, "starting again"));
    f->num_noted++;
}

static int may_start(void *context, struct error *err)
{
    struct fixture *f = context;

    f->num_asked++;
    return f->is_taken ? error_set(err, ERR_USAGE, "taken") : 0;
}

static int setup(void **state)
{
    struct fixture *f = mem_alloc(1, sizeof *f);

    (void)snprintf(f->folder, sizeof f->folder, "/tmp/test_sup.XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    f->state = path_join(f->folder, "run.json");
    f->script = path_join(f->folder, "mpirun");
    f->params = (struct supervise_params){
        .mpirun = { .program = "/bin/program",
                    .ranks = 3,
                    .state_path = f->state,
                    .state_bytes = 1 << 20,
                    .end_grace_ms = 300 },
        .max_restarts = 20,
        .say = say,
        .may_start = may_start,
        .note_wait = note_wait,
        .context = f,
    };
    (void)setenv("TRUSTSWEEP_MPIRUN", f->script, 1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    (void)unsetenv("TRUSTSWEEP_MPIRUN");
    (void)unlink(f->state);
    (void)unlink(f->script);
    (void)rmdir(f->folder);
    free(f->script);
    free(f->state);
    free(f);
    return 0;
}

/* `body` is done with N set to the number of the start; say() writes run.json
 * with more members. */
static int run_body(struct fixture *f, const char *body)
{
    char *text = text_format(
        "#!/bin/sh\n[ \"$1\" = --version ] && exit\nN=$TRUSTSWEEP_STARTS\n"
        "say() { echo \"{ \\\"launch\\\": \\\"$TRUSTSWEEP_LAUNCH\\\", $1 }\" "
        ">%s; }\n%s\n",
        f->state,
        body);

    assert_int_equal(file_write(f->script, text, strlen(text), NULL), 0);
    assert_int_equal(chmod(f->script, S_IRWXU), 0);
    free(text);
    return supervise_run(&f->params, &f->end, &f->err);
}

#define DONE "say '\"is_final\": true, \"exit_status\": 0'\n"
/* Without a word, after some units. */
#define DIES "say \"\\\"counts\\\": { \\\"done\\\": $N }\"; kill -KILL $$\n"

static void test_once(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run_body(f, DONE), 0);
    assert_int_equal(f->end.num_starts, 1);
    assert_int_equal(f->end.last.status, 0);
    assert_true(f->end.last.is_final);
    assert_int_equal(f->num_said, 0);
    assert_int_equal(run_body(f, "exit 2"), 0);
    assert_int_equal(f->end.num_starts, 1);
    assert_int_equal(f->end.last.status, 2);
    assert_int_equal(f->num_asked, 0);
}

static void test_goes_on(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run_body(f, "[ $N = 3 ] || { " DIES "}\n" DONE), 0);
    assert_int_equal(f->end.num_starts, 3);
    assert_true(f->end.last.is_final);
    assert_false(f->end.has_given_up);
    assert_int_equal(f->num_said, 2);
    assert_int_equal(f->num_noted, 2);
    assert_int_equal(f->num_asked, 2);
}

static void test_gives_up(void **state)
{
    struct fixture *f = *state;

    f->params.max_restarts = 1;
    assert_int_equal(run_body(f, DIES), 0);
    assert_int_equal(f->end.num_starts, 2);
    assert_true(f->end.has_given_up);
    assert_true(f->end.last.has_begun);
    assert_false(f->end.last.is_final);
    assert_int_equal((int)f->end.last.num_done, 2);
}

/* run.json of somebody else, who took the folder meanwhile. */
static void test_taken(void **state)
{
    struct fixture *f = *state;

    f->is_taken = true;
    assert_int_equal(run_body(f, "TRUSTSWEEP_LAUNCH=other\n" DONE "exit 0\n"),
                     -1);
    assert_int_equal(f->err.code, ERR_USAGE);
    assert_int_equal(f->end.num_starts, 1);
    assert_false(f->end.last.has_begun);
}

/* Told to end, it starts nothing. */
static void test_told(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run_body(f, "kill -TERM $PPID; sleep 0.3\n" DIES), 0);
    assert_int_equal(f->end.num_starts, 1);
    assert_false(f->end.has_given_up);
    assert_int_equal(f->num_said, 0);
    assert_true(f->end.was_told);
    assert_int_equal(run_body(f, DONE), 0);
    assert_false(f->end.was_told);
    /* while it waits for the next start */
    assert_int_equal(run_body(f, "(sleep 0.5; kill -TERM $PPID) &\n" DIES), 0);
    assert_int_equal(f->end.num_starts, 1);
    assert_int_equal(f->num_said, 1);
}

/* Its rank 0 is stopped: run.json is renewed no more. */
static void test_silent(void **state)
{
    struct fixture *f = *state;
    int64_t began_ms = clock_ms();

    f->params.mpirun.silence_limit_ms = 1000;
    assert_int_equal(run_body(f,
                              "[ $N = 1 ] || {\n" DONE "exit 0; }\n"
                              "sleep 60 &\nP=$!; kill -STOP $P\n"
                              "for i in 1 2 3 4; do\n"
                              "say '\"pid\": '$P; sleep 0.5; done\nwait\n"),
                     0);
    assert_int_equal(f->end.num_starts, 2);
    assert_true(f->end.last.is_final);
    assert_in_range(clock_ms() - began_ms, 2500, 30000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_once),  TEST(test_goes_on), TEST(test_gives_up),
        TEST(test_taken), TEST(test_told),    TEST(test_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
