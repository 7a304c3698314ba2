/*
 * parts_table_files.h - the parts of several files, and of models beside the
 * published ones; for parts_table.c only.
 */
#ifndef PARTS_TABLE_FILES_H
#define PARTS_TABLE_FILES_H

#include <stddef.h>

struct analysis;
struct table;

size_t parts_table_compare(const struct analysis *analysis, struct table **out);
size_t parts_table_series(const struct analysis *analysis, struct table **out);
size_t parts_table_beside(const struct analysis *analysis, struct table **out);

/* A table without rows is none: destroyed, 0.  Else put, 1. */
size_t parts_table_keep(struct table *table, struct table **out);

#endif
