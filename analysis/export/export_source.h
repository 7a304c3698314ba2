/*
 * export_source.h - a results file as the forms want it: rows in memory, texts
 * a row at a time, verdicts by unit.
 */
#ifndef EXPORT_SOURCE_H
#define EXPORT_SOURCE_H

#include "store/reader.h"
#include "store/reader_data.h"
#include "store/reader_rows.h"

#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct text;

enum export_text {
    EXPORT_TEXT = 0,
    EXPORT_REASONING,
    EXPORT_DETAIL,
    EXPORT_RECORDED,
    NUM_EXPORT_TEXTS,
};

struct export_bytes {
    const char *bytes; /* until the next text of that kind is asked for */
    size_t len;
};

struct export_source {
    const struct reader *reader;
    struct reader_rows rows;
    uint8_t *state, *finish; /* [num_units] each */
    uint32_t *prompt_tokens, *reply_tokens, *task;
    struct reader_texts *texts[NUM_EXPORT_TEXTS];
    size_t *first;         /* [num_units + 1], into `order` */
    uint64_t *order;       /* [num_observations], by unit */
    struct cJSON **labels; /* [num_columns], arrays of texts */
    char **model_files;    /* [num_models], their names as files' */
};

/* `reader` must outlive it.  ERR_IO, ERR_FORMAT. */
int export_source_open(struct export_source *out,
                       const struct reader *reader,
                       struct error *err);
void export_source_close(struct export_source *self);

/* EXPORT_RECORDED is a JSON object, or nothing. */
int export_source_text(struct export_source *self,
                       enum export_text kind,
                       size_t unit,
                       struct export_bytes *out,
                       struct error *err);

/* The item's entry, as canonical JSON. */
struct export_bytes export_source_entry(const struct export_source *self,
                                        size_t unit);

/* The verdict's label, "" when it has none. */
const char *export_source_label(const struct export_source *self,
                                uint64_t observation,
                                enum profile profile);

/* Units of one model and task follow each other: the end of those that begin
 * at `first`. */
size_t export_source_cell_end(const struct export_source *self, size_t first);

/* The name of the unit's model as a file's, which no other model has. */
const char *export_source_model_file(const struct export_source *self,
                                     size_t unit);

/* A number as JSON: "null" when it is none. */
void export_source_number(struct text *out, double number);

#endif
