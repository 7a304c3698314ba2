/*
 * stopping.h - when a run that was told to end stops leasing, and when it no
 * longer waits for what was leased, and what people are told of it.  Pure but
 * for stopping_listen().
 */
#ifndef STOPPING_H
#define STOPPING_H

#include <stdbool.h>
#include <stdint.h>

struct text;

enum stopping_stage {
    STOPPING_NOT = 0,
    STOPPING_DRAIN, /* lease nothing more, wait for what is leased */
    STOPPING_LEAVE, /* the time is over: what is in hand is left */
    STOPPING_NOW,   /* not even a results file */
};

struct stopping {
    int notice_s;   /* from USR1 to the end of the time */
    int interrupts; /* INTs so far */
    bool is_told;   /* TERM came, first at `told_ms` */
    int64_t told_ms;
    bool is_noticed;  /* USR1 came */
    int64_t drain_ms; /* when to drain; INT64_MAX = never */
    int64_t leave_ms; /* when to leave; the same */
    int drain_by;     /* the signal that set it; 0 = none */
    int leave_by;
};

void stopping_init(struct stopping *self, int notice_s);

/* INT: drain for as long as it takes; a second one: now.
 * TERM: drain, and leave in time for a batch system that kills soon; a second
 * one: leave now.
 * USR1: go on until shortly before the end, then drain, then leave. */
void stopping_tell(struct stopping *self, int number, int64_t now_ms);

enum stopping_stage stopping_stage(const struct stopping *self, int64_t now_ms);

/* A line for people: what happens now, and what is the last moment. */
void stopping_describe(const struct stopping *self,
                       int64_t now_ms,
                       struct text *out);

/* The same while results are written, which ends by itself: only INT twice ends
 * it sooner. */
void stopping_describe_writing(const struct stopping *self, struct text *out);

/* Why a run ended that was stopped; one sentence for run.json. */
const char *stopping_reason(const struct stopping *self,
                            enum stopping_stage stage);

/* Count these signals in this process from now on; or ignore them. */
void stopping_catch(void);
void stopping_ignore(void);
/* Tell of what has come since the last call; whether there was anything. */
bool stopping_listen(struct stopping *self, int64_t now_ms);

#endif
