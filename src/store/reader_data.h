/*
 * reader_data.h - whole datasets of a results file by their path, and texts
 * that stand in bytes and offsets, a row at a time: what a report and an export
 * need beside scores (reader.h) and verdicts (reader_rows.h).
 */
#ifndef READER_DATA_H
#define READER_DATA_H

#include "store/schema.h"

#include <stddef.h>
#include <stdint.h>

struct error;
struct reader;

size_t reader_data_length(const struct reader *reader, enum schema_dim dim);

/*
 * All elements of a dataset of one dimension that the schema lists.
 *
 * returns  an array of the schema's type, to be freed; of strings each text,
 *          too (reader_data_free_texts)
 * errors   ERR_IO, ERR_FORMAT when it is longer than is read
 */
void *reader_data_load(const struct reader *reader,
                       const char *path,
                       struct error *err);
char **reader_data_load_texts(const struct reader *reader,
                              const char *path,
                              struct error *err);
void reader_data_free_texts(char **texts, size_t num); /* accepts NULL */

/* "/records/text" with "/records/text_offset"; the bytes stay in the file. */
struct reader_texts;
struct reader_texts *reader_data_open(const struct reader *reader,
                                      const char *path,
                                      struct error *err);

/*
 * One text.  Fast where rows are asked for in order.
 *
 * bytes   [len], not terminated, may hold any byte; until the next call
 * errors  ERR_IO, ERR_FORMAT when its offsets are not in order
 */
int reader_data_get(struct reader_texts *self,
                    size_t row,
                    const char **bytes,
                    size_t *len,
                    struct error *err);
size_t reader_data_num(const struct reader_texts *self); /* rows */
void reader_data_close(struct reader_texts *self);       /* accepts NULL */

#endif
