#include "cli/results_cell.h"

#include "base/mem.h"
#include "cli/results.h"
#include "cli/sweep.h"
#include "evaluate/judge.h"
#include "score/fold.h"
#include "store/writer.h"
#include "trustsweep/error.h"
#include "trustsweep/evaluator.h"
#include "trustsweep/metric.h"

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
        .replies = mem_alloc(num, sizeof(const struct reply *)),
        .items = mem_alloc(num, sizeof(const struct item *)),
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

/* The observations of one column: those of `repeat`, or all when it is -1. */
static size_t observe(struct cell *cell,
                      const struct column *column,
                      enum profile profile,
                      int repeat)
{
    size_t num = 0;

    for (size_t i = 0; i < cell->num; i++) {
        if ((repeat >= 0 && cell->repeats[i] != (uint32_t)repeat)
            || !column_wants(column, profile, cell->items[i]))
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

static void judge_column(struct cell *cell,
                         const struct results_params *params,
                         const struct column *column)
{
    const struct evaluator_ops *evaluator =
        column->evaluator ? evaluator_find(column->evaluator) : NULL;
    const char *name = evaluator ? evaluator->name : "";

    if (cell->judged_by && strcmp(cell->judged_by, name) == 0)
        return;
    cell->judged_by = name;
    if (evaluator) {
        const struct judge judge = {
            .evaluator = evaluator,
            .prompts = &params->sweep->manifest->prompts,
            .answerer = params->answerer,
        };

        (void)judge_units(&judge,
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

    judge_column(cell, params, column);
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct metric_params settings = {
            .profile = (enum profile)p,
            .by = column->by,
            .field = column->field,
            .cluster = column->cluster,
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

int results_cell_write(const struct results_params *params,
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
