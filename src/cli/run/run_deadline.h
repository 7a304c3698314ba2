/*
 * run_deadline.h - rank 0 says when a run of checkpoints comes to end after its
 * deadline: when that is foreseen, when it no longer is, and when the deadline
 * passes.
 */
#ifndef RUN_DEADLINE_H
#define RUN_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct coordinator_view;

struct run_deadline {
    int64_t at_s;       /* Unix time; 0 = none */
    int64_t doubted_ms; /* since when the ETA says other than was said; 0 =
                            it does not */
    bool is_foreseen;   /* that it will be late; and said */
    bool has_passed;    /* and that was said */
};

enum run_deadline_news {
    DEADLINE_NO_NEWS,
    DEADLINE_FORESEEN,
    DEADLINE_NO_LONGER, /* foreseen */
    DEADLINE_PASSED
};

/*
 * What is new, each once until the other is.  What rests on guesses alone foresees
 * nothing, and the ETA of the first answers is hardly more: it has to say the same
 * for a while.
 *
 * now_ms  Unix time
 */
enum run_deadline_news run_deadline_judge(struct run_deadline *self,
                                          const struct coordinator_view *view,
                                          int64_t now_ms);

/* Now and then while the run goes on: the same, as it is, in the log. */
void run_deadline_look(struct run_deadline *self,
                       const struct coordinator_view *view);

#endif
