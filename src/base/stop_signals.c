#include "base/stop_signals.h"

#include <stddef.h>
#include <stdint.h>
#include <time.h>

const int stop_signals_numbers[STOP_SIGNALS] = { SIGINT, SIGTERM, SIGUSR1 };

static volatile sig_atomic_t num_came[STOP_SIGNALS];
/* Of the last counted; the handler's alone. */
static int64_t came_ms[STOP_SIGNALS];
static bool counts_each;

/* By the real clock: of base/clock.h, which may be a simulation's, nothing is
 * promised to a handler. */
static int64_t now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_signal(int number)
{
    for (int i = 0; i < STOP_SIGNALS; i++) {
        if (stop_signals_numbers[i] != number)
            continue;
        if (!counts_each && num_came[i] > 0
            && now_ms() - came_ms[i] < STOP_SIGNALS_SAME_MS)
            return;
        came_ms[i] = now_ms();
        num_came[i] = num_came[i] + 1;
    }
}

/* Counts from nothing; who counts already goes on, and loses none that came. */
static void handle(void (*handler)(int), struct sigaction *old)
{
    struct sigaction action = { .sa_handler = handler };

    (void)sigemptyset(&action.sa_mask);
    for (int i = 0; i < STOP_SIGNALS; i++) {
        struct sigaction before = { .sa_handler = SIG_DFL };

        (void)sigaction(stop_signals_numbers[i], NULL, &before);
        if (before.sa_handler != handler)
            num_came[i] = 0;
        (void)sigaction(stop_signals_numbers[i], &action, NULL);
        if (old)
            old[i] = before;
    }
}

static void list_them(sigset_t *out)
{
    (void)sigemptyset(out);
    for (int i = 0; i < STOP_SIGNALS; i++)
        (void)sigaddset(out, stop_signals_numbers[i]);
}

void stop_signals_hold(sigset_t *old)
{
    sigset_t set;

    list_them(&set);
    (void)pthread_sigmask(SIG_BLOCK, &set, old);
}

void stop_signals_let_come(const sigset_t *old)
{
    (void)pthread_sigmask(SIG_SETMASK, old, NULL);
}

static void catch_them(bool each, struct sigaction *old)
{
    sigset_t set;

    counts_each = each;
    handle(on_signal, old);
    list_them(&set);
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void stop_signals_catch(struct sigaction *old)
{
    catch_them(false, old);
}

void stop_signals_catch_each(void)
{
    catch_them(true, NULL);
}

void stop_signals_give_back(const struct sigaction *old)
{
    for (int i = 0; i < STOP_SIGNALS; i++)
        (void)sigaction(stop_signals_numbers[i], &old[i], NULL);
}

void stop_signals_ignore(void)
{
    handle(SIG_IGN, NULL);
}

int stop_signals_came(int index)
{
    return (int)num_came[index];
}

bool stop_signals_any(void)
{
    for (int i = 0; i < STOP_SIGNALS; i++) {
        if (num_came[i] > 0)
            return true;
    }
    return false;
}
