#include "cli/run/run_spending.h"

#include "base/json.h"
#include "base/mem.h"
#include "cli/results/spent.h"
#include "dispatch/coordinator.h"
#include "dispatch/ledger.h"

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

static void add_starts(struct cJSON *object, const struct spent *spent)
{
    struct cJSON *list = json_add_array(object, "starts");

    for (size_t i = 0; i < spent->num_starts; i++) {
        struct cJSON *start = json_new_object();

        json_add_text(start, "started", spent->starts[i].began);
        json_add_number(start, "workers", spent->starts[i].workers);
        json_add_number(start, "seconds", spent->starts[i].seconds);
        json_append(list, start);
    }
}

/* Their hours are none of a GPU. */
static void add_without_gpu(struct cJSON *object, const struct spent *spent)
{
    struct ledger_seconds sum = { 0 };
    size_t num = 0;

    for (size_t i = 0; i < spent->num_rows; i++) {
        if (spent->rows[i].is_apart) {
            num++;
            ledger_add(&sum, &spent->rows[i].spent);
        }
    }
    if (num > 0) {
        add_seconds(json_add_object(object, "without_gpu"),
                    &sum,
                    ledger_sum(&sum));
    }
}

/* Also those that nothing was spent on, up to the last one that is known. */
static void add_models(struct cJSON *object, const struct spent *spent)
{
    const size_t num_models = spent->num_models;
    struct ledger_seconds *sums = mem_alloc(num_models + 1, sizeof *sums);
    struct cJSON *models = json_add_array(object, "models");

    for (size_t i = 0; i < spent->num_rows; i++)
        ledger_add(&sums[spent->rows[i].model + 1], &spent->rows[i].spent);
    for (size_t m = 0; m <= num_models; m++) {
        /* what is of no model stands behind the others */
        const size_t at = m < num_models ? m + 1 : 0;
        struct cJSON *model = json_new_object();

        json_add_text(model, "name", spent_model(spent, (int)at - 1));
        add_seconds(model, &sums[at], ledger_sum(&sums[at]));
        json_append(models, model);
    }
    free(sums);
}

/* ranks  [num + 1], the first is none */
static void add_ranks(struct cJSON *object,
                      const struct spent *spent,
                      const struct ledger_seconds *ranks,
                      int num)
{
    struct cJSON *list = json_add_array(object, "ranks");

    for (int r = 1; r <= num; r++) {
        struct cJSON *rank = json_new_object();

        json_add_number(rank, "rank", r);
        add_seconds(rank, &ranks[r], spent_allocated_s(spent, r));
        json_append(list, rank);
    }
}

static void add_cells(struct cJSON *object, const struct spent *spent)
{
    struct cJSON *list = json_add_array(object, "cells");

    for (size_t i = 0; i < spent->num_cells; i++) {
        const struct ledger_cell *of = &spent->cells[i];
        struct cJSON *cell = json_new_object();

        json_add_text(cell, "model", spent_model(spent, of->model));
        json_add_text(cell, "task", spent_task(spent, of->task));
        add_seconds(cell, &of->spent, ledger_sum(&of->spent));
        json_add_number(cell, "units", (double)of->spent.units);
        json_append(list, cell);
    }
}

void run_spending_add(struct cJSON *run, const struct spent *spent)
{
    const int num_ranks = spent_most_workers(spent);
    struct cJSON *object = json_add_object(run, "ledger");
    struct ledger_seconds *ranks =
        mem_alloc((size_t)num_ranks + 1, sizeof *ranks);
    struct ledger_seconds all = { 0 };

    for (size_t i = 0; i < spent->num_rows; i++) {
        const struct spent_row *row = &spent->rows[i];

        ledger_add(&all, &row->spent);
        if (row->rank <= num_ranks)
            ledger_add(&ranks[row->rank], &row->spent);
    }
    add_seconds(object, &all, spent_all_allocated_s(spent));
    add_starts(object, spent);
    add_without_gpu(object, spent);
    add_models(object, spent);
    add_ranks(object, spent, ranks, num_ranks);
    add_cells(object, spent);
    free(ranks);
}
