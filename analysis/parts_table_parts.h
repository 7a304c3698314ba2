/*
 * parts_table_parts.h - one part each; for parts_table*.c only.
 */
#ifndef PARTS_TABLE_PARTS_H
#define PARTS_TABLE_PARTS_H

#include "analysis/parts_table.h"

/* Each part's name, its function below, and what it takes where it has nothing
 * to say; in the order in which they are shown. */
#define PARTS_TABLE_LIST                                                    \
    PART("summary", summary, "values of models")                            \
    PART("ranks", ranks, "two models with values in the same columns")      \
    PART("columns", columns, "values of models")                            \
    PART("pairs",                                                           \
         pairs,                                                             \
         "two models with items of the same columns (the board has none)")  \
    PART("utility",                                                         \
         utility,                                                           \
         "3 ranked models whose utility is known (--utility)")              \
    PART("access",                                                          \
         access,                                                            \
         "ranked open models and proprietary ones (access in the job)")     \
    PART("over-alignment",                                                  \
         over_alignment,                                                    \
         "columns of harmless and of harmful prompts")                      \
    PART("statements", statements, "values of models")                      \
    PART("spread", spread, "values of models")                              \
    PART("sheet", sheet, "models")                                          \
    PART("compare", compare, "a model that stands in two of the files")     \
    PART("series", series, "3 checkpoints of one model: --series 'NAME-*'") \
    PART("beside",                                                          \
         beside,                                                            \
         "models of one's own in columns that are comparable")              \
    PART("card",                                                            \
         card,                                                              \
         "the board alone: trustsweep analyze --published --part card")

/* As parts_table_make(). */
#define PART(name, part, takes)                                \
    size_t parts_table_##part(const struct analysis *analysis, \
                              struct table **out);
PARTS_TABLE_LIST
#undef PART

/* A table without rows is none: destroyed, 0.  Else put, 1. */
size_t parts_table_keep(struct table *table, struct table **out);

/* Takes `title` over. */
struct table *parts_table_titled(char *title, const char *note);

#endif
