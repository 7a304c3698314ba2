#include "analysis/role_wait.h"

#include "base/json.h"
#include "store/reader.h"

#include <string.h>

static bool is_set(const struct cJSON *roles, const char *name, size_t len)
{
    for (const struct cJSON *at = json_first(roles); at; at = json_next(at)) {
        const char *role = json_member_text(at, "role");

        if (role && strlen(role) == len && strncmp(role, name, len) == 0)
            return true;
    }
    return false;
}

static bool are_set(const struct cJSON *roles, const char *needs)
{
    for (const char *at = needs; *at;) {
        const size_t len = strcspn(at, ", ");

        if (len > 0 && !is_set(roles, at, len))
            return false;
        at += len;
        at += strspn(at, ", ");
    }
    return needs[0] != '\0';
}

void role_wait_read(struct role_wait *out, const struct reader *reader)
{
    struct cJSON *run = reader_provenance_json(reader, "run");
    const struct cJSON *counts = json_member(run, "counts");

    *out = (struct role_wait){
        .reader = reader,
        .roles = reader_provenance_json(reader, "roles"),
        .is_open = json_member_number(counts, "done")
                   < json_member_number(counts, "units"),
    };
    json_free(run);
}

void role_wait_release(struct role_wait *self)
{
    json_free(self->roles);
    *self = (struct role_wait){ 0 };
}

bool role_wait_is_pending(const struct role_wait *self, const char *needs)
{
    return self->is_open && are_set(self->roles, needs);
}
