/*
 * validation_parts.h - what the files of a validation share; for validation*.c
 * only.
 */
#ifndef VALIDATION_PARTS_H
#define VALIDATION_PARTS_H

#include "analysis/labels.h"
#include "analysis/validation.h"
#include "store/reader.h"
#include "store/reader_rows.h"

enum { VALIDATION_SEED = 1 };

struct validation_work {
    struct validation *out;
    const struct reader *reader;
    const struct labels *labels;
    struct reader_rows rows;
    size_t *label_of; /* [rows.num_units]: which of labels->units, + 1 */
};

/* The share of people who said yes, and their number; adds to `num_partly` how
 * many said "partly". */
double validation_opinion(const struct validation_work *work,
                          const struct labels_unit *unit,
                          size_t *num,
                          uint64_t *num_partly);

/* Fill all but model, column and kind. */
void validation_cell_make(const struct validation_work *work,
                          struct validation_cell *cell);

/* Fill out->models; out->pairs. */
void validation_people_models(const struct validation_work *work);
void validation_people_pairs(const struct validation_work *work);

#endif
