#include "cli/results.h"

#include "base/mem.h"
#include "cli/judge.h"
#include "cli/provenance.h"
#include "cli/sweep.h"
#include "dispatch/coordinator.h"
#include "score/fold.h"
#include "store/writer.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* One model's replies to one task, and what was made of them. */
struct cell {
    size_t model;
    size_t task;
    size_t first_unit;
    size_t num;                       /* units: items x repeats */
    struct record *records;           /* [num] */
    const struct reply **replies;     /* [num], into records */
    const struct item **items;        /* [num] */
    uint32_t *repeats;                /* [num] */
    const char *judged_by;            /* evaluator whose verdicts these are */
    struct verdicts *verdicts;        /* [num] */
    struct observation *observations; /* [num], room for one column */
    size_t *rows; /* [num], which unit an observation is of */
};

static void cell_release(struct cell *cell)
{
    for (size_t i = 0; cell->records && i < cell->num; i++)
        record_release(&cell->records[i]);
    free(cell->records);
    free((void *)cell->replies);
    free((void *)cell->items);
    free(cell->repeats);
    free(cell->verdicts);
    free(cell->observations);
    free(cell->rows);
}

static void cell_init(struct cell *cell,
                      const struct sweep *sweep,
                      size_t model,
                      size_t task)
{
    size_t num = sweep->tasks[task].num_items * (size_t)sweep->job->repeats;

    *cell = (struct cell){
        .model = model,
        .task = task,
        .first_unit = plan_first_unit(sweep->plan, model, task),
        .num = num,
        .records = mem_alloc(num, sizeof *cell->records),
        .replies = mem_alloc(num, sizeof *cell->replies),
        .items = mem_alloc(num, sizeof *cell->items),
        .repeats = mem_alloc(num, sizeof *cell->repeats),
        .verdicts = mem_alloc(num, sizeof *cell->verdicts),
        .observations = mem_alloc(num, sizeof *cell->observations),
        .rows = mem_alloc(num, sizeof *cell->rows),
    };
}

/* Fetch the replies of a cell and write their rows. */
static int cell_fill(struct cell *cell,
                     const struct results_params *params,
                     struct writer *writer,
                     struct error *err)
{
    const struct plan *plan = params->sweep->plan;

    for (size_t i = 0; i < cell->num; i++) {
        size_t unit = cell->first_unit + i;
        const struct plan_unit *at = &plan->units[unit];
        struct record *record = &cell->records[i];
        int rc = params->source.record(params->source.self, unit, record, err);

        if (rc < 0)
            return -1;
        cell->items[i] = plan_item(plan, unit);
        cell->replies[i] = &record->reply;
        cell->repeats[i] = at->repeat;
        if (writer_add_record(writer,
                              at->id,
                              cell->model,
                              cell->task,
                              cell->items[i]->index,
                              at->repeat,
                              rc == 1 ? record : NULL,
                              err)
            < 0)
            return -1;
    }
    return 0;
}

static bool column_wants(const struct column *column, const struct item *item)
{
    if (!column->where)
        return true;
    const char *is = item_text(item, column->where);

    return is && column->equals && strcmp(is, column->equals) == 0;
}

/* The observations of one column: those of `repeat`, or all when it is -1. */
static size_t observe(struct cell *cell,
                      const struct column *column,
                      enum profile profile,
                      int repeat)
{
    size_t num = 0;

    for (size_t i = 0; i < cell->num; i++) {
        if ((repeat >= 0 && cell->repeats[i] != (uint32_t)repeat)
            || !column_wants(column, cell->items[i]))
            continue;
        cell->rows[num] = i;
        cell->observations[num++] = (struct observation){
            .item = cell->items[i],
            .verdict = &cell->verdicts[i].by_profile[profile],
            .repeat = cell->repeats[i],
        };
    }
    return num;
}

static void judge_column(struct cell *cell, const struct column *column)
{
    const struct evaluator_ops *evaluator =
        column->evaluator ? evaluator_find(column->evaluator) : NULL;
    const char *name = evaluator ? evaluator->name : "";

    if (cell->judged_by && strcmp(cell->judged_by, name) == 0)
        return;
    cell->judged_by = name;
    if (evaluator) {
        (void)judge_units(evaluator,
                          cell->items,
                          cell->replies,
                          cell->repeats,
                          cell->num,
                          cell->verdicts);
        return;
    }
    for (size_t i = 0; i < cell->num; i++) {
        for (int p = 0; p < NUM_PROFILES; p++)
            cell->verdicts[i].by_profile[p] = verdict_none(cell->replies[i]);
    }
}

static int score_column(struct cell *cell,
                        const struct results_params *params,
                        size_t at,
                        struct writer *writer,
                        struct error *err)
{
    const struct column *column = &params->sweep->manifest->columns[at];
    const struct evaluator_ops *evaluator =
        column->evaluator ? evaluator_find(column->evaluator) : NULL;
    const struct metric_ops *metric =
        column->metric ? metric_find(column->metric) : NULL;
    int repeats = (int)params->sweep->job->repeats;

    judge_column(cell, column);
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct metric_params settings = {
            .profile = (enum profile)p,
            .by = column->by,
            .field = column->field,
            .labels = evaluator ? evaluator->labels : NULL,
            .seed = (uint64_t)params->sweep->job->seed,
        };

        for (int repeat = -1; repeat < repeats; repeat++) {
            struct fold fold = { 0 };
            size_t num = observe(cell, column, settings.profile, repeat);

            if (fold_column(metric,
                            cell->observations,
                            num,
                            &settings,
                            &fold,
                            err)
                < 0)
                return error_wrap(err, "column %s", column->name);
            writer_set_score(writer,
                             settings.profile,
                             repeat,
                             cell->model,
                             at,
                             &fold.score,
                             fold.states);
        }
    }
    size_t num = evaluator ? observe(cell, column, PROFILE_PAPER, -1) : 0;

    for (size_t i = 0; i < num; i++) {
        if (writer_add_observation(writer,
                                   at,
                                   cell->first_unit + cell->rows[i],
                                   &cell->verdicts[cell->rows[i]],
                                   err)
            < 0)
            return -1;
    }
    return 0;
}

static int write_cell(const struct results_params *params,
                      size_t model,
                      size_t task,
                      struct writer *writer,
                      struct error *err)
{
    const struct manifest *manifest = params->sweep->manifest;
    struct cell cell;
    int rc;

    cell_init(&cell, params->sweep, model, task);
    rc = cell_fill(&cell, params, writer, err);
    for (size_t c = 0; rc == 0 && c < manifest->num_columns; c++) {
        if (strcmp(manifest->columns[c].task, params->sweep->tasks[task].name)
            == 0)
            rc = score_column(&cell, params, c, writer, err);
    }
    cell_release(&cell);
    return rc;
}

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
            .evaluator = column->evaluator,
            .metric = column->metric,
            .estimand = metric ? metric->estimand : NULL,
            .source = metric ? metric->source : NULL,
            .needs = column->needs,
            .labels = evaluator ? evaluator->labels : NULL,
            .direction = column->direction,
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
            .model = from->model >= 0
                         ? params->sweep->job->models[from->model].name
                         : "",
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

int results_write(const struct results_params *params,
                  char *digest,
                  struct error *err)
{
    const struct sweep *sweep = params->sweep;
    struct writer *writer = open_writer(params, err);

    if (!writer)
        return -1;
    for (size_t m = 0; m < sweep->job->num_models; m++) {
        for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
            if (write_cell(params, m, t, writer, err) < 0)
                goto fail;
        }
    }
    if (provenance_write(params, writer, err) < 0
        || write_ledger(params, writer, err) < 0)
        goto fail;
    return writer_commit(writer, digest, err);

fail:
    writer_abandon(writer);
    return -1;
}
