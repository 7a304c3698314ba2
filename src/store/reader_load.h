/*
 * reader_load.h - whole datasets of an open file into memory, shapes checked.
 */
#ifndef READER_LOAD_H
#define READER_LOAD_H

#include "store/schema.h"

#include <hdf5.h>

#include <stdint.h>

struct error;

/*
 * Every listed dataset is there, of its type, and as long as its scales.
 *
 * lengths  [NUM_DIMS], filled from the scales
 * errors   ERR_FORMAT names the first that is not
 */
int load_check(hid_t file, uint64_t lengths[NUM_DIMS], struct error *err);

/* All elements; to be freed.  NULL with ERR_IO, also where there are not as many
 * as `num`: nothing has checked what is not in the schema. */
void *load_all(hid_t file,
               const char *path,
               enum schema_type type,
               uint64_t num,
               struct error *err);

/* The same for strings: [num] texts, each to be freed, and the array. */
char **load_texts(hid_t file,
                  const char *path,
                  uint64_t num,
                  struct error *err);

#endif
