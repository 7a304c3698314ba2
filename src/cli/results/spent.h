/*
 * spent.h - where the seconds of a run went, over all its starts.
 */
#ifndef SPENT_H
#define SPENT_H

#include "dispatch/coordinator.h"

#include <stdbool.h>
#include <stddef.h>

/* Its ranks were started, and then did something until they ended. */
struct spent_start {
    char began[32]; /* date and time, UTC */
    int workers;
    double seconds; /* of each of them, by the clock */
};

/* Of one rank, model and kind of row at most: loads that were all cut short stay
 * apart from those that ended, as they say nothing of how long a load takes. */
struct spent_row {
    int rank;
    int model;     /* of `models`; -1 = none */
    bool is_apart; /* a worker without a GPU */
    struct ledger_seconds spent;
};

/* The rows' seconds, and the cells', add up to those of the starts times their
 * workers. */
struct spent {
    const char *const *models; /* [num_models] of the job, then of roles, then
                                  those that left the job; borrowed */
    size_t num_models;
    const char *const *tasks; /* [num_tasks] the same; borrowed */
    size_t num_tasks;
    struct spent_start *starts; /* [num_starts], the one under way last */
    size_t num_starts;
    struct spent_row *rows; /* [num_rows] */
    size_t num_rows;
    struct ledger_cell *cells; /* [num_cells] */
    size_t num_cells;
};

/* A second one, with the same names. */
struct spent spent_copy(const struct spent *from);
void spent_release(struct spent *self);

/* Add what `more` has; models and tasks are numbered alike in both. */
void spent_add(struct spent *self, const struct spent *more);

/* "" = none */
const char *spent_model(const struct spent *self, int model);
const char *spent_task(const struct spent *self, size_t task);

/* Seconds that were given to a rank, and to all. */
double spent_allocated_s(const struct spent *self, int rank);
double spent_all_allocated_s(const struct spent *self);
int spent_most_workers(const struct spent *self); /* of any start */

#endif
