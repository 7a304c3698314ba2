/*
 * writer_records.h - the rows of items, units and observations.
 */
#ifndef WRITER_RECORDS_H
#define WRITER_RECORDS_H

#include "store/writer.h"

#include <hdf5.h>

struct records;

struct records *records_open(hid_t file, struct error *err);
void records_close(struct records *self); /* accepts NULL; does not flush */

/* /items of one task; `task` is its row in /task. */
int records_add_items(struct records *self,
                      size_t task,
                      const struct writer_task *items,
                      struct error *err);

struct records_unit {
    struct hash128 id;
    size_t model, task;
    uint64_t item; /* row of /items */
    uint32_t repeat;
    const struct record *record; /* or NULL */
};
int records_add_unit(struct records *self,
                     const struct records_unit *unit,
                     struct error *err);

int records_add_observation(struct records *self,
                            size_t column,
                            size_t unit,
                            unsigned profiles,
                            const struct verdicts *verdicts,
                            struct error *err);

uint64_t records_num_units(const struct records *self);

/* Write what is buffered and settle the growing dimensions. */
int records_flush(struct records *self, struct error *err);

#endif
