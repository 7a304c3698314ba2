/*
 * writer_scores.h - scores wait in memory until commit; there are few.
 */
#ifndef WRITER_SCORES_H
#define WRITER_SCORES_H

#include "store/writer.h"

#include <hdf5.h>

struct scores;

struct scores *scores_create(size_t num_repeats,
                             size_t num_models,
                             size_t num_columns);
void scores_destroy(struct scores *self); /* accepts NULL */

/* As writer_set_score() and writer_set_comparable(). */
void scores_set(struct scores *self,
                const size_t place[3], /* repeat + 1, model, column */
                enum profile profile,
                const struct writer_score *score);
/* Over all repeats; borrowed. */
const struct writer_score *scores_get(const struct scores *self,
                                      enum profile profile,
                                      size_t model,
                                      size_t column);
void scores_set_comparable(struct scores *self,
                           size_t model,
                           size_t column,
                           bool is_comparable);

int scores_write(const struct scores *self, hid_t file, struct error *err);

#endif
