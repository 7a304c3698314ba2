/*
 * record.h - one finished unit as the journal keeps it: who answered, and what.
 *
 * Appended by rank 0 once per unit.  It names its unit by id alone, so a
 * journal outlives any change of plan, rank count or split.
 */
#ifndef TRUSTSWEEP_RECORD_H
#define TRUSTSWEEP_RECORD_H

#include "trustsweep/reply.h"

struct record {
    struct reply reply; /* reply.unit is the key */
    enum role role;
    uint32_t rank;           /* that generated it */
    uint32_t attempt;        /* from 1; 0 = given up without a try, since its
                                model could not be loaded */
    int64_t finished_ms;     /* wall clock, Unix time */
    struct hash128 *parents; /* [num_parents]: whose verdict needs it */
    uint32_t num_parents;
    char *gpu_type; /* of the worker, as the job names it; NULL = not known */
    char *request;  /* follow-ups only: the request as JSON, so that the unit
                      can be rebuilt from the journal; NULL for plan units */
};

void record_release(struct record *record);

#endif
