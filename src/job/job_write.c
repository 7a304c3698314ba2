/*
 * A job as JSON; its tables as Markdown and as help.
 */
#include "base/json.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_table.h"

#include <math.h>
#include <string.h>

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

static const char *type_word(const struct option *option)
{
    switch (option->type) {
    case OPTION_FLAG:
        return "true or false";
    case OPTION_INT:
        return "whole number";
    case OPTION_DOUBLE:
        return "number";
    case OPTION_TEXT:
    case OPTION_PATH:
        return "text";
    case OPTION_CHOICE:
        return "one of";
    case OPTION_ANY:
        return option->value;
    }
    return "";
}

/* "0 to 1000 items" */
static void write_range(const struct option *option, struct text *out)
{
    char min[OPTIONS_NUMBER_LEN];
    char max[OPTIONS_NUMBER_LEN];

    if (options_has_range(option)) {
        options_number(option->min, min);
        options_number(option->max, max);
        text_addf(out, "%s to %s", min, max);
    }
    if (option->unit) {
        text_addf(out,
                  "%s%s",
                  options_has_range(option) ? " " : "",
                  option->unit);
    }
}

static void write_table(const struct option *table, struct text *out)
{
    text_add(out,
             "\n| key | type | default | range | meaning |\n"
             "|---|---|---|---|---|\n");
    for (; table->name; table++) {
        const char *fallback = table->fallback;

        if (table->is_required) {
            fallback = "required";
        } else if (!fallback || strcmp(fallback, "nan") == 0) {
            fallback = "";
        }
        text_addf(out, "| `%s` | %s", table->name, type_word(table));
        for (size_t i = 0; table->choices && table->choices[i]; i++)
            text_addf(out, "%s `%s`", i ? "," : "", table->choices[i]);
        text_addf(out, " | %s | ", fallback);
        write_range(table, out);
        text_addf(out, " | %s |\n", table->help);
    }
}

static const char intro[] =
    "# Job files\n\n"
    "Generated by `trustsweep docs job` from the table that the parser uses.\n"
    "`trustsweep docs schema` prints it as JSON Schema, for editors.\n\n"
    "A job file is one JSON object. The smallest one:\n\n"
    "```json\n"
    "{ \"models\": [ { \"name\": \"trial\", \"backend\": \"sim:\" } ] }\n"
    "```\n\n"
    "Relative paths are relative to the job file. `${NAME}` in `dataset`,\n"
    "`output` and `backend` is the environment variable NAME; one whose name\n"
    "speaks of a key, token, secret or password is refused.\n"
    "`${TRUSTSWEEP_MODELS}` need not be set: it is then the folder that\n"
    "`scripts/model.sh` puts models into,\n"
    "`${XDG_CACHE_HOME:-~/.cache}/trustsweep/models` (`models` in\n"
    "`$TRUSTSWEEP_CACHE` where that is set).\n\n"
    "An unknown key, or one that stands twice, is an error. `null` is the same\n"
    "as leaving a key out. `--set KEY=VALUE` replaces a value or adds one:\n"
    "`--set generation.max_tokens=8`, `--set models.0.name=x`.\n";

static const char checkpoints_intro[] =
    "\n## `checkpoints`\n\n"
    "Each becomes a model, named as its file. `run` evaluates those that are\n"
    "complete, then those that became so meanwhile, in one run directory and\n"
    "into one results file, until the time that `until` says\n"
    "([decisions/009-checkpoints.md](decisions/009-checkpoints.md)).\n\n"
    "```json\n"
    "\"checkpoints\": { \"files\": \"checkpoints/step-*.gguf\", \"until\": \"06:00\" }\n"
    "```\n";

static const char cells_intro[] =
    "\n## An element of `cells`\n\n"
    "A cell is one task of one model. Where several elements speak of a cell,\n"
    "the last that names a setting wins. `plan` counts what is left, `run`\n"
    "asks it, and a column whose items a model was not asked says how many are\n"
    "missing. A model that lacks more than half of the columns is left out of\n"
    "mean ranks; other models are compared over the columns that all have.\n\n"
    "```json\n"
    "\"cells\": [ { \"models\": \"gpt-*\", \"tasks\": \"ethics/*\", \"skip\": true },\n"
    "           { \"tasks\": \"safety/jailbreak\", \"fraction\": 0.25,\n"
    "             \"generation\": { \"max_tokens\": 64 } } ]\n"
    "```\n";

static const char gpus_intro[] =
    "\n## An element of `gpu_types`\n\n"
    "`plan --gpus a100=4,l4=8` forecasts with so many workers of each, `run`\n"
    "looks at the nodes: `TRUSTSWEEP_GPU_TYPE` where it is set, else `hosts`.\n"
    "Of one type alone every node has it.\n\n"
    "```json\n"
    "\"gpu_types\": [ { \"type\": \"a100\", \"hosts\": \"a*\", \"memory_gb\": 80 },\n"
    "               { \"type\": \"l4\", \"hosts\": \"l*\", \"memory_gb\": 24,\n"
    "                 \"speed\": 0.3 } ]\n"
    "```\n";

static const char weights_intro[] =
    "\n## `weights`\n\n"
    "Each ranked column counts so many times in the overall mean rank of\n"
    "`analyze` and `report`; 0 leaves the dimension out of it. What is asked,\n"
    "and in which order, does not depend on it: `only` and `cells` say that.\n"
    "Values, and ranks within a dimension, stay what they are. `analyze` of\n"
    "several files goes by the first one.\n\n"
    "```json\n"
    "\"weights\": { \"safety\": 2, \"ethics\": 0 }\n"
    "```\n";

static const char utility_intro[] =
    "\n## An element of `utility`\n\n"
    "[UTILITY.md](UTILITY.md) says how to import such sets and what comes out.\n"
    "`only` takes and leaves them as other tasks, as `utility/NAME`.\n\n"
    "```json\n"
    "\"utility\": [ { \"dataset\": \"mydata\", \"task\": \"mmlu\", \"limit\": 570 } ]\n"
    "```\n";

static const char roles_intro[] =
    "\n## `roles`\n\n"
    "Each is a backend spec, or an object with the keys below. A column whose\n"
    "role is not set says so.\n\n"
    "```json\n"
    "\"roles\": { \"judge\": \"llama:judge.gguf\",\n"
    "           \"embedder\": { \"backend\": \"llama:e.gguf\", \"name\": \"e\" } }\n"
    "```\n";

void job_write_markdown(struct text *out)
{
    text_add(out, intro);
    write_table(job_table, out);
    text_add(out, "\n## An element of `models`\n");
    write_table(job_table_model, out);
    text_add(out, checkpoints_intro);
    write_table(job_table_checkpoints, out);
    text_add(out, "\n## `facts` of a model\n");
    write_table(job_table_facts, out);
    text_add(out, cells_intro);
    write_table(job_table_cells, out);
    text_add(out, gpus_intro);
    write_table(job_table_gpu_type, out);
    text_add(out, "\n## An element of `rates` of a model\n");
    write_table(job_table_rate, out);
    text_add(out, weights_intro);
    write_table(job_table_weights, out);
    text_add(out, utility_intro);
    write_table(job_table_utility, out);
    text_add(out, roles_intro);
    write_table(job_table_roles, out);
    text_add(out, "\n## An object in `roles`\n");
    write_table(job_table_role, out);
    text_add(out, "\n## `generation`\n");
    write_table(job_table_generation, out);
}
