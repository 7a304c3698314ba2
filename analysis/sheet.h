/*
 * sheet.h - transparency and accountability: the two principles without a
 * benchmark.  What is known of each model, beside its scores and never one; and
 * the run's own audit trail.
 */
#ifndef SHEET_H
#define SHEET_H

#include "analysis/grid.h"

struct cJSON;
struct error;

struct sheet_row { /* texts of the facts; "" is not known */
    size_t model;
    const char *weights, *licence, *data, *techniques, *moderator;
    char *source;         /* of all facts here: "job file (...); ..." */
    uint64_t num_blocked; /* replies that the provider withheld */
    uint64_t num_items;   /* asked; 0: the board */
};

struct sheet {
    struct sheet_row *rows; /* [num_rows], the grid's models */
    size_t num_rows;
    struct cJSON *audit; /* digest, versions, data, roles of the first file's
                            run; of others in its member "others"; NULL: the
                            board */
    struct cJSON *facts; /* the user's; NULL: none */
    struct cJSON **jobs; /* [num_jobs], of the files; NULL: not known */
    size_t num_jobs;
};

/*
 * Each fact is of the first who tells it: `facts`, the job file, the board.
 *
 * facts   NULL, or a file of further facts:
 *         {"MODEL": {"weights": ..., "licence": ..., "data": ...,
 *         "techniques": ..., "moderator": ..., "source": ...}}; a source is
 *         needed
 * errors  ERR_IO, ERR_FORMAT; ERR_USAGE for a model that is not in the grid
 */
int sheet_make(struct sheet *out,
               const struct grid *grid,
               const struct published *board,
               const char *facts,
               struct error *err);
void sheet_release(struct sheet *sheet);

#endif
