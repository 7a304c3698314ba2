/*
 * writer_rows.h - datasets that grow together, a row at a time: what /records,
 * /follow_ups, /ledger and their like are written with.
 */
#ifndef WRITER_ROWS_H
#define WRITER_ROWS_H

#include <hdf5.h>

#include <stddef.h>
#include <stdint.h>

struct background;
struct error;
struct rows;

/*
 * The datasets of `paths`, which are named by their place there.  One of values
 * that are many a row stands behind that of its offsets ("..._offset").
 *
 * paths   [num], borrowed, in the schema
 * packer  of their chunks, must outlive it; NULL: none, for few rows
 * errors  ERR_IO
 */
struct rows *rows_open(hid_t file,
                       const char *const *paths,
                       size_t num,
                       struct background *packer,
                       struct error *err);
void rows_close(struct rows *self); /* accepts NULL; does not flush */

/* A value of the type that the schema says. */
struct rows_field {
    int dataset;
    const void *value;
};
int rows_add(struct rows *self,
             const struct rows_field *fields,
             size_t num,
             struct error *err);

/* The values [num] of one row, and where they end; NULL: none. */
int rows_add_many(struct rows *self,
                  int dataset,
                  const void *values,
                  uint64_t num,
                  struct error *err);

/* What was added so far. */
uint64_t rows_num(const struct rows *self, int dataset);

/* Write what is buffered and settle the growing dimensions. */
int rows_flush(struct rows *self, struct error *err);

#endif
