/* A backend in a child process: what its death, its hang and its noise cost. */
#include "generate/backend_isolated.h"
#include "generate/child.h"
#include "generate/pipe_frame.h"
#include "tests/unit/generate/asking.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void submit(struct backend *backend, uint64_t unit)
{
    struct request request = asking_request(unit, "x");

    assert_int_equal(backend->ops->submit(backend, &request, NULL), 0);
    request_release(&request);
}

static void test_replies_are_those_of_the_inner_one(void **state)
{
    struct backend *inner = asking_create("sim:reply_tokens=30");
    struct backend *outer = asking_create("isolated:sim:reply_tokens=30");

    (void)state;
    for (uint64_t unit = 0; unit < 20; unit++) {
        struct reply a = asking_text(inner, unit, "x");
        struct reply b = asking_text(outer, unit, "x");

        assert_string_equal(a.text, b.text);
        assert_int_equal(a.state, b.state);
        assert_int_equal(a.prompt_tokens, b.prompt_tokens);
        reply_release(&a);
        reply_release(&b);
    }
    assert_true(backend_isolated_load_s(outer) >= 0);
    assert_true(backend_isolated_load_s(inner) == 0);
    backend_destroy(inner);
    backend_destroy(outer);
}

static void expect_broken(const char *spec,
                          enum error_code code,
                          const char *in)
{
    struct backend *backend = asking_create(spec);
    struct error err = { 0 };
    struct reply reply = { 0 };
    int rc;

    submit(backend, 1);
    while ((rc = asking_wait(backend, ASKING_LIMIT_MS, &reply, &err)) == 1)
        reply_release(&reply);
    assert_int_equal(rc, -1);
    if (!strstr(err.text, in))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, in));
    assert_int_equal(err.code, code);
    backend_destroy(backend);
}

static void test_a_killed_child_is_told(void **state)
{
    (void)state;
    expect_broken("isolated:fault:kill-after=0:sim:", ERR_IO, "signal 9");
}

static void test_the_child_says_why_it_cannot_begin(void **state)
{
    (void)state;
    expect_broken("isolated:replay:/nonexistent", ERR_IO, "/nonexistent");
    expect_broken("isolated:fault:break-after=0:sim:",
                  ERR_IO,
                  "broken on purpose");
}

/* A program that is no child of ours: it talks on its standard error and goes,
 * or writes what is no frame. */
static void run_other(const char *script, const char *in, enum error_code code)
{
    char *folder = asking_folder();
    char *program = path_join(folder, "child");

    assert_int_equal(file_write(program, script, strlen(script), NULL), 0);
    assert_int_equal(chmod(program, 0700), 0);
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", program, 1), 0);
    expect_broken("isolated:sim:", code, in);
    assert_int_equal(unsetenv("TRUSTSWEEP_PROGRAM"), 0);
    free(program);
    asking_remove(folder);
}

static void test_its_last_words(void **state)
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

static void test_bytes_that_are_no_frame(void **state)
{
    (void)state;
    run_other("#!/bin/sh\necho 'Loading checkpoint shards'\nsleep 5\n",
              "no frame of ours",
              ERR_FORMAT);
}

static void test_no_such_program(void **state)
{
    (void)state;
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", "/nonexistent", 1), 0);
    expect_broken("isolated:sim:", ERR_IO, "status 127");
    assert_int_equal(unsetenv("TRUSTSWEEP_PROGRAM"), 0);
}

/* A child that hears nothing is killed, and a step in front of it returns. */
static void test_a_stuck_child(void **state)
{
    static const char script[] = "#!/bin/sh\ntrap '' TERM\nexec sleep 30\n";
    char *folder = asking_folder();
    char *program = path_join(folder, "child");
    struct reply reply = { 0 };
    struct backend *backend;
    int64_t began;

    (void)state;
    assert_int_equal(file_write(program, script, strlen(script), NULL), 0);
    assert_int_equal(chmod(program, 0700), 0);
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", program, 1), 0);
    backend = asking_create("isolated:sim:");
    assert_int_equal(unsetenv("TRUSTSWEEP_PROGRAM"), 0);
    for (uint64_t unit = 0; unit < 64; unit++)
        submit(backend, unit);
    began = clock_ms();
    assert_int_equal(backend->ops->step(backend, 30, &reply, NULL), 0);
    assert_int_equal(backend->ops->step(backend, 0, &reply, NULL), 0);
    assert_true(clock_ms() - began < 1000);
    assert_true(backend_isolated_load_s(backend) == -1);
    began = clock_ms();
    backend_destroy(backend);
    assert_true(clock_ms() - began < 1000);
    free(program);
    asking_remove(folder);
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
static void test_an_idle_child_rests(void **state)
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
static void test_signals_of_the_group(void **state)
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
static void test_a_child_does_not_outlive_its_rank(void **state)
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

/* Frames come whole, in pieces, or not at all. */
static void test_frames(void **state)
{
    struct error err = { 0 };
    struct pipe_frame from;
    struct pipe_frame to;
    struct text body = { 0 };
    enum frame_kind kind;
    const void *got;
    size_t len;
    int fds[2];
    int back[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(pipe(back), 0);
    pipe_frame_init(&from, back[0], fds[1]);
    pipe_frame_init(&to, fds[0], back[1]);
    for (int i = 0; i < 300000; i++)
        text_add_len(&body, "a", 1);
    pipe_frame_put(&from, FRAME_REQUEST, &body);
    text_clear(&body);
    pipe_frame_put(&from, FRAME_CANCEL, &body);
    assert_int_equal(pipe_frame_pump(&from, 0, &err), 0);
    assert_int_equal(pipe_frame_pump(&to, 0, &err), 0);
    assert_int_equal(pipe_frame_get(&to, &kind, &got, &len, &err), 0);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(pipe_frame_pump(&from, 0, &err), 0);
        assert_int_equal(pipe_frame_pump(&to, 0, &err), 0);
    }
    assert_int_equal(pipe_frame_get(&to, &kind, &got, &len, &err), 1);
    assert_int_equal(kind, FRAME_REQUEST);
    assert_int_equal(len, 300000);
    assert_int_equal(pipe_frame_get(&to, &kind, &got, &len, &err), 1);
    assert_int_equal(kind, FRAME_CANCEL);
    assert_int_equal(len, 0);
    assert_int_equal(write(fds[1], "\xff\xff\xff\xff\x01", 5), 5);
    assert_int_equal(pipe_frame_pump(&to, 0, &err), 0);
    assert_int_equal(pipe_frame_get(&to, &kind, &got, &len, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    pipe_frame_release(&from);
    assert_int_equal(pipe_frame_pump(&to, 0, &err), -1);
    pipe_frame_release(&to);
    text_release(&body);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies_are_those_of_the_inner_one),
        cmocka_unit_test(test_a_killed_child_is_told),
        cmocka_unit_test(test_the_child_says_why_it_cannot_begin),
        cmocka_unit_test(test_its_last_words),
        cmocka_unit_test(test_bytes_that_are_no_frame),
        cmocka_unit_test(test_no_such_program),
        cmocka_unit_test(test_a_stuck_child),
        cmocka_unit_test(test_an_idle_child_rests),
        cmocka_unit_test(test_signals_of_the_group),
        cmocka_unit_test(test_a_child_does_not_outlive_its_rank),
        cmocka_unit_test(test_frames),
    };

    if (argc == 2 && strcmp(argv[1], "backend-child") == 0)
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
