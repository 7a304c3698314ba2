/*
 * turns.h - for tests: a process that has a turn for a while.
 */
#ifndef TEST_TURNS_H
#define TEST_TURNS_H

#include "generate/parts/turn.h"
#include "tests/unit/generate/asking.h"

#include <sys/ioctl.h>
#include <sys/wait.h>

enum { TURNS_HELD_MS = 500 };

struct turns {
    pid_t pid;
    int said; /* a byte when it ends */
};

/* It has the turn when this returns. */
static inline struct turns turns_hold(const char *what)
{
    struct turns out;
    int ends[2];
    char ready;

    assert_int_equal(pipe(ends), 0);
    out.pid = fork();
    if (out.pid == 0) {
        if (turn_begin(what) < 0 || write(ends[1], "b", 1) != 1)
            _exit(1);
        clock_sleep_ms(TURNS_HELD_MS);
        (void)!write(ends[1], "e", 1);
        _exit(0);
    }
    assert_true(out.pid > 0);
    (void)close(ends[1]);
    out.said = ends[0];
    assert_int_equal(read(out.said, &ready, 1), 1);
    return out;
}

/* Whether it has come to its end, without waiting for that. */
static inline bool turns_are_over(const struct turns *self)
{
    int num = 0;

    assert_int_equal(ioctl(self->said, FIONREAD, &num), 0);
    return num > 0;
}

static inline void turns_end(struct turns *self)
{
    int status;

    assert_int_equal(waitpid(self->pid, &status, 0), self->pid);
    assert_int_equal(status, 0);
    (void)close(self->said);
}

#endif
