/*
 * again.h - whether a batch job that ended asks for another one.  Pure.
 */
#ifndef AGAIN_H
#define AGAIN_H

#include <stdbool.h>

enum again {
    AGAIN_DONE = 1,  /* the run is complete */
    AGAIN_FAILED,    /* it would fail again */
    AGAIN_UNBEGUN,   /* no run has begun there: it would not the next time */
    AGAIN_FOREIGN,   /* the folder is another job's, which goes on */
    AGAIN_TOLD,      /* somebody ended the job: it stays ended */
    AGAIN_BUDGET,    /* what it may cost is spent */
    AGAIN_FRUITLESS, /* jobs in a row that got no further */
    AGAIN_NEVER,     /* unfinished, and nobody wants another job */
    AGAIN_YES,
};

enum { AGAIN_MAX_FRUITLESS = 3 };

struct again_facts {
    const char *state; /* of run.json; NULL: there is none */
    bool is_final;     /* the last word */
    bool is_foreign;   /* run.json is of another job */
    bool
        has_failed; /* the run ended with an error, after its last word maybe */
    bool was_told;  /* TERM or INT came */
    bool was_warned;                /* the end of the walltime was near */
    bool was_waiting;               /* for checkpoints, with all others done */
    bool wants;                     /* the site wants another job */
    double done_before, done_after; /* units on disk; -1 = unknown */
    int num_fruitless; /* jobs in a row before this one that got no further */
    double used_s, budget_s; /* GPU seconds; budget 0 = none */
};

enum again again_decide(const struct again_facts *facts);

/* A sentence; static. */
const char *again_says(enum again again);

#endif
