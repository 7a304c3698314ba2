/* What becomes of a function that crashes, fails, prints or says a lot. */
#include "base/mem.h"
#include "base/text.h"
#include "cli/parts/guard.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static int say_much(void *context, struct text *out, struct error *err)
{
    (void)err;
    for (int i = 0; i < *(int *)context; i++)
        text_add(out, "0123456789");
    *(int *)context = 0; /* stays in the child */
    return 0;
}

static int refuse(void *context, struct text *out, struct error *err)
{
    (void)context;
    text_add(out, "half");
    return error_set(err, ERR_USAGE, "not so");
}

static int crash(void *context, struct text *out, struct error *err)
{
    (void)err;
    text_add(out, "half");
    (void)signal(*(int *)context, SIG_DFL);
    (void)raise(*(int *)context);
    return 0;
}

static int leave(void *context, struct text *out, struct error *err)
{
    (void)context;
    (void)out;
    (void)err;
    _exit(0);
}

/* A reader that went round for ever would take memory all the time. */
static int take_memory(void *context, struct text *out, struct error *err)
{
    void *taken;

    (void)context;
    (void)out;
    if (guard_open("no such file", err))
        return 0;
    taken = malloc((size_t)3 << 30);
    if (!taken)
        return error_set(err, ERR_FORMAT, "refused");
    free(taken);
    return 0;
}

/* Of a file that says it is large: what it may take all the same. */
static int tell_limits(void *context, struct text *out, struct error *err)
{
    struct rlimit cpu, data;

    (void)err;
    assert_null(guard_open(context, NULL));
    assert_int_equal(getrlimit(RLIMIT_CPU, &cpu), 0);
    assert_int_equal(getrlimit(RLIMIT_DATA, &data), 0);
    text_addf(out,
              "%llu %llu %u",
              (unsigned long long)cpu.rlim_cur,
              (unsigned long long)data.rlim_cur >> 30,
              alarm(0));
    return 0;
}

/* What a library does that got none: an error, or the signal in `context`. */
static int run_short(void *context, struct text *out, struct error *err)
{
    const struct rlimit limit = { 128 << 20, RLIM_INFINITY };
    const int number = *(int *)context;

    (void)out;
    (void)setrlimit(RLIMIT_AS, &limit);
    if (number == 0)
        return error_set(err, ERR_IO, "no vocabulary");
    if (number == SIGABRT)
        abort();
    (void)raise(number);
    return 0;
}

/* A stack that has no room left, be it by its own limit or by that of the address
 * space.
 * NOLINTNEXTLINE(misc-no-recursion): it is what is tried */
static int go_down(void *context, struct text *out, struct error *err)
{
    static volatile bool has_end;
    volatile char room[64 << 10];

    room[0] = 1;
    if (has_end)
        return 0;
    return go_down(context, out, err) + room[0];
}

static int go_down_far(void *context, struct text *out, struct error *err)
{
    const struct rlimit stack = { 8 << 20, RLIM_INFINITY };

    (void)setrlimit(RLIMIT_STACK, &stack);
    return go_down(context, out, err);
}

static int go_down_short(void *context, struct text *out, struct error *err)
{
    const struct rlimit limit = { 128 << 20, RLIM_INFINITY };
    const struct rlimit stack = { RLIM_INFINITY, RLIM_INFINITY };

    (void)setrlimit(RLIMIT_AS, &limit);
    (void)setrlimit(RLIMIT_STACK, &stack);
    return go_down(context, out, err);
}

static void test_what_it_says_comes_back(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };
    int times = 100000; /* more than a pipe holds */

    (void)state;
    assert_int_equal(guard_run(say_much, &times, "f", &text, &err), 0);
    assert_int_equal(text.len, 1000000);
    assert_int_equal(times, 100000);
    assert_int_equal(err.code, ERR_NONE);
    text_release(&text);
    times = 0;
    assert_int_equal(guard_run(say_much, &times, "f", &text, &err), 0);
    assert_int_equal(text.len, 0);
    text_release(&text);
}

static void test_its_error_comes_back(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };

    (void)state;
    assert_int_equal(guard_run(refuse, NULL, "f", &text, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, "not so");
    assert_int_equal(guard_run(refuse, NULL, "f", &text, NULL), -1);
    text_release(&text);
}

static void test_a_crash_is_an_error(void **state)
{
    static int signals[] = { SIGSEGV, SIGABRT, SIGBUS };
    struct error err = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        struct text text = { 0 };
        char words[64];

        (void)snprintf(words,
                       sizeof words,
                       "r.h5 is damaged: reading it ended with signal %d",
                       signals[i]);
        assert_int_equal(guard_run(crash, &signals[i], "r.h5", &text, &err),
                         -1);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_string_equal(err.text, words);
        assert_int_equal(text.len, 0);
        text_release(&text);
    }
    static int killed = SIGKILL; /* as when memory runs out: no damage */
    struct text text = { 0 };

    assert_int_equal(guard_run(crash, &killed, "r.h5", &text, &err), -1);
    assert_int_equal(err.code, ERR_TRANSIENT);
    assert_non_null(strstr(err.text, "memory may have run out"));
    assert_int_equal(guard_run(leave, NULL, "r.h5", &text, &err), -1);
    assert_non_null(strstr(err.text, "status 0"));
    text_release(&text);
}

/* The error of a results file: `context` is its text, of that code. */
static int complain(void *context, struct text *out, struct error *err)
{
    const struct error *given = context;

    (void)out;
    return error_set(err, given->code, "%s", given->text);
}

static void expect_way_out(enum error_code code, const char *text, bool has_it)
{
    static const char *const paths[] = { "a.h5", "b.h5" };
    struct error given = { .code = code };
    struct text out = { 0 };
    struct error err = { 0 };

    (void)snprintf(given.text, sizeof given.text, "%s", text);
    assert_int_equal(guard_read(complain, &given, paths, 2, &out, &err), -1);
    assert_int_equal(err.code, code);
    assert_int_equal(strncmp(err.text, text, strlen(text)), 0);
    if (has_it != (strstr(err.text, "; 'trustsweep score' of its") != NULL))
        fail_msg("%s", err.text);
    text_release(&out);
}

static void test_damage_has_a_way_out(void **state)
{
    static const char *const paths[] = { "a.h5", "b.h5", "c.h5" };
    static int number = SIGSEGV;
    struct text out = { 0 };
    struct error err = { 0 };

    (void)state;
    expect_way_out(ERR_FORMAT, "b.h5: /model: another shape", true);
    expect_way_out(ERR_IO, "a.h5: /items/entry: inflate() failed", true);
    expect_way_out(ERR_FORMAT, "b.h5 is no results file, or is cut off", true);
    expect_way_out(ERR_FORMAT, "a.h5: version 4; write it anew", false);
    expect_way_out(ERR_IO, "cannot read a.h5: Permission denied", false);
    expect_way_out(ERR_FORMAT, "facts.json:3:1: a comma is wanted", false);
    expect_way_out(ERR_USAGE, "a.h5: its texts are redacted", false);
    /* which one it was is not known */
    assert_int_equal(guard_read(crash, &number, paths, 3, &out, &err), -1);
    assert_int_equal(strncmp(err.text,
                             "a.h5 or another of 3 files is damaged: ",
                             strlen("a.h5 or another of 3 files is damaged: ")),
                     0);
    assert_non_null(strstr(err.text, "; 'trustsweep score' of its"));
    text_release(&out);
}

static void test_memory_has_an_end(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };

    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* such a request ends a process there */
#endif
    assert_int_equal(guard_run(take_memory, NULL, "f", &text, &err), -1);
    assert_string_equal(err.text, "refused");
    text_release(&text);
}

static void test_a_file_does_not_say_its_own_limits(void **state)
{
    char path[] = "/tmp/guard.XXXXXX";
    const int fd = mkstemp(path);
    unsigned long long seconds = 0;
    unsigned long long gib = 0;
    unsigned by_the_clock = 0;
    struct text text = { 0 };
    struct error err = { 0 };

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
    assert_int_equal(guard_run(tell_limits, path, "f", &text, &err), 0);
    assert_int_equal(
        sscanf(text_data(&text), "%llu %llu %u", &seconds, &gib, &by_the_clock),
        3);
    assert_in_range(seconds, 300, 4 * 3600);
#ifndef __SANITIZE_ADDRESS__
    assert_in_range(gib, 1, 64);
#endif
    assert_in_range(by_the_clock, 300, 24 * 3600);
    text_release(&text);
    (void)close(fd);
    (void)unlink(path);
}

static void test_waiting_has_an_end(void **state)
{
    static int number = SIGALRM;
    struct text text = { 0 };
    struct error err = { 0 };

    (void)state;
    assert_int_equal(guard_run(crash, &number, "r.h5", &text, &err), -1);
    assert_int_equal(err.code, ERR_TRANSIENT);
    assert_non_null(strstr(err.text, "r.h5 took longer than it may"));
    text_release(&text);
}

static void test_too_little_memory_is_no_damage(void **state)
{
    static int signals[] = { SIGABRT, SIGSEGV, SIGBUS };
    struct text text = { 0 };
    struct error err = { 0 };
    int returns = 0;

    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* its address space is larger than any limit */
#endif
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        assert_int_equal(
            guard_run(run_short, &signals[i], "m.gguf", &text, &err),
            -1);
        assert_string_equal(err.text, "not enough memory to read m.gguf");
        assert_int_equal(err.code, ERR_TRANSIENT);
    }
    assert_int_equal(guard_run(run_short, &returns, "m.gguf", &text, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.text,
                        "short of memory (ulimit -v: 128 MiB): no vocabulary");
    text_release(&text);
}

static void test_a_stack_without_room_is_a_crash(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };

    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* its address space is larger than any limit */
#endif
    assert_int_equal(guard_run(go_down_far, NULL, "m.gguf", &text, &err), -1);
    assert_string_equal(err.text,
                        "m.gguf is damaged: reading it ended with signal 11");
    assert_int_equal(guard_run(go_down_short, NULL, "m.gguf", &text, &err), -1);
    assert_string_equal(err.text, "not enough memory to read m.gguf");
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says_comes_back),
        cmocka_unit_test(test_its_error_comes_back),
        cmocka_unit_test(test_a_crash_is_an_error),
        cmocka_unit_test(test_damage_has_a_way_out),
        cmocka_unit_test(test_memory_has_an_end),
        cmocka_unit_test(test_a_file_does_not_say_its_own_limits),
        cmocka_unit_test(test_waiting_has_an_end),
        cmocka_unit_test(test_too_little_memory_is_no_damage),
        cmocka_unit_test(test_a_stack_without_room_is_a_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
