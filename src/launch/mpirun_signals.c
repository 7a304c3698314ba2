#include "launch/mpirun_signals.h"

#include <stddef.h>

static const int caught[MPIRUN_NUM_SIGNALS] = { SIGINT, SIGTERM, SIGUSR1 };

/* How often each came, and how often it was passed on. */
static volatile sig_atomic_t num_came[MPIRUN_NUM_SIGNALS];
static sig_atomic_t num_passed[MPIRUN_NUM_SIGNALS];

static void on_signal(int number)
{
    for (int i = 0; i < MPIRUN_NUM_SIGNALS; i++) {
        if (caught[i] == number)
            num_came[i] = num_came[i] + 1;
    }
}

void mpirun_signals_catch(struct mpirun_signals *self)
{
    struct sigaction action = { .sa_handler = on_signal };

    (void)sigemptyset(&action.sa_mask);
    for (int i = 0; i < MPIRUN_NUM_SIGNALS; i++) {
        num_came[i] = 0;
        num_passed[i] = 0;
        (void)sigaction(caught[i], &action, &self->old[i]);
    }
}

void mpirun_signals_give_back(const struct mpirun_signals *self)
{
    for (int i = 0; i < MPIRUN_NUM_SIGNALS; i++)
        (void)sigaction(caught[i], &self->old[i], NULL);
}

int mpirun_signals_interrupts(void)
{
    return (int)num_came[0];
}

int mpirun_signals_terms(void)
{
    return (int)num_came[1];
}

bool mpirun_signals_told(void)
{
    return num_came[0] > 0 || num_came[1] > 0 || num_came[2] > 0;
}

int mpirun_signals_next(void)
{
    for (int i = 0; i < MPIRUN_NUM_SIGNALS; i++) {
        if (num_came[i] > num_passed[i])
            return caught[i];
    }
    return 0;
}

void mpirun_signals_passed(int number)
{
    for (int i = 0; i < MPIRUN_NUM_SIGNALS; i++) {
        if (caught[i] == number)
            num_passed[i] = num_passed[i] + 1;
    }
}
