/*
 * table_parts.h - what a table holds; for table*.c only.
 */
#ifndef TABLE_PARTS_H
#define TABLE_PARTS_H

#include "analysis/table.h"

struct table_column {
    char *name;
    enum table_kind kind;
    int decimals;
};

struct table_cell {
    char *text; /* of TABLE_TEXT */
    double value, low, high;
};

struct table {
    char *title, *note;
    struct table_column *columns;
    size_t num_columns, cap_columns;
    struct table_cell *cells; /* row by row */
    size_t num_cells, cap_cells;
};

#endif
