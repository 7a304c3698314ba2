#include "base/stop_signals.h"

#include <stddef.h>

const int stop_signals_numbers[STOP_SIGNALS] = { SIGINT, SIGTERM, SIGUSR1 };

static volatile sig_atomic_t num_came[STOP_SIGNALS];

static void on_signal(int number)
{
    for (int i = 0; i < STOP_SIGNALS; i++) {
        if (stop_signals_numbers[i] == number)
            num_came[i] = num_came[i] + 1;
    }
}

static void handle(void (*handler)(int), struct sigaction *old)
{
    struct sigaction action = { .sa_handler = handler };

    (void)sigemptyset(&action.sa_mask);
    for (int i = 0; i < STOP_SIGNALS; i++) {
        num_came[i] = 0;
        (void)sigaction(stop_signals_numbers[i], &action, old ? &old[i] : NULL);
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

void stop_signals_catch(struct sigaction *old)
{
    sigset_t set;

    handle(on_signal, old);
    list_them(&set);
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
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
