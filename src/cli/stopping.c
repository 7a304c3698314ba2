#include "cli/stopping.h"

#include <signal.h>
#include <stddef.h>

enum {
    TERM_LEAVE_MS = 20 * 1000, /* batch systems kill 30 s after TERM */
    DRAIN_LEAD_MS = 60 * 1000, /* two leases and the files, usually */
    LEAVE_LEAD_MS = 30 * 1000, /* the files; at most half the notice */
};

static const int numbers[] = { SIGINT, SIGTERM, SIGUSR1 };
enum { NUM = sizeof numbers / sizeof numbers[0] };

static volatile sig_atomic_t num_came[NUM];
static sig_atomic_t num_told[NUM];

void stopping_init(struct stopping *self, int notice_s)
{
    *self = (struct stopping){
        .notice_s = notice_s,
        .drain_ms = INT64_MAX,
        .leave_ms = INT64_MAX,
    };
}

static int64_t min_ms(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void stopping_tell(struct stopping *self, int number, int64_t now_ms)
{
    int64_t notice_ms = (int64_t)self->notice_s * 1000;
    int64_t end_ms = now_ms + notice_ms;

    if (number == SIGINT) {
        self->interrupts++;
        self->drain_ms = min_ms(self->drain_ms, now_ms);
    } else if (number == SIGTERM) {
        if (!self->is_told)
            self->leave_ms = min_ms(self->leave_ms, now_ms + TERM_LEAVE_MS);
        self->is_told = true;
        self->drain_ms = min_ms(self->drain_ms, now_ms);
    } else if (number == SIGUSR1 && !self->is_noticed) {
        self->is_noticed = true;
        self->drain_ms =
            min_ms(self->drain_ms, end_ms - min_ms(notice_ms, DRAIN_LEAD_MS));
        self->leave_ms = min_ms(self->leave_ms,
                                end_ms - min_ms(notice_ms / 2, LEAVE_LEAD_MS));
    }
}

enum stopping_stage stopping_stage(const struct stopping *self, int64_t now_ms)
{
    if (self->interrupts >= 2)
        return STOPPING_NOW;
    if (now_ms >= self->leave_ms)
        return STOPPING_LEAVE;
    return now_ms >= self->drain_ms ? STOPPING_DRAIN : STOPPING_NOT;
}

static void on_signal(int number)
{
    for (size_t i = 0; i < NUM; i++) {
        if (numbers[i] == number)
            num_came[i] = num_came[i] + 1;
    }
}

static void handle(void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };

    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < NUM; i++)
        (void)sigaction(numbers[i], &action, NULL);
}

void stopping_catch(void)
{
    handle(on_signal);
}

void stopping_ignore(void)
{
    handle(SIG_IGN);
}

void stopping_listen(struct stopping *self, int64_t now_ms)
{
    for (size_t i = 0; i < NUM; i++) {
        for (; num_told[i] < num_came[i]; num_told[i]++)
            stopping_tell(self, numbers[i], now_ms);
    }
}
