#include "base/log.h"
#include "base/mem.h"
#include "cli/sweep/roles.h"
#include "gather/reply_cache.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <stdlib.h>

enum { STEP_MS = 100 };

struct role_backends {
    const struct roles *roles;
    struct backend *backends[NUM_ROLES]; /* NULL: not asked yet */
    bool is_broken[NUM_ROLES];
    struct reply_cache *cache; /* NULL: the job names none */
};

struct role_backends *role_backends_create(const struct roles *roles)
{
    struct role_backends *self = mem_alloc(1, sizeof *self);

    self->roles = roles;
    if (roles->job->role_cache && roles_dispatched(roles) != 0) {
        struct error err = { 0 };

        self->cache = reply_cache_open(roles->job->role_cache, &err);
        if (!self->cache)
            log_warn("answers are asked for again: %s", err.text);
    }
    return self;
}

void role_backends_destroy(struct role_backends *self)
{
    if (!self)
        return;
    for (int role = 0; role < NUM_ROLES; role++)
        backend_destroy(self->backends[role]);
    reply_cache_close(self->cache);
    free(self);
}

static int ask_backend(struct role_backends *self,
                       enum role role,
                       const struct request *request,
                       struct reply *out,
                       struct error *err)
{
    struct backend **backend = &self->backends[role];
    int rc;

    if (!*backend) {
        *backend = backend_create(self->roles->players[role].spec, NULL, err);
        if (!*backend)
            return -1;
    }
    rc = (*backend)->ops->submit(*backend, request, err);
    while (rc == 0)
        rc = (*backend)->ops->step(*backend, STEP_MS, out, err);
    return rc;
}

enum answer role_backends_ask(struct role_backends *self,
                              const struct ask *ask,
                              struct reply *out)
{
    enum answer now = roles_now(self->roles, ask, out);
    struct request request = { 0 };
    struct error err = { 0 };
    int rc;

    if (now != ANSWER_NONE || self->is_broken[ask->role]
        || !roles_request(self->roles, ask, &request))
        return now;
    if (self->cache && reply_cache_get(self->cache, request.unit, out)) {
        request_release(&request);
        return ANSWER_THERE;
    }
    rc = ask_backend(self, ask->role, &request, out, &err);
    if (rc == 1 && self->cache)
        reply_cache_add(self->cache, out);
    request_release(&request);
    if (rc == 1)
        return ANSWER_THERE;
    log_warn("role %s cannot be asked: %s", role_name(ask->role), err.text);
    self->is_broken[ask->role] = true;
    return ANSWER_NONE;
}
