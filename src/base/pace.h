/*
 * pace.h - how a loop of short turns rests when it finds nothing to do.
 *
 * A tenth of the time for which there was nothing: who is needed again soon
 * wakes at once, who waits for long costs next to nothing, and no wait grows by
 * more than a tenth.
 */
#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    int64_t idle_ns; /* since when there is nothing to do; 0 = there was */
};

/* After each turn.  has_worked: it found something to do, so no rest. */
void pace_rest(struct pace *self, bool has_worked);

#endif
