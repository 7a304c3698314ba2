#include "cli/run/run_policy.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/plan_world.h"
#include "schedule/simulate.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static int no_such(const char *text, struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "--policy: '%s' is none of resident, pair, chunk, static, "
                     "chunk:ITEMS, static:SHARDS",
                     text);
}

static int no_such_size(const char *text,
                        enum policy policy,
                        const char *size,
                        struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "--policy: '%s' of '%s' is no number of %s from 1 to %u",
                     size,
                     text,
                     policy == POLICY_CHUNK ? "items" : "shards",
                     UINT32_MAX);
}

int run_policy_read(struct run_policy *out, const char *text, struct error *err)
{
    const char *colon = text ? strchr(text, ':') : NULL;
    const size_t len = colon ? (size_t)(colon - text) : text ? strlen(text) : 0;
    uint64_t size = 0;
    int policy = POLICY_RESIDENT;

    *out = (struct run_policy){ .policy = POLICY_RESIDENT };
    if (!text)
        return 0;
    while (policy < NUM_POLICIES
           && (strlen(policy_name((enum policy)policy)) != len
               || strncmp(policy_name((enum policy)policy), text, len) != 0))
        policy++;
    if (policy == NUM_POLICIES)
        return no_such(text, err);
    if (colon && policy != POLICY_CHUNK && policy != POLICY_STATIC)
        return no_such(text, err);
    if (colon
        && (!text_to_uint64(colon + 1, &size) || size == 0
            || size > UINT32_MAX))
        return no_such_size(text, (enum policy)policy, colon + 1, err);
    out->policy = (enum policy)policy;
    out->size = (size_t)size;
    return 0;
}

static int check_known(const struct run_policy *self,
                       const struct outlook *outlook,
                       struct error *err)
{
    if (outlook->is_known)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "--policy %s: what size suits it best is tried out in "
                     "virtual time, and a model's speed is unknown: give the "
                     "size, as %s, or \"forecast_from\"",
                     policy_name(self->policy),
                     self->policy == POLICY_CHUNK ? "chunk:1000" : "static:4");
}

static bool needs_size(const struct run_policy *self)
{
    return self->size == 0
           && (self->policy == POLICY_CHUNK || self->policy == POLICY_STATIC);
}

int run_policy_check(const struct run_policy *self,
                     const struct sweep *sweep,
                     struct error *err)
{
    struct outlook outlook;
    int rc;

    if (!needs_size(self))
        return 0;
    if (outlook_make(&outlook, sweep, err) < 0)
        return -1;
    rc = check_known(self, &outlook, err);
    outlook_release(&outlook);
    return rc;
}

int run_policy_settle(struct run_policy *self,
                      const struct outlook *outlook,
                      size_t num_workers,
                      struct error *err)
{
    struct simulate_outcome outcome;
    const struct plan_grain all_of_it = { 0 };
    struct plan_world world;

    if (self->policy == POLICY_RESIDENT)
        return 0;
    for (size_t i = 0; i < outlook->params.num_models; i++) {
        if (outlook->schedule_models[i].width > 1) {
            return error_set(err,
                             ERR_USAGE,
                             "--policy %s: some model needs several workers at "
                             "once (\"gpus\"), which only resident ones get",
                             policy_name(self->policy));
        }
    }
    if (!needs_size(self))
        return 0;
    if (check_known(self, outlook, err) < 0)
        return -1;
    plan_world_open(&world, outlook, num_workers, all_of_it);
    simulate_run(&world.world, self->policy, 0, &outcome);
    plan_world_close(&world);
    self->size = outcome.size;
    return 0;
}

void run_policy_add(struct cJSON *run, const struct run_policy *self)
{
    if (self->policy == POLICY_RESIDENT)
        return;
    json_add_text(run, "policy", policy_name(self->policy));
    if (self->size > 0)
        json_add_number(run, "policy_size", (double)self->size);
}
