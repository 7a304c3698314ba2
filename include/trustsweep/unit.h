/*
 * unit.h - the thing that is dispatched: item x model x settings x repeat.
 *
 * A unit's id is a hash of everything that determines its reply: task,
 * canonical item JSON and occurrence, model identity, messages, sampling
 * settings, seed rule, repeat.  Threads, batch size, offload, paths and shard
 * indices stay out, so an id survives another rank count, split or machine.
 *
 * A follow-up (a request that an evaluator needs) is a unit as well, with a
 * role instead of a model column and one or more parents.
 */
#ifndef TRUSTSWEEP_UNIT_H
#define TRUSTSWEEP_UNIT_H

#include "trustsweep/hash128.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
    ROLE_ANSWER = 0, /* the model under test */
    ROLE_JUDGE,
    ROLE_REFUSAL,  /* refusal classifier */
    ROLE_EMBEDDER, /* text -> vector */
    ROLE_TOXICITY,
    NUM_ROLES,
};

const char *role_name(enum role role);

/* What the job asks of a generation.  Part of the unit id, field by field. */
struct sampling {
    int32_t max_tokens;        /* of the final text                           */
    int32_t thinking_tokens;   /* extra budget for reasoning; 0 = none        */
    double temperature;        /* 0 = greedy                                  */
    double top_p;              /* 1 = off                                     */
    int32_t top_k;             /* 0 = off                                     */
    double repetition_penalty; /* 1 = off                                    */
    uint64_t seed;             /* the job's; a unit's own is sampling_seed()  */
};

/*
 * The seed of one unit: a hash of the job's seed and the unit id, so that a
 * sampled reply does not depend on the rank, order or batch it came from.
 */
uint32_t sampling_seed(const struct sampling *sampling, struct hash128 unit);

#endif
