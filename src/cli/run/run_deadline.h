/*
 * run_deadline.h - rank 0 says when a run of checkpoints comes to end after its
 * deadline, once when that is foreseen and once when the deadline passes.
 */
#ifndef RUN_DEADLINE_H
#define RUN_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct coordinator_view;

struct run_deadline {
    int64_t at_s;      /* Unix time; 0 = none */
    bool was_foreseen; /* and said */
    bool has_passed;   /* and that was said */
};

/* Now and then while the run goes on.  What rests on guesses alone foresees
 * nothing. */
void run_deadline_look(struct run_deadline *self,
                       const struct coordinator_view *view);

#endif
