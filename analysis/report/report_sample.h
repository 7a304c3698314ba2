/*
 * report_sample.h - which verdicts of a results file its page shows.
 *
 * The same items of a column for every model, spread over its data file, so
 * that models can be compared on them; and of each model a few verdicts more of
 * every state and label that these lack, so that each can be looked at.
 */
#ifndef REPORT_SAMPLE_H
#define REPORT_SAMPLE_H

#include "store/reader_rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report_sample {
    size_t num_columns;
    size_t *start;     /* [num_columns + 1], into `order` */
    uint64_t *order;   /* [num_observations], by column, then as in the file */
    bool *is_chosen;   /* [num_observations] */
    size_t *item_slot; /* [num_items], from 1 in file order; 0: not shown */
    size_t *unit_slot; /* [num_units], the same */
};

/* num  items a column; 0: none, SIZE_MAX: all */
void report_sample_draw(const struct reader_rows *rows,
                        size_t num_columns,
                        size_t num,
                        struct report_sample *out);
void report_sample_release(struct report_sample *sample);

#endif
