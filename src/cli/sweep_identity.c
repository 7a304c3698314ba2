#include "cli/sweep_identity.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "cli/sweep.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One model and one task. */
struct piece {
    int rc; /* of backend_identify() */
    struct error err;
};

struct pieces {
    struct sweep *sweep;
    struct piece *each; /* [num_models][num_tasks] */
};

static const char *task_name(const struct sweep *sweep, size_t task)
{
    return sweep->dataset->tasks[task].task->name;
}

static void identify(void *context, size_t i)
{
    const struct pieces *pieces = context;
    struct sweep *sweep = pieces->sweep;
    const size_t num_tasks = sweep->dataset->num_tasks;
    struct piece *piece = &pieces->each[i];

    piece->rc = backend_identify(sweep->specs[i / num_tasks],
                                 task_name(sweep, i % num_tasks),
                                 sweep->identities[i],
                                 &piece->err);
}

/* Where answers are recorded, the name alone says whose they are: two models
 * that say the same are two. */
static void add_name(const struct sweep *sweep, size_t model, char *identity)
{
    const char *const parts[] = { sweep->facts[model].identity,
                                  sweep->job->models[model].name,
                                  identity };
    struct sha256 *sum = sha256_create();
    char digest[SHA256_TEXT];

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        sha256_add(sum, parts[i], strlen(parts[i]) + 1);
    sha256_end(sum, digest);
    (void)snprintf(identity, BACKEND_IDENTITY, "replay:%s", digest);
}

static int set_model(struct sweep *sweep,
                     size_t model,
                     const struct piece *pieces,
                     struct error *err)
{
    struct backend_facts *facts = &sweep->facts[model];
    const size_t num_tasks = sweep->dataset->num_tasks;
    char(*identities)[BACKEND_IDENTITY] = sweep->identities + model * num_tasks;
    struct sha256 *sum = sha256_create();
    char digest[SHA256_TEXT];
    bool is_whole = true;
    int rc = 0;

    for (size_t t = 0; t < num_tasks && rc == 0; t++) {
        if (pieces[t].rc < 0) {
            rc = error_set(err, pieces[t].err.code, "%s", pieces[t].err.text);
        } else if (pieces[t].rc == 0) {
            memcpy(identities[t], facts->identity, BACKEND_IDENTITY);
        } else {
            is_whole = false;
            add_name(sweep, model, identities[t]);
            sha256_add(sum, identities[t], strlen(identities[t]) + 1);
        }
    }
    sha256_end(sum, digest);
    if (rc == 0 && !is_whole) {
        (void)snprintf(facts->identity,
                       sizeof facts->identity,
                       "replay:%s",
                       digest);
    }
    return rc;
}

int sweep_identify(struct sweep *sweep, struct error *err)
{
    const size_t num_models = sweep->job->num_models;
    const size_t num_tasks = sweep->dataset->num_tasks;
    struct pieces pieces = { .sweep = sweep };
    int rc = 0;

    sweep->identities =
        mem_alloc(num_models * num_tasks, sizeof *sweep->identities);
    pieces.each = mem_alloc(num_models * num_tasks, sizeof *pieces.each);
    parallel_each(num_models * num_tasks, identify, &pieces);
    for (size_t m = 0; m < num_models && rc == 0; m++) {
        rc = set_model(sweep, m, pieces.each + m * num_tasks, err);
        if (rc < 0) {
            error_wrap(err,
                       "%s: model '%s'",
                       sweep->job->path,
                       sweep->job->models[m].name);
        }
    }
    free(pieces.each);
    return rc;
}
