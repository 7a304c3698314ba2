/*
 * results_cell.h - one model's replies to one task -> rows and scores.
 */
#ifndef RESULTS_CELL_H
#define RESULTS_CELL_H

#include <stddef.h>

struct error;
struct results_params;
struct writer;

/* Fetch the replies, judge them for each column of the task, and write records,
 * observations and scores. */
int results_cell_write(const struct results_params *params,
                       size_t model,
                       size_t task,
                       struct writer *writer,
                       struct error *err);

#endif
