/*
 * resident.h - the backend that a worker keeps: made, let go, and made again
 * only after a rest when it could not be made or broke.
 */
#ifndef RESIDENT_H
#define RESIDENT_H

#include <stdbool.h>
#include <stdint.h>

struct backend;
struct reply;

struct resident {
    struct backend *backend; /* NULL = none */
    int32_t model;           /* that `backend` is of; -1 = none */
    bool has_replied;        /* this instance of the backend */
    double load_s;           /* of this instance; -1 = not known yet */
    int64_t made_ms;
    int64_t progress_ms;   /* it has answered, or got its first unit */
    int64_t not_before_ms; /* for making the next one */
    int64_t backoff_ms;
};

void resident_init(struct resident *self);

/* Whether the rest after the last failure is over. */
bool resident_may_make(const struct resident *self);

/* Loading begins; the one before is gone. */
void resident_begin(struct resident *self);

/* The backend was made. */
void resident_take(struct resident *self,
                   struct backend *backend,
                   int32_t model);

/* A reply came.  True for the first one of this instance: then `load_s` is
 * known. */
bool resident_replied(struct resident *self, const struct reply *reply);

/* Let it go; nothing is wrong with it. */
void resident_drop(struct resident *self);

/* Let it go and rest, twice as long each time. */
void resident_broke(struct resident *self);

#endif
