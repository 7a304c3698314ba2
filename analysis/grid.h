/*
 * grid.h - models by ranked columns: the values that the analysis is about,
 * from a results file or from the published board.
 */
#ifndef GRID_H
#define GRID_H

#include "trustsweep/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct published;
struct reader;

/* Texts are borrowed from where the grid comes from; "" is unknown. */
struct grid_model {
    const char *name, *access, *creator, *family;
    const char *published_as; /* the board's name of it; NULL: not on it */
    double parameters_b;      /* NaN: unknown */
    size_t at;                /* in its file */
};

struct grid_column {
    const char *name, *title, *dimension;
    int direction; /* 1: higher is more trustworthy, -1: lower */
    size_t at;
};

struct grid {
    enum profile profile;
    struct grid_model *models; /* [num_models] */
    size_t num_models;
    struct grid_column *columns; /* [num_columns], with a direction */
    size_t num_columns;
    double *values; /* (model, column); NaN: not measured */
    double *low;    /* 95 % interval; NaN: none */
    double *high;
    uint64_t *num; /* what a value is a mean over; 0: not known */
    bool *is_comparable;
};

/* Family and size that the file does not know are the board's where the model
 * is on it; access is the board's there, as a file always names one (a job's
 * default is open).  `board` may be NULL.  Both must outlive the grid. */
void grid_of_results(struct grid *out,
                     const struct reader *reader,
                     enum profile profile,
                     const struct published *board);

/* The models of the paper, as printed. */
void grid_of_board(struct grid *out, const struct published *board);

void grid_release(struct grid *grid);

size_t grid_at(const struct grid *grid, size_t model, size_t column);

/* The column of that name; num_columns when there is none. */
size_t grid_column(const struct grid *grid, const char *name);

/* Columns in which a model has a value. */
size_t grid_coverage(const struct grid *grid, size_t model);

#endif
