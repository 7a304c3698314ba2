/*
 * utility.h - how useful models are, by measures of others: the published
 * figures, a table, or results of lm-evaluation-harness.
 */
#ifndef UTILITY_H
#define UTILITY_H

#include "analysis/grid.h"

struct error;

struct utility_measure {
    char *name;
    char *source;   /* where the figures come from */
    double *values; /* [num_models] of the grid; NaN: none */
};

struct utility {
    struct utility_measure *measures; /* [num_measures]; higher is better */
    size_t num_measures;
    size_t num_models;
};

/*
 * path    NULL: the published figures.  Else a file, or several with commas
 *         between: CSV ("model,MEASURE,..." and a line a model, empty: none),
 *         JSON ({"source": ..., "measures": [...], "values": {MODEL: [...]}}),
 *         or lm-eval's results.json; its model is the file's "model_name", or
 *         the name before '=' ("my-model=results.json")
 * errors  ERR_IO, ERR_FORMAT; ERR_USAGE when no model of the grid is in it
 */
int utility_read(struct utility *out,
                 const struct grid *grid,
                 const struct published *board,
                 const char *path,
                 struct error *err);
void utility_release(struct utility *utility);

#endif
