/*
 * manifest_split.h - a column and its parts, for src/dataset/manifest.c only.
 *
 * "split": ["source", ["shotType", "type"]] makes a column for each source and
 * for each pair: the same rule over fewer items.
 */
#ifndef MANIFEST_SPLIT_H
#define MANIFEST_SPLIT_H

#include "dataset/manifest.h"

struct manifest_place;

/*
 * Add the parts of a column at the end.
 *
 * entry    what the column was read from; `pointer` is its place
 * errors   ERR_FORMAT
 */
int manifest_split_column(const struct manifest_place *place,
                          const struct cJSON *entry,
                          const char *pointer,
                          size_t column,
                          struct manifest *out);

#endif
