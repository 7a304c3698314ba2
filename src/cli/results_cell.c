#include "cli/results_cell.h"

#include "base/mem.h"
#include "cli/results.h"
#include "cli/selection.h"
#include "cli/sweep.h"
#include "evaluate/judge.h"
#include "score/fold.h"
#include "store/writer.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/evaluator.h"
#include "trustsweep/metric.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EVALUATORS = 8 };

/* What one evaluator, or none (NULL), said. */
struct judgement {
    const struct evaluator_ops *evaluator;
    struct verdicts *verdicts; /* [num] of the cell */
};

/* One model's replies to one task, and what was made of them. */
struct cell {
    size_t model;
    size_t task;
    size_t column; /* being scored */
    size_t first_unit;
    size_t num;                   /* units: items x repeats */
    struct record *records;       /* [num] */
    const struct reply **replies; /* [num], into records */
    const struct item **items;    /* [num] */
    uint32_t *repeats;            /* [num] */
    struct judgement judgements[MAX_EVALUATORS];
    size_t num_judgements;
    struct verdicts *verdicts;        /* [num], of one in `judgements` */
    struct observation *observations; /* [num], room for one column */
};

static void cell_release(struct cell *cell)
{
    for (size_t i = 0; cell->records && i < cell->num; i++)
        record_release(&cell->records[i]);
    free(cell->records);
    free((void *)cell->replies);
    free((void *)cell->items);
    free(cell->repeats);
    for (size_t i = 0; i < cell->num_judgements; i++)
        free(cell->judgements[i].verdicts);
    free(cell->observations);
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
        .observations = mem_alloc(num, sizeof *cell->observations),
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

/* Bits 1u << profile: under which the column scores the `at`th unit. */
static unsigned profiles_of(const struct cell *cell,
                            const struct results_params *params,
                            size_t at)
{
    const struct item *first = params->sweep->tasks[cell->task].items;

    return params->selection->by_column[cell->column][cell->items[at] - first];
}

/* The observations of one column: those of `repeat`, or all when it is -1. */
static size_t observe(struct cell *cell,
                      const struct results_params *params,
                      enum profile profile,
                      int repeat)
{
    size_t num = 0;

    for (size_t i = 0; i < cell->num; i++) {
        if ((repeat >= 0 && cell->repeats[i] != (uint32_t)repeat)
            || !(profiles_of(cell, params, i) & 1u << profile))
            continue;
        cell->observations[num++] = (struct observation){
            .item = cell->items[i],
            .verdict = &cell->verdicts[i].by_profile[profile],
            .repeat = cell->repeats[i],
        };
    }
    return num;
}

/* Verdicts by an evaluator, which may be NULL. */
static struct verdicts *judge_cell(const struct cell *cell,
                                   const struct results_params *params,
                                   const struct evaluator_ops *evaluator)
{
    struct verdicts *out = mem_alloc(cell->num, sizeof *out);

    if (evaluator) {
        const struct judge judge = {
            .evaluator = evaluator,
            .prompts = &params->sweep->dataset->prompts,
            .answerer = params->answerer,
        };

        (void)judge_units(&judge,
                          cell->items,
                          cell->replies,
                          cell->repeats,
                          cell->num,
                          out);
        return out;
    }
    for (size_t i = 0; i < cell->num; i++) {
        for (int p = 0; p < NUM_PROFILES; p++)
            out[i].by_profile[p] = verdict_none(cell->replies[i]);
    }
    return out;
}

/* Sets `verdicts`; columns of one evaluator share them. */
static void judge_column(struct cell *cell,
                         const struct results_params *params,
                         const struct column *column)
{
    const struct evaluator_ops *evaluator = evaluator_find(column->evaluator);
    struct judgement *judgement = cell->judgements;

    while (judgement < cell->judgements + cell->num_judgements
           && judgement->evaluator != evaluator)
        judgement++;
    if (judgement == cell->judgements + cell->num_judgements) {
        if (cell->num_judgements == MAX_EVALUATORS)
            BUG("more than %d evaluators of one task", (int)MAX_EVALUATORS);
        cell->num_judgements++;
        *judgement = (struct judgement){
            .evaluator = evaluator,
            .verdicts = judge_cell(cell, params, evaluator),
        };
    }
    cell->verdicts = judgement->verdicts;
}

/* Value and counts of one column, of one repeat or (-1) all. */
static int score_repeat(struct cell *cell,
                        const struct results_params *params,
                        int repeat,
                        const struct metric_params *settings,
                        struct writer_score *out,
                        struct error *err)
{
    const struct column *column =
        &params->sweep->manifest->columns[cell->column];
    const size_t num = observe(cell, params, settings->profile, repeat);
    struct fold fold = { 0 };

    if (fold_column(metric_find(column->metric),
                    cell->observations,
                    num,
                    settings,
                    &fold,
                    err)
        < 0)
        return error_wrap(err, "column %s", column->name);
    out->score = fold.score;
    memcpy(out->states, fold.states, sizeof out->states);
    memcpy(out->origins, fold.origins, sizeof out->origins);
    return 0;
}

/*
 * Whether the value may stand beside the published board's: measured on all of
 * the official data, every item replied to, and the verdicts by rule or by
 * recorded labels.
 */
static bool is_comparable(const struct dataset_task *task,
                          const struct writer_score *all)
{
    static const enum state lacking[] = { STATE_NONE,
                                          STATE_FAILED,
                                          STATE_MISSING,
                                          STATE_OVERLONG,
                                          STATE_UNJUDGED };

    for (size_t i = 0; i < ARRAY_LEN(lacking); i++) {
        if (all->states[lacking[i]] > 0)
            return false;
    }
    return task->is_official && task->num_items == task->task->num_items
           && all->origins[ORIGIN_ASKED] == 0 && !isnan(all->score.value);
}

static int score_profile(struct cell *cell,
                         const struct results_params *params,
                         size_t at,
                         enum profile profile,
                         struct writer *writer,
                         struct error *err)
{
    const struct sweep *sweep = params->sweep;
    const struct column *column = &sweep->manifest->columns[at];
    const struct evaluator_ops *evaluator = evaluator_find(column->evaluator);
    const int repeats = (int)sweep->job->repeats;
    const struct metric_params settings = {
        .profile = profile,
        .by = column->by,
        .field = column->field,
        .cluster = column->cluster,
        .labels = evaluator ? evaluator->labels : NULL,
        .seed = (uint64_t)sweep->job->seed,
        .no_intervals = params->no_intervals,
    };
    struct writer_score score = { .score = score_none() };

    for (int repeat = -1; repeat < repeats; repeat++) {
        /* the only repeat is all of them */
        if ((repeat < 0 || repeats > 1)
            && score_repeat(cell, params, repeat, &settings, &score, err) < 0)
            return -1;
        writer_set_score(writer, profile, repeat, cell->model, at, &score);
        if (repeat < 0 && profile == PROFILE_PAPER) {
            const struct dataset_task *task =
                &sweep->dataset->tasks[cell->task];

            writer_set_comparable(writer,
                                  cell->model,
                                  at,
                                  is_comparable(task, &score));
        }
    }
    return 0;
}

/* A part repeats the verdicts of its whole, which has them in the file. */
static int write_observations(const struct cell *cell,
                              const struct results_params *params,
                              size_t at,
                              struct writer *writer,
                              struct error *err)
{
    const struct column *column = &params->sweep->manifest->columns[at];

    if (!column->evaluator || column->parent)
        return 0;
    for (size_t i = 0; i < cell->num; i++) {
        if (profiles_of(cell, params, i) == 0)
            continue;
        if (writer_add_observation(writer,
                                   at,
                                   cell->first_unit + i,
                                   &cell->verdicts[i],
                                   err)
            < 0)
            return -1;
    }
    return 0;
}

static int score_column(struct cell *cell,
                        const struct results_params *params,
                        size_t at,
                        struct writer *writer,
                        struct error *err)
{
    const struct column *column = &params->sweep->manifest->columns[at];

    cell->column = at;
    judge_column(cell, params, column);
    for (int p = 0; p < NUM_PROFILES; p++) {
        if (score_profile(cell, params, at, (enum profile)p, writer, err) < 0)
            return -1;
    }
    return write_observations(cell, params, at, writer, err);
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
