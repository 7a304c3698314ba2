/*
 * A backend in a child process: what it answers, and what the child's death,
 * its hang and its noise cost.  The child is this test program, started again;
 * one test takes the program that TRUSTSWEEP names.
 */
#include "tests/unit/generate/asking.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { WAIT_MS = 20000, QUICK_MS = 2000 };

/* No child is left, dead or alive. */
static void expect_no_child(void)
{
    errno = 0;
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void submit(struct backend *backend, uint64_t unit)
{
    struct request request = asking_request(unit, "So?");
    struct error err = { 0 };

    if (backend->ops->submit(backend, &request, &err) < 0)
        print_error("submit: %s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    request_release(&request);
}

static void expect_equal_answers(void)
{
    struct backend *plain = asking_create("sim:seed=5,reply_tokens=30");
    struct backend *child =
        asking_create("isolated:sim:seed=5,reply_tokens=30");

    for (uint64_t unit = 0; unit < 20; unit++) {
        struct reply a = asking_text(plain, unit, "So?");
        struct reply b = asking_text(child, unit, "So?");

        assert_int_equal(a.state, b.state);
        assert_int_equal(a.finish, b.finish);
        assert_string_equal(a.text, b.text);
        assert_int_equal(a.prompt_tokens, b.prompt_tokens);
        assert_int_equal(a.reply_tokens, b.reply_tokens);
        reply_release(&a);
        reply_release(&b);
    }
    assert_true(backend_load_s(child) >= 0);
    assert_true(backend_load_s(plain) == 0);
    backend_destroy(plain);
    backend_destroy(child);
    expect_no_child();
}

static void answers_as_without(void **state)
{
    (void)state;
    expect_equal_answers();
}

/* The child of a run: `trustsweep backend-child`. */
static void the_built_program_is_a_child(void **state)
{
    const char *program = getenv("TRUSTSWEEP");

    (void)state;
    if (!program || !file_exists(program))
        skip();
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", program, 1), 0);
    expect_equal_answers();
    assert_int_equal(unsetenv("TRUSTSWEEP_PROGRAM"), 0);
}

/* More at once than the inner backend takes: the child keeps the rest. */
static void many_at_once(void **state)
{
    enum { NUM = 40 };
    struct backend *child;
    bool seen[NUM] = { false };
    struct error err = { 0 };

    (void)state;
    child = asking_create("isolated:sim:parallel=2");
    for (uint64_t unit = 0; unit < NUM; unit++)
        submit(child, unit);
    for (int i = 0; i < NUM; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(child, WAIT_MS, &reply, &err), 1);
        assert_true(reply.unit.low < NUM);
        assert_false(seen[reply.unit.low]);
        seen[reply.unit.low] = true;
        reply_release(&reply);
    }
    backend_destroy(child);
    expect_no_child();
}

/* What the inner backend refuses for good is a failed reply. */
static void a_refusal_comes_as_a_reply(void **state)
{
    struct backend *child;
    struct request request = asking_request(1, "So?");
    struct reply reply;

    (void)state;
    child = asking_create("isolated:sim:");
    request.kind = REQUEST_CHOICES;
    reply = asking_ask(child, &request);
    assert_int_equal(reply.state, STATE_FAILED);
    assert_non_null(strstr(reply.detail, "no choices"));
    reply_release(&reply);
    request_release(&request);
    backend_destroy(child);
}

static void a_cancelled_one_does_not_come(void **state)
{
    struct backend *child;
    struct request request = asking_request(1, "So?");
    struct reply reply = { 0 };
    struct error err = { 0 };

    (void)state;
    child = asking_create("isolated:sim:sleep=true,tokens_per_s=50");
    assert_int_equal(child->ops->submit(child, &request, &err), 0);
    assert_int_equal(child->ops->cancel(child, request.unit), 0);
    assert_int_equal(asking_wait(child, 600, &reply, &err), 0);
    request_release(&request);
    backend_destroy(child);
}

/* Replies until the backend breaks; the error is left in `err`. */
static int count_replies(struct backend *child, struct error *err)
{
    int num = 0;
    int rc = 1;

    while (rc == 1) {
        struct reply reply = { 0 };

        rc = asking_wait(child, WAIT_MS, &reply, err);
        num += rc == 1;
        reply_release(&reply);
    }
    assert_int_equal(rc, -1);
    return num;
}

static void a_death_is_told_with_its_signal(void **state)
{
    struct backend *child;
    struct request request = asking_request(9, "So?");
    struct error err = { 0 };

    (void)state;
    child = asking_create("isolated:fault:kill-after=2:sim:");
    for (uint64_t unit = 0; unit < 2; unit++) {
        struct reply reply = asking_text(child, unit, "So?");

        assert_true(state_has_text(reply.state));
        reply_release(&reply);
    }
    assert_int_equal(child->ops->submit(child, &request, &err), 0);
    assert_int_equal(count_replies(child, &err), 0);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "signal 9"));
    request_release(&request);
    backend_destroy(child);
    expect_no_child();
}

/* Replies that were finished before it died are not lost with it. */
static void what_was_ready_before_a_death_arrives(void **state)
{
    struct backend *child;
    struct error err = { 0 };

    (void)state;
    child = asking_create("isolated:fault:kill-after=2:sim:");
    for (uint64_t unit = 0; unit < 4; unit++)
        submit(child, unit);
    assert_int_equal(count_replies(child, &err), 2);
    assert_non_null(strstr(err.text, "signal 9"));
    backend_destroy(child);
    expect_no_child();
}

/* The first of `num` requests meets a broken backend, whose error says `in`. */
static void expect_broken(const char *spec,
                          uint64_t num,
                          enum error_code code,
                          const char *in)
{
    struct backend *child = asking_create(spec);
    struct error err = { 0 };

    for (uint64_t unit = 0; unit < num; unit++) {
        submit(child, unit);
        clock_sleep_ms(1);
    }
    assert_int_equal(count_replies(child, &err), 0);
    if (!strstr(err.text, in))
        print_error("'%s'\n", err.text);
    assert_non_null(strstr(err.text, in));
    assert_int_equal(err.code, code);
    backend_destroy(child);
    expect_no_child();
}

static void the_reason_of_a_failed_create_is_told(void **state)
{
    static const char spec[] = "isolated:replay:/nowhere/at/all";

    (void)state;
    expect_broken(spec, 0, ERR_IO, "/nowhere/at/all");
    for (int i = 0; i < 5; i++)
        expect_broken(spec, 30, ERR_IO, "/nowhere/at/all");
}

static void what_breaks_later_is_told(void **state)
{
    (void)state;
    expect_broken("isolated:fault:break-after=0:sim:",
                  1,
                  ERR_IO,
                  "broken on purpose");
}

/* A script that plays the child; to be given to unset_child(). */
static char *set_child(const char *script)
{
    char *folder = asking_folder();
    char *program = path_join(folder, "child");

    assert_int_equal(file_write(program, script, strlen(script), NULL), 0);
    assert_int_equal(chmod(program, 0700), 0);
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", program, 1), 0);
    free(program);
    return folder;
}

static void unset_child(char *folder)
{
    assert_int_equal(unsetenv("TRUSTSWEEP_PROGRAM"), 0);
    asking_remove(folder);
}

static void run_other(const char *script, const char *in, enum error_code code)
{
    char *folder = set_child(script);

    expect_broken("isolated:sim:", 1, code, in);
    unset_child(folder);
}

static void its_last_words(void **state)
{
    (void)state;
    run_other("#!/bin/sh\necho early >&2\necho out of paper >&2\nexit 7\n",
              "status 7; it said last: out of paper",
              ERR_IO);
    run_other("#!/bin/sh\nyes abcdefgh | head -n 20000 >&2\n"
              "echo the end >&2\nexit 1\n",
              "it said last: the end",
              ERR_IO);
}

static void bytes_that_are_no_frame(void **state)
{
    (void)state;
    run_other("#!/bin/sh\necho 'Loading checkpoint shards'\nsleep 5\n",
              "no frame of ours",
              ERR_FORMAT);
}

static void a_program_that_is_none_is_told(void **state)
{
    (void)state;
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", "/nowhere/at/all", 1), 0);
    expect_broken("isolated:sim:", 1, ERR_IO, "status 127");
    assert_int_equal(unsetenv("TRUSTSWEEP_PROGRAM"), 0);
}

/* A child that hears nothing is killed, and a step in front of it returns. */
static void a_stuck_child_is_killed(void **state)
{
    char *folder = set_child("#!/bin/sh\ntrap '' TERM\nexec sleep 30\n");
    struct backend *backend = asking_create("isolated:sim:");
    struct reply reply = { 0 };
    int64_t began = clock_ms();

    (void)state;
    for (uint64_t unit = 0; unit < 64; unit++)
        submit(backend, unit);
    assert_int_equal(backend->ops->step(backend, 30, &reply, NULL), 0);
    assert_int_equal(backend->ops->step(backend, 0, &reply, NULL), 0);
    assert_true(backend_load_s(backend) == -1);
    backend_destroy(backend);
    assert_true(clock_ms() - began < QUICK_MS);
    expect_no_child();
    unset_child(folder);
}

/* A hang in the child is no hang of the rank. */
static void destroy_does_not_wait_for_work(void **state)
{
    static const char *const specs[] = {
        "isolated:sim:sleep=true,tokens_per_s=0.01",
        "isolated:fault:slow-ms=60000:sim:",
        "isolated:fault:hang-after=0:sim:",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        struct backend *child = asking_create(specs[i]);
        struct request request = asking_request(1, "So?");
        struct reply reply = { 0 };
        struct error err = { 0 };
        int64_t began;

        assert_int_equal(child->ops->submit(child, &request, &err), 0);
        assert_int_equal(asking_wait(child, 300, &reply, &err), 0);
        began = clock_ms();
        backend_destroy(child);
        assert_true(clock_ms() - began < QUICK_MS);
        expect_no_child();
        request_release(&request);
    }
}

static void destroy_at_once_leaves_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        backend_destroy(asking_create("isolated:sim:"));
    expect_no_child();
}

/* Processor time of this process's children that have ended, in ms. */
static double children_ms(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

/* Neither after a cancel nor while its backend waits does a child spin. */
static void an_idle_child_rests(void **state)
{
    static const char *const specs[] = {
        "isolated:sim:",
        "isolated:sim:load_s=60,sleep=true",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        struct backend *backend = asking_create(specs[i]);
        struct reply reply = { 0 };
        double before = children_ms();
        int64_t until;

        submit(backend, 1);
        (void)backend->ops->step(backend, 0, &reply, NULL);
        reply_release(&reply);
        submit(backend, 2);
        if (i == 0)
            (void)backend->ops->cancel(backend, (struct hash128){ 7, 2 });
        until = clock_ms() + 700;
        while (clock_ms() < until) {
            if (backend->ops->step(backend, 20, &reply, NULL) == 1)
                reply_release(&reply);
        }
        backend_destroy(backend);
        assert_true(children_ms() - before < 300);
    }
}

/* A group signal that the rank turns into a drain leaves the child alone. */
static void signals_of_the_group(void **state)
{
    struct backend *backend;
    struct reply reply;

    (void)state;
    assert_int_equal(setpgid(0, 0), 0); /* whoever runs the tests is spared */
    backend = asking_create("isolated:sim:");
    reply = asking_text(backend, 1, "x");
    reply_release(&reply);
    (void)signal(SIGTERM, SIG_IGN);
    assert_int_equal(kill(0, SIGTERM), 0);
    (void)signal(SIGTERM, SIG_DFL);
    reply = asking_text(backend, 2, "x");
    reply_release(&reply);
    backend_destroy(backend);
}

/* The child of a rank that died: the end of the pipe ends it. */
static void a_child_does_not_outlive_its_rank(void **state)
{
    int gone[2];
    char byte;
    pid_t pid;
    int64_t began = clock_ms();

    (void)state;
    assert_int_equal(pipe(gone), 0);
    pid = fork();
    if (pid == 0) {
        /* both ends of `gone` are inherited: open as long as one lives */
        struct backend *backend = backend_create("isolated:sim:", NULL, NULL);
        struct reply reply = { 0 };

        submit(backend, 1);
        (void)asking_wait(backend, 5000, &reply, NULL);
        (void)kill(getpid(), SIGKILL);
    }
    assert_true(pid > 0);
    assert_int_equal(close(gone[1]), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(read(gone[0], &byte, 1), 0);
    assert_true(clock_ms() - began < 5000);
    assert_int_equal(close(gone[0]), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_as_without),
        cmocka_unit_test(the_built_program_is_a_child),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(a_refusal_comes_as_a_reply),
        cmocka_unit_test(a_cancelled_one_does_not_come),
        cmocka_unit_test(a_death_is_told_with_its_signal),
        cmocka_unit_test(what_was_ready_before_a_death_arrives),
        cmocka_unit_test(the_reason_of_a_failed_create_is_told),
        cmocka_unit_test(what_breaks_later_is_told),
        cmocka_unit_test(its_last_words),
        cmocka_unit_test(bytes_that_are_no_frame),
        cmocka_unit_test(a_program_that_is_none_is_told),
        cmocka_unit_test(a_stuck_child_is_killed),
        cmocka_unit_test(destroy_does_not_wait_for_work),
        cmocka_unit_test(destroy_at_once_leaves_nothing),
        cmocka_unit_test(an_idle_child_rests),
        cmocka_unit_test(signals_of_the_group),
        cmocka_unit_test(a_child_does_not_outlive_its_rank),
    };

    if (asking_is_child(argc, argv))
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
