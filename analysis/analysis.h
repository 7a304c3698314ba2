/*
 * analysis.h - everything that is said of one results file, or of the published
 * board alone: each part is one struct of a file of its own.
 */
#ifndef ANALYSIS_H
#define ANALYSIS_H

#include "analysis/analysis_json.h"
#include "analysis/compare.h"
#include "analysis/pair_tests.h"
#include "analysis/placed.h"
#include "analysis/sheet.h"
#include "analysis/statements.h"
#include "analysis/summary.h"

struct analysis {
    struct analysis_options options;
    bool is_board; /* no files */
    struct published *board;
    struct grid grid;
    struct cell_sums cells;
    struct draws draws;
    struct ranking ranking;
    struct pair_tests pairs; /* none for the board */
    struct compare compare;  /* of several files */
    struct series series;
    struct placed placed; /* none for the board */
    struct utility utility;
    struct correlation_trust correlation;
    struct access_gap access;
    struct over_alignment over_alignment;
    struct spread spread;
    struct card card; /* of the board alone */
    struct statements statements;
    struct sheet sheet;
    struct summary summary;
};

/*
 * As analysis_json(), of several files as one: all their models side by side.
 *
 * readers  [num_readers], borrowed until analysis_release(); none: the board
 */
int analysis_make(struct analysis *out,
                  const struct reader *const *readers,
                  size_t num_readers,
                  const struct analysis_options *options,
                  struct error *err);
void analysis_release(struct analysis *analysis);

const char *analysis_model(const struct analysis *analysis, size_t model);

#endif
