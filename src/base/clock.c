#include "base/clock.h"

#include "trustsweep/bug.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static struct {
    bool on;
    int64_t now_ns;
} simulated;

static int64_t read_ns(clockid_t clock)
{
    struct timespec now;

    if (clock_gettime(clock, &now) != 0) {
        BUG("no clock %d", (int)clock);
    }
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_ns(void)
{
    return simulated.on ? simulated.now_ns : read_ns(CLOCK_MONOTONIC);
}

int64_t clock_ms(void)
{
    return clock_ns() / 1000000;
}

int64_t clock_unix_ms(void)
{
    return simulated.on ? clock_ms() : read_ns(CLOCK_REALTIME) / 1000000;
}

void clock_sleep_ms(double ms)
{
    if (!(ms > 0)) {
        return;
    }
    if (simulated.on) {
        simulated.now_ns += (int64_t)(ms * 1e6);
        return;
    }
    int64_t ns = (int64_t)(ms * 1e6);
    struct timespec left = {
        .tv_sec = (time_t)(ns / 1000000000),
        .tv_nsec = (long)(ns % 1000000000),
    };
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

void clock_format(int64_t unix_ms, char *out, size_t size)
{
    time_t seconds = (time_t)(unix_ms / 1000 - (unix_ms % 1000 < 0));
    struct tm parts;

    if (!gmtime_r(&seconds, &parts)
        || strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        (void)snprintf(out, size, "-");
    }
}

void clock_simulate(bool on, int64_t start_ms)
{
    simulated.on = on;
    simulated.now_ns = start_ms * 1000000;
}

void clock_advance_ms(int64_t ms)
{
    if (!simulated.on) {
        BUG("only a simulated clock can be moved");
    }
    simulated.now_ns += ms * 1000000;
}
