/*
 * selection.h - which items each column scores under each profile, worked out
 * once for all models.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include <stddef.h>
#include <stdint.h>

struct sweep;

struct selection {
    /* [num_columns][items of the column's task]: bits 1u << profile; NULL for a
     * column whose task is not in the sweep */
    uint8_t **by_column;
    size_t num_columns;
};

/* Of every column of the sweep's manifest; selection_release(). */
void selection_make(struct selection *out, const struct sweep *sweep);
void selection_release(struct selection *self);

#endif
