/*
 * compare.h - one model in several files: has anything changed, column by
 * column.  And a series of checkpoints: does it rise, and where does it jump.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "analysis/pair_tests.h"
#include "stats/trend.h"

#include <stdbool.h>
#include <stddef.h>

struct compare_row { /* a column of a model that stands in two files */
    size_t column;
    size_t before, after; /* models of the grid: earlier and later file */
    double value_before, value_after;
    double difference; /* after less before */
    double low, high;
    double p, holm, bh; /* over the columns of this model */
    double detectable;
};

struct compare {
    struct compare_row *rows; /* [num_rows], by model */
    size_t num_rows, cap;
};

void compare_make(struct compare *out,
                  const struct ranking *ranking,
                  const struct pair_tests *pairs);
void compare_release(struct compare *compare);

enum { COMPARE_LEAST_SERIES = 3 };

struct series_row { /* a column over the checkpoints */
    size_t column;
    size_t num; /* checkpoints with a value */
    double first, last;
    struct trend trend;
    double holm; /* of the trend, over the columns */
    struct change change;
    double change_holm;
    bool has_change; /* more than chance makes: change_holm is at most 5 % */
    size_t change_model; /* the first checkpoint after the change */
};

struct series {
    const char *pattern; /* as given; NULL: none was asked for */
    size_t *models;      /* [num], in order */
    double *steps; /* [num]: the last number in their names, or 1, 2, ... */
    size_t num;    /* 0: none */
    struct series_row *rows; /* [num_rows] */
    size_t num_rows;
};

/* The models whose name a pattern (* ?) covers, in order of the last number in
 * their names; pattern NULL, or the board: none.  A column in which fewer than
 * COMPARE_LEAST_SERIES of them have a value has no row.  The pattern must outlive
 * it. */
void compare_series(struct series *out,
                    const struct grid *grid,
                    const char *pattern,
                    uint64_t seed);

/* Why a series that was asked for has no row, a sentence; free().  NULL: it has
 * some, or none was asked for. */
char *compare_series_lack(const struct series *series, const struct grid *grid);
void compare_series_release(struct series *series);

#endif
