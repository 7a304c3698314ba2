#include "base/log.h"
#include "base/text.h"
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* A model that never answered anything is given up after `max_attempts`
     * failed loads, or so many times as often when it loads and then breaks;
     * one that did answer, after this many times as often. */
    BREAKS_PER_ATTEMPT = 2,
    RELOADS_PER_ATTEMPT = 10,
    MAX_REST_MS = 60 * 1000,
    MAX_BAD_NODE_REST_MS = 10 * 60 * 1000, /* it could load none of several */
};

/* Whether another worker has units of a model: it may yet load it.  One that has
 * failed as often in a row as a unit may is not waited for: of several workers
 * whose loads fail late, some one would always be at it again. */
static bool is_tried_elsewhere(const struct coordinator *self,
                               const struct peer *peer,
                               int model)
{
    for (size_t i = 0; i < self->num_peers; i++) {
        const struct peer *other = &self->peers[i];

        if (other != peer && other->held == model && peer_num_open(other) > 0
            && other->num_load_failures < self->params.max_attempts)
            return true;
    }
    return false;
}

/* Models that this worker could not load since it last answered. */
static size_t num_unloadable(const struct coordinator *self,
                             const struct peer *peer)
{
    size_t num = 0;

    for (size_t i = 0; i < self->params.num_models; i++)
        num += self->models[i].failed_on[peer->rank - 1];
    return num;
}

/* One bad node must not cost a model: so many workers have to fail with it, of
 * those that may take it, and of one that takes several those that can drive
 * it. */
static bool has_failed_widely(const struct coordinator *self, int model)
{
    size_t num_failed = 0;
    size_t num_alive = 0;

    for (size_t i = 0; i < self->num_peers; i++) {
        const struct peer *peer = &self->peers[i];

        num_failed += self->models[model].failed_on[i];
        num_alive +=
            peer->has_said_hello && !peer->is_lost
            && schedule_may_hold(self->params.schedule, peer->rank - 1, model);
    }
    if (self->params.models[model].num_ranks > 1)
        num_alive /= (size_t)self->params.models[model].num_ranks;
    return num_failed >= num_alive
           || num_failed >= (size_t)self->params.max_attempts;
}

/* While a slot rests the schedule takes it for lost, so that another one may
 * take the model. */
static void rest(struct coordinator *self, struct peer *peer)
{
    int64_t limit_ms =
        num_unloadable(self, peer) > 1 ? MAX_BAD_NODE_REST_MS : MAX_REST_MS;
    int64_t rest_ms = self->params.backoff_ms;

    for (int i = 0; i < peer->num_load_failures && rest_ms < limit_ms; i++)
        rest_ms *= 2;
    peer->num_load_failures++;
    peer->is_resting = true;
    peer->rest_until_ms =
        self->step_ms + (rest_ms < limit_ms ? rest_ms : limit_ms);
    schedule_slot_alive(self->params.schedule, peer->rank - 1, false);
}

void blame_end_rest(struct coordinator *self, struct peer *peer)
{
    peer->is_resting = false;
    schedule_slot_alive(self->params.schedule, peer->rank - 1, !peer->is_lost);
}

void blame_nobody(struct coordinator *self, struct peer *peer, int model)
{
    peer->num_load_failures = 0;
    self->models[model].num_load_failures = 0;
    memset(self->models[model].failed_on, 0, self->num_peers * sizeof(bool));
    for (size_t i = 0; i < self->params.num_models; i++)
        self->models[i].failed_on[peer->rank - 1] = false;
    if (peer->is_resting)
        blame_end_rest(self, peer);
}

/* Nobody goes on trying it, and nobody rests for its sake alone. */
static int give_up_model(struct coordinator *self,
                         int model,
                         const char *why,
                         struct error *err)
{
    struct model_state *of = &self->models[model];

    of->given_up =
        text_format("the model cannot be loaded: %s", why ? why : "no reason");
    log_warn("model given up: model=%s backend=%s %s",
             self->params.models[model].name,
             self->params.models[model].spec,
             of->given_up);
    for (size_t i = 0; i < self->num_peers; i++) {
        struct peer *peer = &self->peers[i];

        if (of->failed_on[i] && num_unloadable(self, peer) == 1) {
            peer->num_load_failures = 0;
            blame_end_rest(self, peer);
        }
        for (size_t j = 0; j < PEER_LEASES; j++) {
            struct peer_lease *lease = &peer->leases[j];

            if (lease->epoch != 0 && lease->model == model
                && lease_take_back(self, peer, lease, false, err) < 0)
                return -1;
        }
    }
    return 0;
}

/* A rank that cannot load rests; a model that nobody can load is given up.
 * limit: after so many failures. */
static int count_load_failure(struct coordinator *self,
                              struct peer *peer,
                              int model,
                              int limit,
                              const char *why,
                              struct error *err)
{
    struct model_state *of = &self->models[model];

    of->failed_on[peer->rank - 1] = true;
    peer->failed_epoch = self->epoch;
    rest(self, peer);
    if (++of->num_load_failures < limit || of->given_up
        || !has_failed_widely(self, model)
        || is_tried_elsewhere(self, peer, model))
        return 0;
    return give_up_model(self, model, why, err);
}

static int failed_to_load(struct coordinator *self,
                          struct peer *peer,
                          int model,
                          const struct failure *failure,
                          struct error *err)
{
    bool is_load = failure->kind == FAILURE_LOAD;
    int factor = self->models[model].num_results > 0 ? RELOADS_PER_ATTEMPT
                 : is_load                           ? 1
                                                     : BREAKS_PER_ATTEMPT;

    /* Of one load all units of a lease may tell, but a unit that had the
     * backend for itself had a load of its own. */
    if (failure->epoch <= peer->failed_epoch && (is_load || !failure->alone))
        return 0;
    return count_load_failure(self,
                              peer,
                              model,
                              self->params.max_attempts * factor,
                              failure->why,
                              err);
}

int blame_lost_load(struct coordinator *self,
                    struct peer *peer,
                    int model,
                    const char *why,
                    struct error *err)
{
    int factor = self->models[model].num_results > 0 ? RELOADS_PER_ATTEMPT : 1;

    return count_load_failure(self,
                              peer,
                              model,
                              self->params.max_attempts * factor,
                              why,
                              err);
}

int blame_take_failure(struct coordinator *self,
                       struct peer *peer,
                       struct buffer *in,
                       struct error *err)
{
    const struct work *work = &self->params.work;
    struct failure failure;
    const struct peer_lease *lease;
    struct error why;
    size_t unit;
    int rc = 0;

    if (protocol_get_failure(in, &failure, &why) < 0)
        return intake_refuse(peer, &why);
    unit = work->find(work->self, failure.unit);
    lease = failure.epoch > 0 ? peer_lease_of(peer, failure.epoch) : NULL;
    if (unit < work->num_units && lease
        && book_is_leased(self->book, unit, failure.epoch)) {
        int model = lease->model;

        account_waste(self, peer, unit);
        lease_close_unit(self, peer->rank, failure.epoch);
        if (failure.kind == FAILURE_LOAD) {
            book_untried(self->book, unit);
        } else {
            rc = book_fail(self->book, unit, &failure, err);
        }
        if (rc == 0 && failure.loading)
            rc = failed_to_load(self, peer, model, &failure, err);
    }
    free(failure.why);
    return rc;
}
