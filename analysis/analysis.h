/*
 * analysis.h - everything that is said of one results file, or of the published
 * board alone: each part is one struct of a file of its own.
 */
#ifndef ANALYSIS_H
#define ANALYSIS_H

#include "analysis/compare.h"
#include "analysis/pair_tests.h"
#include "analysis/placed.h"
#include "analysis/sheet.h"
#include "analysis/statements.h"
#include "analysis/summary.h"
#include "trustsweep/verdict.h"

#include <stddef.h>
#include <stdint.h>

struct error;
struct reader;
struct text;

enum { ANALYSIS_RESAMPLES = 10000 };

struct analysis_options {
    enum profile profile;
    size_t resamples; /* of the items */
    uint64_t seed;
    const char *utility; /* a table or lm-eval results (analysis/utility.h);
                            NULL: the published figures */
    const char *facts; /* JSON file of facts of models (analysis/sheet.h); NULL:
                          those of the board alone */
    const char *series; /* pattern of the names of checkpoints; NULL: none */
    struct text *notes; /* gets what was passed over, lines for people; or
                           NULL */
    void (*progress)(void *self, double share); /* or NULL */
    void *progress_self;
};

/* Profile paper, ANALYSIS_RESAMPLES, seed 1, published utility. */
struct analysis_options analysis_defaults(void);

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
 * Of several files as one: all their models side by side.
 *
 * readers  [num_readers], borrowed until analysis_release(); none: the board
 * errors   ERR_IO, ERR_FORMAT; ERR_USAGE for a utility table that does not fit
 */
int analysis_make(struct analysis *out,
                  const struct reader *const *readers,
                  size_t num_readers,
                  const struct analysis_options *options,
                  struct error *err);
void analysis_release(struct analysis *analysis);

const char *analysis_model(const struct analysis *analysis, size_t model);

#endif
