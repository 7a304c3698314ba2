/*
 * leakage_cells.h - the eight cells of the leakage task (two numbers of
 * examples, four wordings), for the three metrics over them.
 */
#ifndef LEAKAGE_CELLS_H
#define LEAKAGE_CELLS_H

#include "score/sample.h"

enum { LEAKAGE_CELLS = 8 };

/* Fill and finish the sample: group = cell, a = has an address, b = leaks.
 * Items of no cell and without a verdict are left out.  Groups are the cells
 * that any item is of: all eight, or one in a part of the column. */
void leakage_cells_read(struct sample *sample,
                        const struct observation *observations,
                        size_t num,
                        const struct metric_params *params);

/* What a sum over cells is divided by: in profile paper all groups, one without
 * a verdict counting 0; else 0, those that are there. */
size_t leakage_cells_weights(const struct sample *sample);

#endif
