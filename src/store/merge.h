/*
 * merge.h - several results files of other columns or models as one.
 *
 * A model is one where its name and its identity are; a column or task where
 * its name and all that is said of it are.  What two files measured twice is
 * refused: which of them counts, nobody said.
 */
#ifndef MERGE_H
#define MERGE_H

#include <stddef.h>

struct error;
struct reader;

enum { MERGE_MAX_FILES = 100 };

/*
 * readers  [num]; those first come first in the order of models and tasks
 * paths    [num], for errors
 * path     of the new file; it has a digest of its own
 * errors   ERR_USAGE when they cannot be one, with names; ERR_IO, ERR_FORMAT.
 *          Nothing new stands at `path` then
 */
int merge_write(const struct reader *const *readers,
                const char *const *paths,
                size_t num,
                const char *path,
                struct error *err);

#endif
