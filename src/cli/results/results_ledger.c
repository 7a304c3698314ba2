#include "cli/results/results_ledger.h"

#include "base/mem.h"
#include "cli/results/results.h"
#include "cli/sweep/sweep.h"
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

    if (task < num_tasks)
        return sweep->tasks[task].name;
    return role_name((enum role)(task - num_tasks));
}

double results_ledger_prefill_part(double prefill_s, double decode_s)
{
    return prefill_s > 0 ? prefill_s / (prefill_s + decode_s) : 0;
}

static int write_rows(const struct results_params *params,
                      struct writer *writer,
                      struct error *err)
{
    const struct ledger_view *ledger = &params->ledger;
    struct writer_ledger *rows = mem_alloc(ledger->num_rows, sizeof *rows);
    int rc;

    for (size_t i = 0; i < ledger->num_rows; i++) {
        const struct ledger_row *from = &ledger->rows[i];
        const double part =
            results_ledger_prefill_part(from->prefill_s, from->decode_s);

        rows[i] = (struct writer_ledger){
            .rank = (uint32_t)from->rank,
            .model = results_ledger_model(params->sweep, from->model),
            .load_s = from->load_s,
            .generate_s = from->generate_s,
            .idle_s = from->idle_s,
            .wasted_s = from->wasted_s,
            .units = from->units,
            .prompt_tokens = from->prompt_tokens,
            .reply_tokens = from->reply_tokens,
            .prefill_s = from->generate_s * part,
            .decode_s = from->generate_s * (1 - part),
            .judge_wait_s = from->judge_wait_s,
        };
    }
    rc = writer_set_ledger(writer, rows, ledger->num_rows, err);
    free(rows);
    return rc;
}

static int write_cells(const struct results_params *params,
                       struct writer *writer,
                       struct error *err)
{
    const struct ledger_view *ledger = &params->ledger;
    struct writer_cell *cells = mem_alloc(ledger->num_cells, sizeof *cells);
    size_t num = 0;
    int rc;

    for (size_t i = 0; i < ledger->num_cells; i++) {
        const struct ledger_cell *from = &ledger->cells[i];
        const double part =
            results_ledger_prefill_part(from->prefill_s, from->decode_s);

        if (from->units == 0 && from->wasted_s <= 0)
            continue;
        cells[num++] = (struct writer_cell){
            .model = results_ledger_model(params->sweep, from->model),
            .task = results_ledger_task(params->sweep, from->task),
            .prefill_s = from->generate_s * part,
            .decode_s = from->generate_s * (1 - part),
            .wasted_s = from->wasted_s,
            .units = from->units,
            .prompt_tokens = from->prompt_tokens,
            .reply_tokens = from->reply_tokens,
        };
    }
    rc = writer_set_cells(writer, cells, num, err);
    free(cells);
    return rc;
}

int results_ledger_write(const struct results_params *params,
                         struct writer *writer,
                         struct error *err)
{
    if (write_rows(params, writer, err) < 0)
        return -1;
    return write_cells(params, writer, err);
}
