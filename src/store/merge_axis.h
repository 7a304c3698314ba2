/*
 * merge_axis.h - the steps to an order of rows; for merge_*.c only.
 */
#ifndef MERGE_AXIS_H
#define MERGE_AXIS_H

#include "store/merge_order.h"

struct error;

uint64_t merge_axis_length(const struct merge_order *self,
                           size_t file,
                           enum schema_dim dim);

/* Room for the rows of all files; none of them is there yet. */
struct merge_axis *merge_axis_begin(struct merge_order *self,
                                    enum schema_dim dim);
void merge_axis_add(struct merge_axis *axis, size_t file, uint64_t row);

/* All rows of all files by `keys`, [files][rows], which it frees; NULL: file
 * after file. */
void merge_axis_order_by(struct merge_order *self,
                         enum schema_dim dim,
                         uint64_t **keys);

/* A dataset of references as rows of the new file, to be freed. */
uint64_t *merge_axis_places(const struct merge_order *self,
                            const char *path,
                            size_t file,
                            struct error *err);

/* The items of each task are those of the first file that has any; those of
 * others must be the same. */
int merge_items_order(struct merge_order *self, struct error *err);

/* Which file each score is from: the one that measured it. */
int merge_owner_find(struct merge_order *self, struct error *err);

#endif
