/* Whom the watch over an mpirun takes for its rank 0. */
#include "base/clock.h"
#include "base/process.h"
#include "launch/mpirun_signals.h"
#include "launch/mpirun_watch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SHORT_MS = 200, PATIENCE_S = 60 };

/* In a group of its own; ends at once, or sleeps. */
static pid_t start(bool sleeps)
{
    const pid_t child = fork();

    if (child == 0) {
        (void)setpgid(0, 0);
        while (sleeps)
            (void)pause();
        _exit(0);
    }
    (void)setpgid(child, child);
    return child;
}

/* Waits for an mpirun that ends at once, whose rank 0 was process `pid`. */
static void wait_with(pid_t pid, const char *began)
{
    const struct mpirun_params params = { .end_grace_ms = SHORT_MS };
    struct mpirun_watch watch;

    mpirun_watch_init(&watch, &params);
    watch.coordinator = pid;
    watch.outcome.has_begun = true;
    watch.outcome.is_final = true;
    (void)snprintf(watch.began, sizeof watch.began, "%s", began);
    mpirun_watch_wait(&watch, start(false));
}

/* The kernel may still be closing its files. */
static bool ends_soon(pid_t pid)
{
    const int64_t until = clock_ms() + 5000;

    while (clock_ms() < until) {
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return true;
        clock_sleep_ms(5);
    }
    return false;
}

static void test_a_rank_0_that_stays_is_ended(void **state)
{
    const pid_t pid = start(true);
    char began[32];

    (void)state;
    process_began(pid, began, sizeof began);
    wait_with(pid, began);
    assert_true(ends_soon(pid));
}

/* Its number may be another process's by then. */
static void test_a_stranger_is_left_alone(void **state)
{
    const pid_t pid = start(true);

    (void)state;
    wait_with(pid, "1");
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

/* How an mpirun ends whose rank 0 does not begin, with these signals; 0 ends them. */
static struct mpirun_outcome end_unbegun(const int *numbers, int apart_ms)
{
    const struct mpirun_params params = { .end_grace_ms = SHORT_MS,
                                          .start_limit_ms = 1000 };
    const pid_t pid = start(true);
    struct mpirun_signals signals;
    struct mpirun_watch watch;

    mpirun_signals_catch(&signals);
    for (size_t i = 0; numbers[i] != 0; i++) {
        if (i > 0)
            clock_sleep_ms(apart_ms);
        (void)raise(numbers[i]);
    }
    mpirun_watch_init(&watch, &params);
    mpirun_watch_wait(&watch, pid);
    mpirun_signals_give_back(&signals);
    return watch.outcome;
}

static void test_one_signal_waits_for_rank_0(void **state)
{
    static const int term[] = { SIGTERM, 0 };

    (void)state;
    assert_true(end_unbegun(term, 0).is_overdue);
}

/* As `timeout` sends one, to the process and to its group. */
static void test_one_that_comes_twice_is_one(void **state)
{
    static const int kinds[][3] = { { SIGTERM, SIGTERM, 0 },
                                    { SIGINT, SIGINT, 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_true(end_unbegun(kinds[i], 0).is_overdue);
}

/* It may be minutes until rank 0 can be told. */
static void test_two_signals_end_it_before_rank_0(void **state)
{
    static const int kinds[][3] = { { SIGTERM, SIGINT, 0 },
                                    { SIGTERM, SIGTERM, 0 },
                                    { SIGINT, SIGINT, 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct mpirun_outcome outcome =
            end_unbegun(kinds[i], STOP_SIGNALS_SAME_MS);

        assert_false(outcome.is_overdue);
        assert_int_equal(outcome.status, 128 + SIGTERM);
    }
}

/* Nobody writes into it. */
static void test_a_pipe_for_run_json_is_not_waited_for(void **state)
{
    char path[] = "/tmp/trustsweep-watch-XXXXXX";
    const struct mpirun_params params = { .end_grace_ms = SHORT_MS,
                                          .state_path = path,
                                          .state_bytes = 1024 };
    const int fd = mkstemp(path);
    struct mpirun_watch watch;

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    mpirun_watch_init(&watch, &params);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    (void)alarm(PATIENCE_S);
    mpirun_watch_wait(&watch, start(false));
    (void)alarm(0);
    assert_false(watch.outcome.has_begun);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rank_0_that_stays_is_ended),
        cmocka_unit_test(test_a_stranger_is_left_alone),
        cmocka_unit_test(test_one_signal_waits_for_rank_0),
        cmocka_unit_test(test_one_that_comes_twice_is_one),
        cmocka_unit_test(test_two_signals_end_it_before_rank_0),
        cmocka_unit_test(test_a_pipe_for_run_json_is_not_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
