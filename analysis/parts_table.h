/*
 * parts_table.h - the parts of the analysis as tables, by name.
 */
#ifndef PARTS_TABLE_H
#define PARTS_TABLE_H

#include <stddef.h>

struct analysis;
struct table;
struct text;

enum { PARTS_TABLES = 16 }; /* at most, of one part */

/* NULL-terminated: "summary", "ranks", "columns", "pairs", "utility", "access",
 * "over-alignment", "statements", "spread", "sheet", "compare", "series",
 * "beside", "card". */
extern const char *const parts_table_names[];

/*
 * The tables of one part, to be given to table_destroy(); returns how many.  A
 * part with nothing to say has none.
 *
 * out  [PARTS_TABLES]
 */
size_t parts_table_make(const struct analysis *analysis,
                        const char *name,
                        struct table **out);

/* What a part with nothing to say takes, and how much of it is here: "a model
 * that stands in two of the files". */
void parts_table_takes(const struct analysis *analysis,
                       const char *name,
                       struct text *out);

#endif
