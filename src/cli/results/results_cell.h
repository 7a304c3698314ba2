/*
 * results_cell.h - one model's replies to one task -> rows and scores.
 */
#ifndef RESULTS_CELL_H
#define RESULTS_CELL_H

#include <stddef.h>

struct error;
struct follow_up_table;
struct results_cell;
struct results_params;
struct role_counts;
struct writer;

/* Fetch the replies and judge them for each column of the task.  The source and
 * the answerer are asked. */
struct results_cell *results_cell_make(const struct results_params *params,
                                       size_t model,
                                       size_t task,
                                       struct error *err);

/* Units. */
size_t results_cell_num(const struct results_cell *self);

/* Make a score of each column's verdicts, several at a time.  While another
 * cell is made, as results_cell_write(). */
int results_cell_score(struct results_cell *self, struct error *err);

/* Write records, observations, scores, and the answers that are not in `seen`
 * yet; these are counted. */
int results_cell_write(const struct results_cell *self,
                       struct writer *writer,
                       struct follow_up_table *seen,
                       struct role_counts *counts,
                       struct error *err);

void results_cell_destroy(struct results_cell *self); /* accepts NULL */

#endif
