/*
 * run_policy.h - `--policy` of a run, whose words `plan` takes too: resident
 * models, or a simpler policy to compare them with.
 */
#ifndef RUN_POLICY_H
#define RUN_POLICY_H

#include "schedule/policy.h"

#include <stddef.h>

struct cJSON;
struct error;
struct outlook;
struct sweep;

struct run_policy {
    enum policy policy;
    size_t size; /* as of policy_assign(); 0 = what would suit it best */
};

/* "NAME" or "NAME:SIZE"; NULL: resident.  ERR_USAGE, with the names */
int run_policy_read(struct run_policy *out,
                    const char *text,
                    struct error *err);

/* Before anything starts.  ERR_USAGE: no size was given, and what would suit it
 * cannot be tried out, as a speed is unknown; or as outlook_make() */
int run_policy_check(const struct run_policy *self,
                     const struct sweep *sweep,
                     struct error *err);

/*
 * Before the schedule is made, for so many workers: the size that is best in
 * virtual time where none was given.  Widths of models are set.
 *
 * errors  ERR_USAGE: a model needs several workers, or no size was given and a
 *         speed is unknown
 */
int run_policy_settle(struct run_policy *self,
                      const struct outlook *outlook,
                      size_t num_workers,
                      struct error *err);

/* "policy" and its size in run.json, but of resident models. */
void run_policy_add(struct cJSON *run, const struct run_policy *self);

#endif
