/*
 * manifest_column.h - the columns of a manifest, for src/dataset/manifest.c
 * only.
 */
#ifndef MANIFEST_COLUMN_H
#define MANIFEST_COLUMN_H

#include "dataset/manifest.h"

struct manifest_place;

/* Read one entry into the next column; `pointer` is its place.  ERR_FORMAT. */
int manifest_column_read(const struct manifest_place *place,
                         const struct cJSON *entry,
                         const char *pointer,
                         struct manifest *out);

/* A new column at the end; the others may move. */
struct column *manifest_column_add(struct manifest *out);

/* A new one with what another says, but unranked and without parent. */
struct column *manifest_column_copy(struct manifest *out, size_t at);

/* Frees what is in it. */
void manifest_column_release(struct column *column);

#endif
