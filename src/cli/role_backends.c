#include "base/log.h"
#include "base/mem.h"
#include "cli/roles.h"
#include "trustsweep/error.h"

#include <stdlib.h>

enum { STEP_MS = 100 };

struct role_backends {
    const struct roles *roles;
    struct backend *backends[NUM_ROLES]; /* NULL: not asked yet */
    bool is_broken[NUM_ROLES];
};

struct role_backends *role_backends_create(const struct roles *roles)
{
    struct role_backends *self = mem_alloc(1, sizeof *self);

    self->roles = roles;
    return self;
}

void role_backends_destroy(struct role_backends *self)
{
    if (!self)
        return;
    for (int role = 0; role < NUM_ROLES; role++)
        backend_destroy(self->backends[role]);
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
    rc = ask_backend(self, ask->role, &request, out, &err);
    request_release(&request);
    if (rc == 1)
        return ANSWER_THERE;
    log_warn("role %s cannot be asked: %s", role_name(ask->role), err.text);
    self->is_broken[ask->role] = true;
    return ANSWER_NONE;
}
