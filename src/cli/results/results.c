#include "cli/results/results.h"

#include "base/mem.h"
#include "base/pipeline.h"
#include "base/text.h"
#include "cli/results/provenance.h"
#include "cli/results/results_cell.h"
#include "cli/results/results_ledger.h"
#include "cli/results/role_counts.h"
#include "cli/sweep/selection.h"
#include "cli/sweep/sweep.h"
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
            .by = column->by,
            .field = column->field,
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

/* "all", "sum", "macro" or "subject"; see choice/choice_tasks.h. */
static const char *kind_of(const struct column *column,
                           const struct dataset_utility *utility)
{
    if (!column->parent)
        return text_equal(column->name, utility->name) ? "all" : "sum";
    return column->by ? "macro" : "subject";
}

/* The columns that measure utility; free().  [num] */
static struct writer_measure *describe_measures(const struct sweep *sweep,
                                                size_t *num)
{
    const struct manifest *manifest = sweep->manifest;
    struct writer_measure *out = mem_alloc(manifest->num_columns, sizeof *out);

    *num = 0;
    for (size_t c = 0; c < manifest->num_columns; c++) {
        for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
            const struct dataset_task *task = &sweep->dataset->tasks[t];
            const struct column *column = &manifest->columns[c];

            if (!task->utility || !text_equal(column->task, task->task->name))
                continue;
            out[(*num)++] = (struct writer_measure){
                .column = c,
                .task = t,
                .kind = kind_of(column, task->utility),
                .format = task->utility->format,
                .ask = task->utility->weighs_texts ? "answers" : "letters",
                .num_examples = (uint32_t)task->utility->num_examples,
                .chance = task->utility->chance,
            };
        }
    }
    return out;
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
    struct writer_measure *measures =
        describe_measures(sweep, &settings.num_measures);

    settings.measures = measures;
    writer = writer_create(params->path, &settings, err);
    free(measures);
    free(columns);
    free(tasks);
    free(models);
    return writer;
}

/* Of cells that wait; as many as are judged while a file is begun. */
enum { UNITS_AHEAD = 24 * 1024 };

/* The cells in order: replies are fetched and judged in one thread, scored and
 * written in another. */
struct cells {
    const struct results_params *params;
    size_t next; /* of the maker: model, then task */
    int rc;      /* of the maker */
    struct error *err;
    struct writer *writer;
    struct follow_up_table *seen; /* answers that were written */
    struct role_counts *counts;   /* of these */
    size_t num_done;              /* units whose cells were written */
    struct error write_err;
};

static void *make_cell(void *context)
{
    struct cells *self = context;
    const struct sweep *sweep = self->params->sweep;
    const size_t num_tasks = sweep->dataset->num_tasks;
    const size_t at = self->next++;
    struct results_cell *cell;

    if (at == sweep->job->num_models * num_tasks)
        return NULL;
    cell = results_cell_make(self->params,
                             at / num_tasks,
                             at % num_tasks,
                             self->err);
    self->rc = cell ? 0 : -1;
    return cell;
}

static int begin_file(void *context)
{
    struct cells *self = context;

    self->writer = open_writer(self->params, &self->write_err);
    return self->writer ? 0 : -1;
}

static int tell(const struct results_params *params,
                size_t num_done,
                struct error *err)
{
    const size_t num_units = params->sweep->plan->num_units;

    if (params->note && params->note(params->context, num_done, num_units) < 0)
        return error_set(err, ERR_IO, "%s: not written, as told", params->path);
    return 0;
}

static int write_cell(void *context, void *cell)
{
    struct cells *self = context;
    const struct results_params *params = self->params;

    if (results_cell_score(cell, &self->write_err) < 0
        || results_cell_write(cell,
                              self->writer,
                              self->seen,
                              self->counts,
                              &self->write_err)
               < 0)
        return -1;
    self->num_done += results_cell_num(cell);
    if (self->num_done < params->sweep->plan->num_units)
        return tell(params, self->num_done, &self->write_err);
    return 0;
}

static size_t weigh_cell(const void *cell)
{
    return results_cell_num(cell);
}

static void drop_cell(void *cell)
{
    results_cell_destroy(cell);
}

/* The writer with all cells in it; NULL: it could not be. */
static struct writer *write_cells(const struct results_params *params,
                                  struct role_counts *counts,
                                  struct error *err)
{
    struct selection selection;
    struct results_params selected = *params;
    struct cells cells = { .params = &selected,
                           .err = err,
                           .counts = counts,
                           .seen = follow_up_table_create() };
    const struct pipeline pipeline = { .context = &cells,
                                       .make = make_cell,
                                       .begin = begin_file,
                                       .use = write_cell,
                                       .drop = drop_cell,
                                       .weigh = weigh_cell };

    selection_make(&selection, params->sweep);
    selected.selection = &selection;
    if (pipeline_run(&pipeline, UNITS_AHEAD) < 0) {
        cells.rc =
            error_set(err, cells.write_err.code, "%s", cells.write_err.text);
    }
    follow_up_table_destroy(cells.seen);
    selection_release(&selection);
    if (cells.rc == 0)
        return cells.writer;
    writer_abandon(cells.writer);
    return NULL;
}

int results_write(const struct results_params *params,
                  char *digest,
                  struct error *err)
{
    struct role_counts counts = { 0 };
    struct writer *writer = write_cells(params, &counts, err);
    const size_t num_units = params->sweep->plan->num_units;
    int rc = -1;

    if (writer && tell(params, num_units, err) == 0
        && role_counts_write(&counts, writer, err) == 0
        && provenance_write(params, writer, err) == 0
        && results_ledger_write(params, writer, err) == 0) {
        rc = writer_commit(writer, digest, err);
    } else {
        writer_abandon(writer);
    }
    role_counts_release(&counts);
    return rc;
}
