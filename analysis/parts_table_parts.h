/*
 * parts_table_parts.h - one part each; for parts_table*.c only.
 */
#ifndef PARTS_TABLE_PARTS_H
#define PARTS_TABLE_PARTS_H

#include "analysis/parts_table.h"

/* Each part's name, and its function below, in the order in which they are
 * shown. */
#define PARTS_TABLE_LIST                   \
    PART("summary", summary)               \
    PART("ranks", ranks)                   \
    PART("columns", columns)               \
    PART("pairs", pairs)                   \
    PART("utility", utility)               \
    PART("access", access)                 \
    PART("over-alignment", over_alignment) \
    PART("statements", statements)         \
    PART("spread", spread)                 \
    PART("sheet", sheet)                   \
    PART("compare", compare)               \
    PART("series", series)                 \
    PART("beside", beside)                 \
    PART("card", card)

/* As parts_table_make(). */
#define PART(name, part)                                       \
    size_t parts_table_##part(const struct analysis *analysis, \
                              struct table **out);
PARTS_TABLE_LIST
#undef PART

/* A table without rows is none: destroyed, 0.  Else put, 1. */
size_t parts_table_keep(struct table *table, struct table **out);

/* Takes `title` over. */
struct table *parts_table_titled(char *title, const char *note);

#endif
