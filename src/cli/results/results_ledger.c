#include "cli/results/results_ledger.h"

#include "base/mem.h"
#include "cli/results/results.h"
#include "cli/results/spent.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "store/writer.h"

#include <stdlib.h>

const char *results_ledger_model(const struct sweep *sweep, int model)
{
    const int num_models = (int)sweep->job->num_models;

    if (model < 0)
        return "";
    if (model < num_models)
        return sweep->job->models[model].name;
    return roles_name(&sweep->roles, (size_t)(model - num_models));
}

const char *results_ledger_task(const struct sweep *sweep, size_t task)
{
    const size_t num_tasks = sweep->dataset->num_tasks;

    if (task == LEDGER_NO_TASK)
        return "";
    if (task < num_tasks)
        return sweep->tasks[task].name;
    return role_name((enum role)(task - num_tasks));
}

static int write_rows(const struct results_params *params,
                      struct writer *writer,
                      struct error *err)
{
    const struct spent *all = params->spent;
    struct writer_ledger *rows = mem_alloc(all->num_rows, sizeof *rows);
    int rc;

    for (size_t i = 0; i < all->num_rows; i++) {
        const struct spent_row *from = &all->rows[i];
        const struct ledger_seconds *spent = &from->spent;

        rows[i] = (struct writer_ledger){
            .rank = (uint32_t)from->rank,
            .model = spent_model(all, from->model),
            .load_s = spent->load_s,
            .generate_s = spent->prefill_s + spent->decode_s,
            .idle_s = spent->idle_s,
            .wasted_s = spent->wasted_s,
            .units = spent->units,
            .prompt_tokens = spent->prompt_tokens,
            .reply_tokens = spent->reply_tokens,
            .prefill_s = spent->prefill_s,
            .decode_s = spent->decode_s,
            .judge_wait_s = spent->judge_wait_s,
            .loads = spent->loads,
        };
    }
    rc = writer_set_ledger(writer, rows, all->num_rows, err);
    free(rows);
    return rc;
}

static int write_cells(const struct results_params *params,
                       struct writer *writer,
                       struct error *err)
{
    const struct spent *all = params->spent;
    struct writer_cell *cells = mem_alloc(all->num_cells, sizeof *cells);
    int rc;

    for (size_t i = 0; i < all->num_cells; i++) {
        const struct ledger_cell *from = &all->cells[i];
        const struct ledger_seconds *spent = &from->spent;

        cells[i] = (struct writer_cell){
            .model = spent_model(all, from->model),
            .task = spent_task(all, from->task),
            .prefill_s = spent->prefill_s,
            .decode_s = spent->decode_s,
            .wasted_s = spent->wasted_s,
            .units = spent->units,
            .prompt_tokens = spent->prompt_tokens,
            .reply_tokens = spent->reply_tokens,
            .load_s = spent->load_s,
            .judge_wait_s = spent->judge_wait_s,
            .idle_s = spent->idle_s,
        };
    }
    rc = writer_set_cells(writer, cells, all->num_cells, err);
    free(cells);
    return rc;
}

int results_ledger_write(const struct results_params *params,
                         struct writer *writer,
                         struct error *err)
{
    if (!params->spent)
        return 0;
    if (write_rows(params, writer, err) < 0)
        return -1;
    return write_cells(params, writer, err);
}
