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
    const char *plain;        /* as its file calls it, not told apart */
    const char *published_as; /* the board's name of it; NULL: not on it */
    double parameters_b;      /* NaN: unknown */
    size_t file;              /* which of the readers */
    size_t at;                /* in its file */
};

struct grid_column {
    const char *name, *title, *dimension;
    int direction; /* 1: higher is more trustworthy, -1: lower */
    double weight; /* in the overall mean rank, of the job's `weights` */
};

enum { GRID_MAX_FILES = 1000 };
#define GRID_NO_COLUMN ((size_t)-1)

struct grid {
    enum profile profile;
    const struct reader *const *readers; /* [num_readers]; none: the board */
    size_t num_readers;
    size_t *places; /* (reader, column): in its file, or GRID_NO_COLUMN */
    char **names;   /* [num_models]: those that had to be told apart */
    struct grid_model *models; /* [num_models] */
    size_t num_models;
    struct grid_column *columns; /* [num_columns], with a direction */
    size_t num_columns;
    double *values; /* (model, column); NaN: not measured */
    double *low;    /* 95 % interval; NaN: none */
    double *high;
    double *error; /* of who judged, one standard deviation of the value; 0 */
    uint64_t *num; /* what a value is a mean over; 0: not known */
    bool *is_comparable;
};

/*
 * The models of all files, by the columns of the first.  A name that stands in
 * several files is followed by the file's number: "NAME@2".
 *
 * Access, creator, family and size that a file does not know are the board's
 * where the model is on it.  `board` may be NULL.  All must outlive the grid.
 */
void grid_of_results(struct grid *out,
                     const struct reader *const *readers,
                     size_t num_readers,
                     enum profile profile,
                     const struct published *board);

/* The models of the paper, as printed. */
void grid_of_board(struct grid *out, const struct published *board);

void grid_release(struct grid *grid);

size_t grid_at(const struct grid *grid, size_t model, size_t column);

/* Where a column stands in a file; GRID_NO_COLUMN: nowhere. */
size_t grid_place(const struct grid *grid, size_t file, size_t column);

/* The column of that name; num_columns when there is none. */
size_t grid_column(const struct grid *grid, const char *name);

/* Columns in which a model has a value. */
size_t grid_coverage(const struct grid *grid, size_t model);

#endif
