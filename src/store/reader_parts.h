/*
 * reader_parts.h - what a reader holds; for reader*.c only.
 */
#ifndef READER_PARTS_H
#define READER_PARTS_H

#include "store/reader.h"
#include "store/schema.h"

#include <hdf5.h>

struct reader {
    hid_t file;
    char *path;
    char *digest;
    char *redaction; /* or NULL */
    uint64_t lengths[NUM_DIMS];
    struct reader_model *models;               /* [lengths[DIM_MODEL]] */
    struct reader_column *columns;             /* [lengths[DIM_COLUMN]] */
    struct reader_score *scores[NUM_PROFILES]; /* (model, column) */
    uint8_t *comparable;                       /* (model, column) */
};

#endif
