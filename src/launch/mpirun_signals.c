#include "launch/mpirun_signals.h"

/* How often each was passed on. */
static int num_passed[STOP_SIGNALS];

void mpirun_signals_catch(struct mpirun_signals *self)
{
    for (int i = 0; i < STOP_SIGNALS; i++)
        num_passed[i] = 0;
    stop_signals_catch(self->old);
}

void mpirun_signals_give_back(const struct mpirun_signals *self)
{
    stop_signals_give_back(self->old);
}

int mpirun_signals_interrupts(void)
{
    return stop_signals_came(0);
}

int mpirun_signals_terms(void)
{
    return stop_signals_came(1);
}

int mpirun_signals_came(void)
{
    int num = 0;

    for (int i = 0; i < STOP_SIGNALS; i++)
        num += stop_signals_came(i);
    return num;
}

bool mpirun_signals_told(void)
{
    return stop_signals_any();
}

int mpirun_signals_next(void)
{
    for (int i = 0; i < STOP_SIGNALS; i++) {
        if (stop_signals_came(i) > num_passed[i])
            return stop_signals_numbers[i];
    }
    return 0;
}

void mpirun_signals_passed(int number)
{
    for (int i = 0; i < STOP_SIGNALS; i++) {
        if (stop_signals_numbers[i] == number)
            num_passed[i] = num_passed[i] + 1;
    }
}
