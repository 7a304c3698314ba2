#include "cli/run/checkpoints_round.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "job/job.h"
#include "trustsweep/backend.h"

#include <stdlib.h>

static int resolve(char **spec, const char *folder, struct error *err)
{
    char *resolved = backend_resolve(*spec, folder, err);

    if (!resolved)
        return -1;
    free(*spec);
    *spec = resolved;
    return 0;
}

/* The new file stands in another folder. */
static int resolve_all(struct job *job, struct error *err)
{
    for (size_t i = 0; i < job->num_models; i++) {
        if (resolve(&job->models[i].backend, job->folder, err) < 0)
            return -1;
    }
    for (int i = 0; i < NUM_ROLES; i++) {
        struct job_role *role = &job->roles[i];

        if (role->is_set && !text_equal(role->backend, "builtin")
            && resolve(&role->backend, job->folder, err) < 0)
            return -1;
    }
    return 0;
}

int checkpoints_round_write(struct job *job,
                            const char *dir,
                            const char *path,
                            struct error *err)
{
    struct cJSON *json;
    int rc;

    if (resolve_all(job, err) < 0 || file_make_folder(dir, err) < 0)
        return -1;
    json = job_effective_of(job, 0);
    rc = json_save(json, path, err);
    json_free(json);
    return rc;
}
