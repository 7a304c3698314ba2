/*
 * layout.h - an empty results file: groups, scales, datasets.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "store/schema.h"

#include <hdf5.h>

#include <stdint.h>

struct error;

/*
 * Create everything the schema lists.
 *
 * lengths  of each dimension; growing ones are 0 for now
 * name     of the file, for errors
 * errors   ERR_IO
 */
int layout_create(hid_t file,
                  const uint64_t lengths[NUM_DIMS],
                  const char *name,
                  struct error *err);

/* Give the scale of a growing dimension its final length.  0 or -1. */
int layout_set_length(hid_t file, enum schema_dim dim, uint64_t length);

/* The same where the dimension is a growing one.  ERR_IO */
int layout_end_dimension(hid_t file,
                         enum schema_dim dim,
                         uint64_t length,
                         struct error *err);

#endif
