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
    /* [num_models][num_tasks]: what is known of each by itself */
    struct ledger_cell *cells;
    size_t num_models, num_tasks;
    struct ledger_row *shown; /* those of the last view */
    size_t cap_shown;
    struct ledger_cell *settled;
};

void ledger_init(struct ledger *ledger,
                 size_t num_ranks,
                 size_t num_models,
                 size_t num_tasks);
void ledger_release(struct ledger *ledger);

/* That of the worker and model, made when there is none; borrowed until the
 * next call. */
struct ledger_seconds *ledger_row(struct ledger *ledger, int rank, int model);

/* Of a model and task that there are. */
struct ledger_seconds *ledger_cell(struct ledger *ledger,
                                   int model,
                                   size_t task);

/* Of all six kinds. */
double ledger_sum(const struct ledger_seconds *spent);
void ledger_add(struct ledger_seconds *sum, const struct ledger_seconds *spent);

/* What a worker is at work for now, of which nothing came yet. */
struct ledger_open {
    int rank;
    int model;
    double seconds;
};

/* All but its `num_ranks` and `allocated_s`: the rows, with what is under way,
 * and the cells, with what stands in rows alone divided among them.  Borrowed
 * until the next call. */
struct ledger_view ledger_view(struct ledger *ledger,
                               const struct ledger_open *open,
                               size_t num_open);

#endif
