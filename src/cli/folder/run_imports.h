/*
 * run_imports.h - a run directory that answers were imported into, and that no
 * run has begun in yet.
 */
#ifndef RUN_IMPORTS_H
#define RUN_IMPORTS_H

#include <stddef.h>

struct error;

/* How many units its journal has a record of; 0: it has no journal.
 * errors  -1, as journal_open() */
int run_imports_count(const char *path, size_t *out, struct error *err);

#endif
