/*
 * published_compare.h - a results file beside the published board.
 *
 * Profile paper, every column that the board prints for every model it knows.
 */
#ifndef PUBLISHED_COMPARE_H
#define PUBLISHED_COMPARE_H

#include "analysis/published_digits.h"

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct published;
struct reader;
struct text;

enum published_verdict {
    PUBLISHED_EQUAL = 0,
    PUBLISHED_DIFFERENT,
    PUBLISHED_NOT_COMPARABLE, /* other judge, other data, items lacking */
    PUBLISHED_MISSING,        /* not measured */
    NUM_PUBLISHED_VERDICTS,
};

struct published_row {
    const char *column, *model; /* the model as the results file names it */
    const char *published_as;   /* as the board does */
    const char *published;      /* as printed */
    double ours, difference;    /* NaN where not measured */
    enum published_verdict verdict;
    enum published_digits digits;
    const char *kind; /* of the reason; NULL: none known */
    char *reason;     /* "" for PUBLISHED_EQUAL, or when none is known */
    bool by_labels;   /* by what stood beside recorded answers, at least in
                         part: whose labels they are the file cannot say */
};

struct published_table {
    struct published_row *rows; /* [num], by model, then in board order */
    size_t num;
    const char **strangers; /* [num_strangers], models not on the board */
    size_t num_strangers;
    size_t counts[NUM_PUBLISHED_VERDICTS];
    size_t num_inexact;     /* equal, but cut off or rounded twice */
    size_t num_same_digits; /* not comparable, yet the printed digits */
    size_t num_unexplained; /* different and no reason known */
    size_t num_by_labels;   /* equal or different, and `by_labels` */
};

/* Borrows from both while it lives. */
void published_compare(const struct reader *reader,
                       const struct published *board,
                       struct published_table *out);
void published_compare_release(struct published_table *table);

/* For people, and for programs. */
void published_compare_write(const struct published_table *table,
                             struct text *out);
struct cJSON *published_compare_json(const struct published_table *table);

#endif
