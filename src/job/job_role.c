#include "job/job_role.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_object.h"
#include "job/job_table.h"

#include <stdlib.h>

/* The role that an entry of job_table_roles describes. */
static struct job_role *member(const struct option *option, struct job *job)
{
    return (struct job_role *)(void *)((char *)job + option->offset);
}

static int read_role(const struct job_source *source,
                     const struct option *option,
                     const struct cJSON *json,
                     struct job_role *out,
                     struct error *err)
{
    char *pointer = text_format("/roles/%s", option->name);
    char *backend = text_format("%s/backend", pointer);
    bool is_spec = json_is_text(json);
    int rc = 0;

    if (is_spec) {
        out->backend = mem_text(json_text(json));
    } else if (json && !json_is_null(json)) {
        rc = job_object_read(source, job_table_role, json, pointer, out, err);
        if (rc == 0)
            rc = job_object_check_rate(source, pointer, out->tokens_per_s, err);
        if (rc == 0) {
            rc = job_object_generation(source,
                                       json,
                                       pointer,
                                       &out->generation,
                                       err);
        }
    } else if (option->fallback) {
        out->backend = mem_text(option->fallback);
    }
    if (rc == 0) {
        rc = job_object_expand(source,
                               is_spec ? pointer : backend,
                               &out->backend,
                               err);
    }
    out->is_set = out->backend != NULL;
    if (out->is_set && !out->name)
        out->name = mem_text(option->name);
    free(backend);
    free(pointer);
    return rc;
}

int job_role_read(const struct job_source *source,
                  const struct cJSON *root,
                  struct job *job,
                  struct error *err)
{
    const struct cJSON *roles = json_member(root, "roles");

    if (json_is_null(roles))
        roles = NULL;
    for (int i = 0; i < NUM_ROLES; i++) {
        options_defaults(job_table_role, &job->roles[i]);
        options_defaults(job_table_generation, &job->roles[i].generation);
    }
    if (roles
        && job_object_read(source, job_table_roles, roles, "/roles", job, err)
               < 0)
        return -1;
    for (const struct option *at = job_table_roles; at->name; at++) {
        const struct cJSON *json = json_member(roles, at->name);

        if (read_role(source, at, json, member(at, job), err) < 0)
            return -1;
    }
    return 0;
}

void job_role_release(struct job *job)
{
    for (int i = 0; i < NUM_ROLES; i++)
        options_release(job_table_role, &job->roles[i]);
}
