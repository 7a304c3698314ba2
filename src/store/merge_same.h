/*
 * merge_same.h - whether what files say of one model, column, task or measure
 * is the same.
 */
#ifndef MERGE_SAME_H
#define MERGE_SAME_H

#include "store/schema.h"

struct error;
struct merge_order;

/* Of an axis with names, whose places are known.  ERR_USAGE names the first
 * that differs. */
int merge_same_check(const struct merge_order *self,
                     enum schema_dim dim,
                     struct error *err);

#endif
