/*
 * merge_parts.h - the datasets of a merged file, by their kinds; for merge*.c
 * only.
 */
#ifndef MERGE_PARTS_H
#define MERGE_PARTS_H

#include "store/schema.h"

#include <hdf5.h>

#include <stdint.h>

struct error;
struct merge_order;

struct merge {
    const struct merge_order *order;
    hid_t file; /* the new one */
};

/* DIM_ITEM of DIM_ITEM_EDGE; DIM_NONE of what is no edge. */
enum schema_dim merge_rows_of_edge(enum schema_dim edge);

/* One value a row.  ERR_IO, ERR_FORMAT, as of the others. */
int merge_texts(const struct merge *self,
                const struct schema_dataset *what,
                struct error *err);
int merge_numbers(const struct merge *self,
                  const struct schema_dataset *what,
                  struct error *err);

/* Many values a row: the dataset of these offsets, and they. */
int merge_many(const struct merge *self,
               const struct schema_dataset *offset,
               struct error *err);

/* (model, columns), or (repeat, model, columns). */
int merge_table(const struct merge *self,
                const char *path,
                enum schema_type type,
                enum schema_dim columns,
                uint64_t num_repeats,
                struct error *err);

#endif
