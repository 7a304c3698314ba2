/*
 * analysis.h - everything that is said of one results file, or of the published
 * board alone: each part is one struct of a file of its own.
 */
#ifndef ANALYSIS_H
#define ANALYSIS_H

#include "analysis/analysis_json.h"
#include "analysis/rank.h"

struct analysis {
    struct analysis_options options;
    const struct reader *reader; /* NULL: the published board */
    struct published *board;
    struct grid grid;
    struct cell_sums cells;
    struct draws draws;
    struct ranking ranking;
};

/* As analysis_json(); `out` is to be given to analysis_release() when this gives
 * 0. */
int analysis_make(struct analysis *out,
                  const struct reader *reader,
                  const struct analysis_options *options,
                  struct error *err);
void analysis_release(struct analysis *analysis);

#endif
