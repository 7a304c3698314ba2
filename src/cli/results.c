#include "cli/results.h"

#include "base/mem.h"
#include "cli/provenance.h"
#include "cli/results_cell.h"
#include "cli/selection.h"
#include "cli/sweep.h"
#include "dispatch/coordinator.h"
#include "follow/follow_up.h"
#include "store/writer.h"
#include "trustsweep/error.h"
#include "trustsweep/evaluator.h"
#include "trustsweep/metric.h"

#include <stdlib.h>

static void describe_columns(const struct manifest *manifest,
                             struct writer_column *out)
{
    for (size_t i = 0; i < manifest->num_columns; i++) {
        const struct column *column = &manifest->columns[i];
        const struct evaluator_ops *evaluator =
            column->evaluator ? evaluator_find(column->evaluator) : NULL;
        const struct metric_ops *metric =
            column->metric ? metric_find(column->metric) : NULL;

        out[i] = (struct writer_column){
            .name = column->name,
            .title = column->title,
            .dimension = column->dimension,
            .section = column->section,
            .task = column->task,
            .unit = column->unit,
            .unit_corrected = column->unit_corrected,
            .parent = column->parent,
            .cluster = column->cluster,
            .evaluator = column->evaluator,
            .metric = column->metric,
            .estimand = metric ? metric->estimand : NULL,
            .source = metric ? metric->source : NULL,
            .needs = column->needs,
            .labels = evaluator ? evaluator->labels : NULL,
            .direction = column->direction,
            .direction_corrected = column->direction_corrected,
            .is_ranked = column->is_ranked,
        };
    }
}

static struct writer *open_writer(const struct results_params *params,
                                  struct error *err)
{
    const struct sweep *sweep = params->sweep;
    size_t num_models = sweep->job->num_models;
    size_t num_tasks = sweep->dataset->num_tasks;
    struct writer_model *models = mem_alloc(num_models, sizeof *models);
    struct writer_task *tasks = mem_alloc(num_tasks, sizeof *tasks);
    struct writer_column *columns =
        mem_alloc(sweep->manifest->num_columns, sizeof *columns);
    struct writer *writer;

    for (size_t i = 0; i < num_models; i++) {
        const struct job_model *model = &sweep->job->models[i];

        models[i] = (struct writer_model){
            .name = model->name,
            .access = model->access,
            .creator = model->creator,
            .family = model->family,
            .published_as = model->published_as,
            .backend = model->backend,
            .identity = sweep->facts[i].identity,
            .parameters_b = model->parameters_b,
        };
    }
    for (size_t i = 0; i < num_tasks; i++) {
        const struct dataset_task *task = &sweep->dataset->tasks[i];

        tasks[i] = (struct writer_task){
            .name = task->task->name,
            .dimension = task->task->dimension,
            .section = task->task->section,
            .sha256 = task->sha256,
            .items = task->items,
            .num_items = task->num_items,
        };
    }
    describe_columns(sweep->manifest, columns);
    struct writer_params settings = {
        .models = models,
        .num_models = num_models,
        .columns = columns,
        .num_columns = sweep->manifest->num_columns,
        .tasks = tasks,
        .num_tasks = num_tasks,
        .num_repeats = (size_t)sweep->job->repeats,
        .num_units = sweep->plan->num_units,
    };
    writer = writer_create(params->path, &settings, err);
    free(columns);
    free(tasks);
    free(models);
    return writer;
}

/* Of what a rank held: models of the job first, then its roles; "" = none. */
static const char *model_name(const struct sweep *sweep, int model)
{
    const int num_models = (int)sweep->job->num_models;

    if (model < 0)
        return "";
    if (model < num_models)
        return sweep->job->models[model].name;
    return roles_name(&sweep->roles, (size_t)(model - num_models));
}

static int write_ledger(const struct results_params *params,
                        struct writer *writer,
                        struct error *err)
{
    struct writer_ledger *rows = mem_alloc(params->num_ledger, sizeof *rows);
    int rc;

    for (size_t i = 0; i < params->num_ledger; i++) {
        const struct ledger_row *from = &params->ledger[i];

        rows[i] = (struct writer_ledger){
            .rank = (uint32_t)from->rank,
            .model = model_name(params->sweep, from->model),
            .load_s = from->load_s,
            .generate_s = from->generate_s,
            .idle_s = from->idle_s,
            .wasted_s = from->wasted_s,
            .units = from->units,
            .prompt_tokens = from->prompt_tokens,
            .reply_tokens = from->reply_tokens,
        };
    }
    rc = writer_set_ledger(writer, rows, params->num_ledger, err);
    free(rows);
    return rc;
}

/* Writes down what the answerer of a results_params says, each answer once. */
struct minutes {
    struct answerer answerer;
    struct follow_up_table *seen;
    struct writer *writer;
    struct error *err;
    bool is_broken;
};

static enum answer answer_and_note(void *self,
                                   const struct ask *ask,
                                   struct reply *out)
{
    struct minutes *minutes = self;
    const struct request *request = &ask->request;
    const struct hash128 none = { 0, 0 };
    enum answer answer =
        minutes->answerer.answer(minutes->answerer.self, ask, out);

    if (answer != ANSWER_THERE || hash_equal(out->unit, none)
        || minutes->is_broken || follow_up_find(minutes->seen, out->unit))
        return answer;
    (void)follow_up_get(minutes->seen, out->unit);
    if (writer_add_follow_up(minutes->writer,
                             ask->role,
                             request->messages[request->num_messages - 1].text,
                             out,
                             minutes->err)
        < 0)
        minutes->is_broken = true;
    return answer;
}

static int write_cells(const struct results_params *params,
                       struct writer *writer,
                       struct error *err)
{
    const struct sweep *sweep = params->sweep;
    struct minutes minutes = { .answerer = params->answerer,
                               .seen = follow_up_table_create(),
                               .writer = writer,
                               .err = err };
    struct results_params noted = *params;
    struct selection selection;
    int rc = 0;

    selection_make(&selection, sweep);
    noted.selection = &selection;
    if (params->answerer.answer)
        noted.answerer = (struct answerer){ &minutes, answer_and_note };
    for (size_t m = 0; rc == 0 && m < sweep->job->num_models; m++) {
        for (size_t t = 0; rc == 0 && t < sweep->dataset->num_tasks; t++) {
            rc = results_cell_write(&noted, m, t, writer, err);
            if (minutes.is_broken)
                rc = -1;
        }
    }
    follow_up_table_destroy(minutes.seen);
    selection_release(&selection);
    return rc;
}

int results_write(const struct results_params *params,
                  char *digest,
                  struct error *err)
{
    struct writer *writer = open_writer(params, err);

    if (!writer)
        return -1;
    if (write_cells(params, writer, err) < 0)
        goto fail;
    if (provenance_write(params, writer, err) < 0
        || write_ledger(params, writer, err) < 0)
        goto fail;
    return writer_commit(writer, digest, err);

fail:
    writer_abandon(writer);
    return -1;
}
