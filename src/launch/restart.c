#include "launch/restart.h"

#include "launch/mpirun.h"

enum {
    FIRST_DELAY_MS = 1000, /* doubled with each start that got no further */
    HIGHEST_OWN_STATUS = 3,
    NO_PROGRAM = 127,
};

void restart_init(struct restart *self, int max)
{
    *self = (struct restart){ .max = max, .best = -1 };
}

bool restart_helps(const struct mpirun_outcome *outcome)
{
    if (outcome->is_final)
        return outcome->wants_start;
    if (outcome->has_begun || outcome->is_overdue)
        return true;
    /* Killed while it started.  A status of the program's own is about the
     * command line or the files, and was explained. */
    return outcome->status == 0
           || (outcome->status > HIGHEST_OWN_STATUS
               && outcome->status != NO_PROGRAM);
}

int restart_next(struct restart *self, const struct mpirun_outcome *outcome)
{
    if (!restart_helps(outcome))
        return -1;
    if (self->best < 0) /* what was there before is nobody's progress */
        self->best = outcome->num_before;
    if (self->best >= 0 && outcome->num_done > self->best) {
        self->best = outcome->num_done;
        self->num_fruitless = 0;
    } else {
        self->num_fruitless++;
    }
    if (self->num >= self->max || self->num_fruitless >= RESTART_FRUITLESS)
        return -1;
    self->num++;
    return FIRST_DELAY_MS << self->num_fruitless;
}
