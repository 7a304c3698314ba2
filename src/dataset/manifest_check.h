/*
 * manifest_check.h - whether what stands in a manifest makes sense, for
 * src/dataset/manifest.c only.
 *
 * Each function looks at the entry that was read last; `pointer` is its place.
 * All errors are ERR_FORMAT.
 */
#ifndef MANIFEST_CHECK_H
#define MANIFEST_CHECK_H

#include "dataset/manifest.h"

struct manifest_place;

int manifest_check_field(const struct manifest_place *place,
                         const struct task *task,
                         const char *pointer);
int manifest_check_task(const struct manifest_place *place,
                        const struct manifest *manifest,
                        const char *pointer);
int manifest_check_column(const struct manifest_place *place,
                          const struct manifest *manifest,
                          const char *pointer);

#endif
