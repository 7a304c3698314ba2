/*
 * A job as JSON, with every key: what it is read from again is that job.
 */
#include "base/json.h"
#include "job/job.h"
#include "job/job_table.h"

static void add_member(struct cJSON *object,
                       const struct option *option,
                       const void *from)
{
    const void *at = (const char *)from + option->offset;
    const char *text;

    switch (option->type) {
    case OPTION_FLAG:
        json_add_bool(object, option->name, *(const bool *)at);
        break;
    case OPTION_INT:
        json_add_number(object, option->name, (double)*(const int64_t *)at);
        break;
    case OPTION_DOUBLE:
        json_add_number(object, option->name, *(const double *)at);
        break;
    case OPTION_TEXT:
    case OPTION_PATH:
    case OPTION_CHOICE:
        text = *(char *const *)at;
        if (text) {
            json_add_text(object, option->name, text);
        } else {
            json_add_null(object, option->name);
        }
        break;
    case OPTION_ANY:
        break;
    }
}

static void add_members(struct cJSON *object,
                        const struct option *table,
                        const void *from)
{
    for (; table->name; table++)
        add_member(object, table, from);
}

/* A role that is not set is null. */
static void add_roles(struct cJSON *root, const struct job *job)
{
    struct cJSON *roles = json_add_object(root, "roles");

    for (const struct option *at = job_table_roles; at->name; at++) {
        const struct job_role *role =
            (const void *)((const char *)job + at->offset);
        struct cJSON *object;

        if (!role->is_set) {
            json_add_null(roles, at->name);
            continue;
        }
        object = json_add_object(roles, at->name);
        add_members(object, job_table_role, role);
        add_members(json_add_object(object, "generation"),
                    job_table_generation,
                    &role->generation);
    }
}

static void add_utilities(struct cJSON *root, const struct job *job)
{
    struct cJSON *array = json_add_array(root, "utility");

    for (size_t i = 0; i < job->num_utilities; i++) {
        struct cJSON *utility = json_new_object();

        add_members(utility, job_table_utility, &job->utilities[i]);
        json_append(array, utility);
    }
}

static void add_patterns(struct cJSON *object,
                         const char *key,
                         char *const *patterns,
                         size_t num)
{
    struct cJSON *array = json_add_array(object, key);

    for (size_t i = 0; i < num; i++)
        json_append_text(array, patterns[i]);
}

static void add_cells(struct cJSON *root, const struct job *job)
{
    struct cJSON *array = json_add_array(root, "cells");

    for (size_t i = 0; i < job->num_cells; i++) {
        const struct job_cells *of = &job->cells[i];
        struct cJSON *cells = json_new_object();

        add_patterns(cells, "models", of->models, of->num_models);
        add_patterns(cells, "tasks", of->tasks, of->num_tasks);
        add_members(cells, job_table_cells, of);
        add_members(json_add_object(cells, "generation"),
                    job_table_generation,
                    &of->generation);
        json_append(array, cells);
    }
    add_members(json_add_object(root, "weights"),
                job_table_weights,
                &job->weights);
}

static void add_gpu_types(struct cJSON *root, const struct job *job)
{
    struct cJSON *array = json_add_array(root, "gpu_types");

    for (size_t i = 0; i < job->num_gpu_types; i++) {
        const struct job_gpu_type *of = &job->gpu_types[i];
        struct cJSON *type = json_new_object();

        add_members(type, job_table_gpu_type, of);
        add_patterns(type, "hosts", of->hosts, of->num_hosts);
        json_append(array, type);
    }
}

static void add_rates(struct cJSON *model, const struct job_model *of)
{
    struct cJSON *array = json_add_array(model, "rates");

    for (size_t i = 0; i < of->num_rates; i++) {
        struct cJSON *rate = json_new_object();

        add_members(rate, job_table_rate, &of->rates[i]);
        json_append(array, rate);
    }
    add_patterns(model, "on", of->on, of->num_on);
}

static struct cJSON *make_effective(const struct job *job,
                                    size_t first,
                                    bool looks)
{
    struct cJSON *root = json_new_object();
    struct cJSON *models;

    add_members(root, job_table, job);
    add_patterns(root, "only", job->only, job->num_only);
    add_cells(root, job);
    add_gpu_types(root, job);
    if (looks && job->checkpoints.files) {
        add_members(json_add_object(root, "checkpoints"),
                    job_table_checkpoints,
                    &job->checkpoints);
    }
    add_members(json_add_object(root, "generation"),
                job_table_generation,
                &job->generation);
    add_roles(root, job);
    add_utilities(root, job);
    models = json_add_array(root, "models");
    for (size_t i = first; i < job->num_models; i++) {
        struct cJSON *model = json_new_object();

        add_members(model, job_table_model, &job->models[i]);
        add_patterns(model,
                     "only",
                     job->models[i].only,
                     job->models[i].num_only);
        add_rates(model, &job->models[i]);
        add_members(json_add_object(model, "generation"),
                    job_table_generation,
                    &job->models[i].generation);
        add_members(json_add_object(model, "facts"),
                    job_table_facts,
                    &job->models[i].facts);
        json_append(models, model);
    }
    return root;
}

struct cJSON *job_effective(const struct job *job)
{
    return make_effective(job, 0, true);
}

struct cJSON *job_effective_of(const struct job *job, size_t first)
{
    return make_effective(job, first, false);
}
