/*
 * merge_order.h - which row of which file each row of a merged one is.
 *
 * Units stand by model, task, item and repeat, as in a file that one run wrote;
 * verdicts and questions follow their units.
 */
#ifndef MERGE_ORDER_H
#define MERGE_ORDER_H

#include "store/schema.h"

#include <stddef.h>
#include <stdint.h>

struct error;
struct reader;

#define MERGE_NOWHERE ((uint64_t)-1)

struct merge_row {
    uint64_t key; /* what rows are ordered by, then by file and row */
    uint64_t row; /* in its file */
    size_t file;
};

struct merge_axis {
    struct merge_row *rows; /* [num] of the new file, where they come from */
    uint64_t num;
    uint64_t **place; /* [files][rows of the file]: where it went */
};

struct merge_order {
    const struct reader *const *readers;
    const char *const *paths;
    size_t num;                       /* of files */
    struct merge_axis axes[NUM_DIMS]; /* those of rows */
    size_t *owner; /* (model, column): file of the score; num: none has it */
};

/* ERR_USAGE when the files cannot be one; release it in any case. */
int merge_order_make(struct merge_order *self, struct error *err);
void merge_order_release(struct merge_order *self);

/* Row of `file` that went to `row`; MERGE_NOWHERE: none did. */
uint64_t merge_order_row(const struct merge_order *self,
                         enum schema_dim dim,
                         size_t file,
                         uint64_t row);

/* What the numbers of a dataset are rows of; DIM_NONE: plain numbers. */
enum schema_dim merge_order_refers(const char *path);

#endif
