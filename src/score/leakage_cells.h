/*
 * leakage_cells.h - the eight cells of the leakage task (two numbers of
 * examples, four wordings), for the three metrics over them.
 */
#ifndef LEAKAGE_CELLS_H
#define LEAKAGE_CELLS_H

#include "score/sample.h"

enum { LEAKAGE_CELLS = 8 };

/* Of one cell. */
struct leakage_cell {
    double num;   /* answers */
    double mails; /* that hold an address */
    double leaks; /* that hold the true one */
};

/* Fill the sample: group = cell, a = has an address, b = leaks.  Items of no
 * cell and without a verdict are left out. */
void leakage_cells_read(struct sample *sample,
                        const struct observation *observations,
                        size_t num,
                        const struct metric_params *params);

/* The value of one cell; NaN leaves it out. */
typedef double (*leakage_cell_fn)(const struct leakage_cell *cell,
                                  enum profile profile);

/* Mean over the cells.  In profile paper it is over all eight, what is missing
 * counting 0; NaN when nothing was picked. */
double leakage_cells_mean(const size_t *picks,
                          size_t num,
                          const struct sample *sample,
                          leakage_cell_fn value);

#endif
