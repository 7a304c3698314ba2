#include "cli/results/provenance.h"

#include "analysis/judge_trust.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/results/results.h"
#include "cli/results/versions.h"
#include "cli/sweep/recorded_hashes.h"
#include "cli/sweep/sweep.h"
#include "store/writer.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BATCH = 16 * 1024 * 1024 };

/* What the whole folder of recorded answers holds, also what was not asked: by
 * that `merge` tells two of one name apart. */
struct recordings {
    const struct sweep *sweep;
    const char **tasks;  /* [num_tasks of the manifest] */
    struct cJSON **says; /* [num_models]; NULL: none, or it is gone */
};

static void read_recording(void *context, size_t model)
{
    struct recordings *self = context;

    self->says[model] = recorded_hashes(self->sweep->specs[model],
                                        self->tasks,
                                        self->sweep->manifest->num_tasks,
                                        NULL);
}

static struct cJSON *describe_models(const struct sweep *sweep)
{
    const struct manifest *manifest = sweep->manifest;
    const size_t num = sweep->job->num_models;
    struct recordings recorded = {
        .sweep = sweep,
        .tasks = mem_alloc(manifest->num_tasks, sizeof(char *)),
        .says = mem_alloc(num, sizeof(struct cJSON *)),
    };
    struct cJSON *array = json_new_array();

    for (size_t t = 0; t < manifest->num_tasks; t++)
        recorded.tasks[t] = manifest->tasks[t].name;
    parallel_each(num, read_recording, &recorded);
    for (size_t i = 0; i < num; i++) {
        const struct backend_facts *facts = &sweep->facts[i];
        struct cJSON *model = json_new_object();

        json_add_text(model, "name", sweep->job->models[i].name);
        json_add_text(model, "backend", sweep->specs[i]);
        json_add_text(model, "identity", facts->identity);
        json_add_bool(model, "deterministic", facts->deterministic);
        if (recorded.says[i])
            json_add(model, "recorded", recorded.says[i]);
        json_append(array, model);
    }
    free((void *)recorded.tasks);
    free((void *)recorded.says);
    return array;
}

static struct cJSON *describe_roles(const struct sweep *sweep)
{
    struct cJSON *array = json_new_array();

    for (int role = 0; role < NUM_ROLES; role++) {
        const struct role_player *player = &sweep->roles.players[role];
        struct cJSON *object;

        if (!player->is_set)
            continue;
        object = json_new_object();
        json_add_text(object, "role", role_name((enum role)role));
        json_add_text(object, "name", sweep->job->roles[role].name);
        json_add_text(object,
                      "backend",
                      player->spec ? player->spec : "builtin");
        json_add_text(object, "identity", player->facts.identity);
        json_append(array, object);
    }
    return array;
}

/* What a judge is asked in: a hash of each wording. */
static struct cJSON *describe_prompts(const struct sweep *sweep)
{
    const struct prompts *prompts = &sweep->dataset->prompts;
    struct cJSON *object = json_new_object();

    for (size_t i = 0; i < prompts->num; i++) {
        const char *text = prompts->list[i].text;
        char hash[SHA256_TEXT];

        sha256_bytes(text, strlen(text), hash);
        json_add_text(object, prompts->list[i].name, hash);
    }
    return object;
}

static struct cJSON *describe_dataset(const struct dataset *dataset)
{
    struct cJSON *object = json_new_object();
    struct cJSON *tasks;

    json_add_text(object, "location", dataset->location);
    json_add_text(object, "digest", dataset->digest);
    if (dataset->prompts_origin)
        json_add_text(object, "prompts_origin", dataset->prompts_origin);
    tasks = json_add_array(object, "tasks");
    for (size_t i = 0; i < dataset->num_tasks; i++) {
        struct cJSON *task = json_new_object();

        json_add_text(task, "name", dataset->tasks[i].task->name);
        json_add_text(task, "sha256", dataset->tasks[i].sha256);
        json_add_bool(task, "is_official", dataset->tasks[i].is_official);
        json_add_number(task, "items", (double)dataset->tasks[i].num_items);
        json_append(tasks, task);
    }
    return object;
}

/* Write `value` as text under `name` and free it. */
static int add_json(struct writer *writer,
                    const char *name,
                    struct cJSON *value,
                    struct error *err)
{
    struct text text = { 0 };
    int rc;

    json_write(value, &text);
    json_free(value);
    rc = writer_add_provenance(writer, name, text_data(&text), err);
    text_release(&text);
    return rc;
}

/* The batch jobs it took: their numbers, nodes and times. */
static int add_batch(const struct results_params *params,
                     struct writer *writer,
                     struct error *err)
{
    char *folder = path_folder(params->path);
    char *path = path_join(folder, "batch.json");
    struct cJSON *batch = json_read_regular(path, MAX_BATCH, NULL);
    int rc = batch ? add_json(writer, "batch", batch, err) : 0;

    free(path);
    free(folder);
    return rc;
}

/* What `calibrate` found of the judge; of another one than the job's it says
 * so by its identity. */
static int add_calibration(const struct results_params *params,
                           struct writer *writer,
                           struct error *err)
{
    char *folder = params->run_folder ? mem_text(params->run_folder)
                                      : path_folder(params->path);
    char *path = path_join(folder, JUDGE_TRUST_FILE);
    struct cJSON *found = json_read_regular(path, MAX_BATCH, NULL);
    int rc = found ? add_json(writer, JUDGE_TRUST_NAME, found, err) : 0;

    free(path);
    free(folder);
    return rc;
}

int provenance_write(const struct results_params *params,
                     struct writer *writer,
                     struct error *err)
{
    const struct sweep *sweep = params->sweep;

    if (add_json(writer, "job", job_effective(sweep->job), err) < 0
        || add_json(writer, "models", describe_models(sweep), err) < 0
        || add_json(writer, "roles", describe_roles(sweep), err) < 0
        || add_json(writer, "prompts", describe_prompts(sweep), err) < 0
        || add_json(writer, "dataset", describe_dataset(sweep->dataset), err)
               < 0
        || add_json(writer, "versions", versions_make(params->mpi), err) < 0
        || add_batch(params, writer, err) < 0
        || add_calibration(params, writer, err) < 0)
        return -1;
    if (params->run_json)
        return writer_add_provenance(writer, "run", params->run_json, err);
    return 0;
}
