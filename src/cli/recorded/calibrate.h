/*
 * calibrate.h - how far a judge can be trusted: the verdicts of a sample of
 * replies by it, again by it, in another order, by another judge, and by labels
 * that were recorded.
 */
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include "cli/results/results.h"

#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;

enum { CALIBRATE_MAX_REPEATS = 10 };

struct calibrate_params {
    const struct sweep *sweep; /* with a judge */
    struct reply_source source;
    const char *other; /* spec of another judge, paths absolute; or NULL */
    const char *other_name;
    const char *self; /* glob of models that are the judge's own; NULL: those
                         with its identity */
    size_t num;       /* judged groups of each evaluator, at most */
    int repeats;      /* times that it is asked again */
    uint64_t seed;
    void (*progress)(void *self, double share);
    void *progress_self;
};

/* errors  ERR_USAGE: nothing is judged; of backends and journal.
 * returns a document (docs/JUDGE.md); json_free() */
struct cJSON *calibrate(const struct calibrate_params *params,
                        struct error *err);

#endif
