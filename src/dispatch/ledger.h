/*
 * ledger.h - where the seconds went, per worker and model, and per cell.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "dispatch/coordinator.h"

struct ledger {
    struct ledger_row *rows; /* [num] in order of appearance */
    size_t num;
    size_t cap;
    uint32_t *next; /* [num] 1 + the row before it of that rank; 0 = none */
    size_t cap_next;
    uint32_t *last; /* [num_ranks] 1 + the latest row of a rank */
    size_t num_ranks;
    struct ledger_cell *cells; /* [num_models][num_tasks] */
    size_t num_models, num_tasks;
};

void ledger_init(struct ledger *ledger,
                 size_t num_ranks,
                 size_t num_models,
                 size_t num_tasks);
void ledger_release(struct ledger *ledger);

/* The row of that worker and model, made when there is none; borrowed until
 * the next call. */
struct ledger_row *ledger_row(struct ledger *ledger, int rank, int model);

struct ledger_view ledger_view(const struct ledger *ledger);

/* Of a model and task that there are. */
struct ledger_cell *ledger_cell(struct ledger *ledger, int model, size_t task);

#endif
