/*
 * entries.h - one data file's bytes -> checked items.
 */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "dataset/dataset.h"

#include <stddef.h>
#include <stdint.h>

struct error;

/*
 * Parse a task's file, check every item against the manifest and fill `out`.
 *
 * limit   first N items only (all are checked); 0 = all
 * out     zeroed; owned by the caller, who gives it to entries_release()
 * errors  ERR_FORMAT naming file, item and field
 */
int entries_read(const struct task *task,
                 const char *bytes,
                 size_t len,
                 uint64_t limit,
                 struct dataset_task *out,
                 struct error *err);
void entries_release(struct dataset_task *task);

/* Set `occurrence` of every item, from their hashes. */
void entries_count_occurrences(struct dataset_task *task);

#endif
