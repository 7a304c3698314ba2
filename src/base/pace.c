#include "base/pace.h"

#include "base/clock.h"

static const double share = 0.1;
static const double least_ms = 0.05;
static const double most_ms = 10;

void pace_rest(struct pace *self, bool has_worked)
{
    int64_t now_ns;
    double ms;

    if (has_worked) {
        self->idle_ns = 0;
        return;
    }
    now_ns = clock_ns();
    if (self->idle_ns == 0)
        self->idle_ns = now_ns;
    ms = (double)(now_ns - self->idle_ns) / 1e6 * share;
    if (ms < least_ms)
        ms = least_ms;
    clock_sleep_ms(ms < most_ms ? ms : most_ms);
}
