/*
 * reader.h - one results file, read.  What analysis/ builds on; it never sees
 * HDF5 itself.
 */
#ifndef READER_H
#define READER_H

#include "trustsweep/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct reader;

struct reader_model {
    char *name, *access, *creator, *family, *published_as;
    double parameters_b;
};

struct reader_column {
    char *name, *title, *dimension, *section, *task, *unit, *unit_corrected,
        *parent, *cluster, *by, *field, *labels, *evaluator, *metric, *estimand,
        *source, *needs;
    int direction, direction_corrected;
    bool is_ranked;
};

struct reader_score {
    double value, low, high, within_low, within_high, se_items, se_sampling,
        se_judge;
    uint64_t num, num_skipped, num_recorded, num_asked;
    uint64_t states[NUM_STATES];
};

/* Checks format, version and shapes.  ERR_IO, ERR_FORMAT. */
struct reader *reader_open(const char *path, struct error *err);
void reader_close(struct reader *self);

/* As it was opened by, for errors about what stands in it. */
const char *reader_path(const struct reader *self);

size_t reader_num_models(const struct reader *self);
size_t reader_num_columns(const struct reader *self);
size_t reader_num_repeats(const struct reader *self);
const struct reader_model *reader_model(const struct reader *self, size_t at);
const struct reader_column *reader_column(const struct reader *self, size_t at);
const struct reader_score *reader_score(const struct reader *self,
                                        enum profile profile,
                                        size_t model,
                                        size_t column);

/* Whether the value may be set beside the published board's. */
bool reader_is_comparable(const struct reader *self,
                          size_t model,
                          size_t column);

/* What stands under /provenance/NAME, to be freed; NULL where nothing does. */
char *reader_provenance(const struct reader *self, const char *name);

/* The same as JSON, json_free(); NULL also where it is none. */
struct cJSON *reader_provenance_json(const struct reader *self,
                                     const char *name);

/* The same as member `name` of an object: JSON, or a text where it is none;
 * nothing where nothing stands. */
void reader_provenance_add(const struct reader *self,
                           const char *name,
                           struct cJSON *object);

/* What `export --format redacted` left of the texts, "masked" or "none"; NULL of
 * any other file. */
const char *reader_redaction(const struct reader *self);

/* The stored digest; and the one computed afresh from the content. */
const char *reader_digest(const struct reader *self);
int reader_compute_digest(struct reader *self, char out[65], struct error *err);

#endif
