/*
 * schedule_explain.h - why a model is running or is not, in the schedule's own
 * numbers.
 */
#ifndef SCHEDULE_EXPLAIN_H
#define SCHEDULE_EXPLAIN_H

#include "schedule/schedule.h"

enum schedule_why {
    SCHEDULE_IS_DONE = 0,
    SCHEDULE_RUNS, /* and no further slot would end the sweep sooner */
    SCHEDULE_RUNS_AND_GROWS, /* a slot that comes free joins it next */
    SCHEDULE_LOADS,          /* all slots that hold it load it */
    SCHEDULE_IS_NEXT,        /* the next slot that comes free takes it */
    SCHEDULE_QUEUES,         /* others go first: there is time for it yet */
    SCHEDULE_COLLECTS,       /* of a role: too few questions for a load */
    SCHEDULE_CALLS,       /* its neighbours are to let go of what they hold */
    SCHEDULE_COMES_BACK,  /* all that is left failed and waits for a retry, or
                             is under way on a slot that holds another one */
    SCHEDULE_WAITS_APART, /* for a slot without a GPU: those ask others */
    /* of a simpler policy, in place of RUNS .. QUEUES and COLLECTS */
    SCHEDULE_RUNS_JOBS,   /* each slot of it has a job */
    SCHEDULE_QUEUES_JOBS, /* jobs before its own go first */
    SCHEDULE_IS_BEHIND,   /* a role: models have not ended */
    NUM_SCHEDULE_WHYS,
};

struct schedule_reason {
    enum schedule_why why;
    size_t num_left;    /* units that are not done */
    size_t num_ready;   /* of these, to be handed out */
    size_t num_slots;   /* that hold it or load it */
    size_t num_loading; /* of these */
    bool is_apart;      /* none of the slots that it may be on has a GPU */
    int next;           /* of SCHEDULE_QUEUES: who goes first, or
                           SCHEDULE_NO_MODEL: whoever has a worker keeps it */
    size_t num_jobs;    /* of a simpler policy: its jobs that no slot has, of
                           those that units were cut into so far */
    double work_s;      /* left, of one slot; NaN = unknown */
    bool is_guess;      /* `work_s`: nobody has measured the model yet */
    double load_s;      /* as schedule_choose() takes it; 0 = unknown */
    double end_s;       /* of the whole sweep, from now; NaN = unknown */
};

void schedule_explain(struct schedule *self,
                      int model,
                      int64_t now_ms,
                      struct schedule_reason *out);

/* Where a task of a model stands among the others. */
struct schedule_task_reason {
    size_t num_left;  /* units that are not done */
    size_t num_ready; /* of these, to be handed out */
    size_t num_ahead; /* tasks that go out before what is ready of it */
    size_t first;     /* of these, the one that goes next; else itself */
};

void schedule_explain_task(struct schedule *self,
                           int model,
                           size_t task,
                           struct schedule_task_reason *out);

/* Whether schedule_eta() rests on the guessed speed of a model with work. */
bool schedule_eta_is_guess(const struct schedule *self);

/* One sentence; never NULL. */
const char *schedule_why_text(enum schedule_why why);

/* "done", "running", "loading" or "waiting". */
const char *schedule_why_state(enum schedule_why why);

/* What a model that loads or waits waits for where it is no other model: "a worker",
 * "a retry", ...; NULL: nothing. */
const char *schedule_why_for(enum schedule_why why);

#endif
