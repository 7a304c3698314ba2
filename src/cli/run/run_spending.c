#include "cli/run/run_spending.h"

#include "base/json.h"
#include "base/mem.h"
#include "cli/results/results_ledger.h"
#include "dispatch/coordinator.h"
#include "dispatch/ledger.h"
#include "schedule/schedule.h"

#include <stdbool.h>
#include <stdlib.h>

static void add_seconds(struct cJSON *object,
                        const struct ledger_seconds *spent,
                        double allocated_s)
{
    json_add_number(object, "load_s", spent->load_s);
    json_add_number(object, "prefill_s", spent->prefill_s);
    json_add_number(object, "decode_s", spent->decode_s);
    json_add_number(object, "judge_wait_s", spent->judge_wait_s);
    json_add_number(object, "idle_s", spent->idle_s);
    json_add_number(object, "wasted_s", spent->wasted_s);
    json_add_number(object, "allocated_s", allocated_s);
}

/* Their hours are none of a GPU. */
static void add_without_gpu(struct cJSON *object,
                            const struct schedule *schedule,
                            const struct ledger_view *ledger,
                            const struct ledger_seconds *ranks)
{
    struct ledger_seconds sum = { 0 };
    size_t num = 0;

    for (size_t r = 1; r <= ledger->num_ranks; r++) {
        if (schedule_is_apart(schedule, (int)r - 1)) {
            num++;
            ledger_add(&sum, &ranks[r]);
        }
    }
    if (num > 0) {
        add_seconds(json_add_object(object, "without_gpu"),
                    &sum,
                    (double)num * ledger->allocated_s);
    }
}

/* Also those that nothing was spent on, up to the last one that is known. */
static void add_models(struct cJSON *object,
                       const struct sweep *sweep,
                       const struct ledger_view *ledger,
                       size_t num_models)
{
    struct ledger_seconds *sums = mem_alloc(num_models + 1, sizeof *sums);
    struct cJSON *models = json_add_array(object, "models");

    for (size_t i = 0; i < ledger->num_rows; i++)
        ledger_add(&sums[ledger->rows[i].model + 1], &ledger->rows[i].spent);
    for (size_t m = 0; m <= num_models; m++) {
        /* what is of no model stands behind the others */
        const size_t at = m < num_models ? m + 1 : 0;
        struct cJSON *model = json_new_object();

        json_add_text(model, "name", results_ledger_model(sweep, (int)at - 1));
        add_seconds(model, &sums[at], ledger_sum(&sums[at]));
        json_append(models, model);
    }
    free(sums);
}

static void add_ranks(struct cJSON *object,
                      const struct ledger_view *ledger,
                      const struct ledger_seconds *ranks)
{
    struct cJSON *list = json_add_array(object, "ranks");

    for (size_t r = 1; r <= ledger->num_ranks; r++) {
        struct cJSON *rank = json_new_object();

        json_add_number(rank, "rank", (double)r);
        add_seconds(rank, &ranks[r], ledger->allocated_s);
        json_append(list, rank);
    }
}

static void add_cells(struct cJSON *object,
                      const struct sweep *sweep,
                      const struct ledger_view *ledger)
{
    struct cJSON *list = json_add_array(object, "cells");

    for (size_t i = 0; i < ledger->num_cells; i++) {
        const struct ledger_cell *of = &ledger->cells[i];
        struct cJSON *cell = json_new_object();

        json_add_text(cell, "model", results_ledger_model(sweep, of->model));
        json_add_text(cell, "task", results_ledger_task(sweep, of->task));
        add_seconds(cell, &of->spent, ledger_sum(&of->spent));
        json_add_number(cell, "units", (double)of->spent.units);
        json_append(list, cell);
    }
}

void run_spending_add(struct cJSON *run,
                      const struct sweep *sweep,
                      const struct schedule *schedule,
                      const struct ledger_view *ledger)
{
    struct cJSON *object = json_add_object(run, "ledger");
    struct ledger_seconds *ranks =
        mem_alloc(ledger->num_ranks + 1, sizeof *ranks);
    struct ledger_seconds all = { 0 };

    for (size_t i = 0; i < ledger->num_rows; i++) {
        ledger_add(&all, &ledger->rows[i].spent);
        ledger_add(&ranks[ledger->rows[i].rank], &ledger->rows[i].spent);
    }
    add_seconds(object, &all, (double)ledger->num_ranks * ledger->allocated_s);
    add_without_gpu(object, schedule, ledger, ranks);
    add_models(object, sweep, ledger, schedule_num_models(schedule));
    add_ranks(object, ledger, ranks);
    add_cells(object, sweep, ledger);
    free(ranks);
}
