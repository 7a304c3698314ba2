/*
 * manifest_filter.h - which items a column takes, for src/dataset/manifest*.c
 * only.
 */
#ifndef MANIFEST_FILTER_H
#define MANIFEST_FILTER_H

#include "dataset/manifest.h"

struct manifest_place;

/*
 * Read { "FIELD": "TEXT" | ["TEXT", ...] | { "not": one of these } }.
 *
 * profiles  under which it holds: bits 1u << PROFILE_X
 * pointer   RFC 6901 path of `object`
 * errors    ERR_FORMAT
 */
int manifest_filter_read(const struct manifest_place *place,
                         const struct cJSON *object,
                         const char *pointer,
                         unsigned profiles,
                         struct column *out);

/* Take only items whose field is that value, under every profile. */
void manifest_filter_add(struct column *column,
                         const char *field,
                         const char *value);

/* Take what another column takes. */
void manifest_filter_copy(struct column *column, const struct column *from);

/* Whether no profile lets that value of a field through. */
bool manifest_filter_excludes(const struct column *column,
                              const char *field,
                              const char *value);

/* Whether an item is let through. */
bool manifest_filter_takes(const struct filter *filter,
                           const struct item *item);

void manifest_filter_release(struct column *column);

#endif
