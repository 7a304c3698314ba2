#include "dispatch/ledger.h"

#include "base/mem.h"

#include <stdlib.h>

void ledger_init(struct ledger *ledger,
                 size_t num_ranks,
                 size_t num_models,
                 size_t num_tasks)
{
    *ledger = (struct ledger){
        .last = mem_alloc(num_ranks, sizeof *ledger->last),
        .num_ranks = num_ranks,
        .cells = mem_alloc(num_models * num_tasks, sizeof *ledger->cells),
        .num_models = num_models,
        .num_tasks = num_tasks,
    };
    for (size_t i = 0; i < num_models * num_tasks; i++) {
        ledger->cells[i].model = (int)(i / num_tasks);
        ledger->cells[i].task = i % num_tasks;
    }
}

void ledger_release(struct ledger *ledger)
{
    free(ledger->rows);
    free(ledger->next);
    free(ledger->last);
    free(ledger->cells);
    *ledger = (struct ledger){ 0 };
}

struct ledger_row *ledger_row(struct ledger *ledger, int rank, int model)
{
    uint32_t *last = &ledger->last[rank];

    for (uint32_t at = *last; at != 0; at = ledger->next[at - 1]) {
        if (ledger->rows[at - 1].model == model)
            return &ledger->rows[at - 1];
    }
    ledger->rows = mem_reserve(ledger->rows,
                               &ledger->cap,
                               ledger->num + 1,
                               sizeof *ledger->rows);
    ledger->next = mem_reserve(ledger->next,
                               &ledger->cap_next,
                               ledger->num + 1,
                               sizeof *ledger->next);
    ledger->rows[ledger->num] = (struct ledger_row){
        .rank = rank,
        .model = model,
    };
    ledger->next[ledger->num] = *last;
    *last = (uint32_t)++ledger->num;
    return &ledger->rows[ledger->num - 1];
}

struct ledger_cell *ledger_cell(struct ledger *ledger, int model, size_t task)
{
    return &ledger->cells[(size_t)model * ledger->num_tasks + task];
}

struct ledger_view ledger_view(const struct ledger *ledger)
{
    return (struct ledger_view){
        .rows = ledger->rows,
        .num_rows = ledger->num,
        .cells = ledger->cells,
        .num_cells = ledger->num_models * ledger->num_tasks,
    };
}
