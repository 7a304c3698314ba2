/*
 * reader_rows.h - items, units and verdicts of a results file, without the
 * texts of the replies: what scores are made of.
 */
#ifndef READER_ROWS_H
#define READER_ROWS_H

#include "trustsweep/verdict.h"

#include <stddef.h>
#include <stdint.h>

struct error;
struct reader;

struct reader_verdicts {
    uint8_t *state; /* [num_observations] each */
    int32_t *label;
    double *value;
};

struct reader_rows {
    size_t num_tasks;
    char **tasks; /* [num_tasks] names */

    size_t num_items;
    uint32_t *item_task;    /* [num_items] */
    uint64_t *item_index;   /* [num_items], position in its task */
    uint64_t *item_hash;    /* [num_items], the lower half */
    char *entries;          /* JSON of all, one after the other */
    uint64_t *entry_offset; /* [num_items + 1] */

    size_t num_units;
    uint32_t *unit_model; /* [num_units] each */
    uint32_t *unit_repeat;
    uint64_t *unit_item;

    size_t num_observations;
    uint32_t *column; /* [num_observations] each */
    uint64_t *unit;
    uint8_t *profiles; /* that take it: bits 1u << PROFILE_X */
    struct reader_verdicts by_profile[NUM_PROFILES];
};

/* `out` is to be given to reader_rows_release() when this gives 0; every row
 * number in it is one of its table.  ERR_IO, ERR_FORMAT. */
int reader_rows_load(const struct reader *reader,
                     struct reader_rows *out,
                     struct error *err);
void reader_rows_release(struct reader_rows *rows);

#endif
