/*
 * schema.h - the layout of results.h5 as one table.
 *
 * The writer creates what the table lists, the reader checks against it, and
 * the digest goes through it in its order.  docs/FORMAT.md explains it.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "trustsweep/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEMA_FORMAT "trustsweep-results"

enum { SCHEMA_VERSION = 5, SCHEMA_MAX_DIMS = 3 };

/* Every dimension has a scale of its name at the root. */
enum schema_dim {
    DIM_NONE = 0,
    DIM_MODEL,
    DIM_COLUMN,
    DIM_REPEAT,
    DIM_TASK,
    DIM_ITEM,
    DIM_ITEM_EDGE, /* num_items + 1 */
    DIM_UNIT,
    DIM_UNIT_EDGE, /* num_units + 1 */
    DIM_OBSERVATION,
    DIM_LEDGER_ROW,
    DIM_LEDGER_CELL,
    DIM_ENTRY_BYTE,
    DIM_TEXT_BYTE,
    DIM_REASONING_BYTE,
    DIM_DETAIL_BYTE,
    DIM_RECORDED_BYTE,
    DIM_REPLY_VALUE,
    DIM_FOLLOW_UP,
    DIM_FOLLOW_UP_EDGE, /* one more than there are */
    DIM_QUESTION_BYTE,
    DIM_ANSWER_BYTE,
    DIM_ANSWER_VALUE,
    DIM_ASKED,
    DIM_MEASURE, /* of utility; a file may have none */
    NUM_DIMS,
};

enum schema_scale {
    SCALE_BARE = 0, /* a length and no values */
    SCALE_NAMES,    /* strings */
    SCALE_INDEX,    /* 0, 1, ... */
};

struct schema_dimension {
    const char *name;
    enum schema_scale scale;
    bool is_growing;  /* length unknown when the file is created */
    bool is_optional; /* length 0: neither it nor what has it is in the file */
};

extern const struct schema_dimension schema_dimensions[NUM_DIMS];

enum schema_type {
    TYPE_U8 = 1,
    TYPE_U32,
    TYPE_U64,
    TYPE_I32,
    TYPE_I64,
    TYPE_F64,
    TYPE_STRING, /* variable length, UTF-8 */
};

/* Bytes of one element in memory; a pointer for TYPE_STRING. */
size_t schema_type_size(enum schema_type type);

enum schema_flags {
    FLAGS_NONE = 0,
    FLAGS_STATE,
    FLAGS_FINISH,
    FLAGS_ROLE,
    FLAGS_BOOL,
    FLAGS_METHOD,
};

struct schema_dataset {
    const char *path; /* "/records/state" */
    enum schema_type type;
    enum schema_dim dims[SCHEMA_MAX_DIMS]; /* ends with DIM_NONE */
    bool in_digest;
    enum schema_flags flags;
    const char *units; /* or NULL */
    const char *meaning;
};

/* Order and names of the fields below /scores/PROFILE. */
enum schema_score_field {
    SCORE_VALUE = 0,
    SCORE_LOW,
    SCORE_HIGH,
    SCORE_WITHIN_LOW,
    SCORE_WITHIN_HIGH,
    SCORE_SE_ITEMS,
    SCORE_SE_SAMPLING,
    SCORE_SE_JUDGE, /* the last number with a fraction */
    SCORE_NUM,
    SCORE_NUM_SKIPPED,
    SCORE_NUM_RECORDED,
    SCORE_NUM_ASKED,
    SCORE_STATES, /* the first of NUM_STATES counts */
    NUM_SCORE_FIELDS = SCORE_STATES + NUM_STATES,
};

enum { SCHEMA_PATH = 80 };

/* "/scores/paper/by_repeat/num_refused"; returns its type. */
enum schema_type schema_score_path(enum profile profile,
                                   bool by_repeat,
                                   int field,
                                   char out[SCHEMA_PATH]);

/* All datasets but the score fields, in canonical order. */
extern const struct schema_dataset schema_datasets[];
extern const size_t schema_num_datasets;

/* Whether a file of these lengths has it: what has an optional dimension is
 * left out with that. */
bool schema_is_there(const struct schema_dataset *what,
                     const uint64_t lengths[NUM_DIMS]);

/* How the answers behind a measure of utility came about: bits. */
enum { METHOD_NONE = 0, METHOD_LIKELIHOOD = 1, METHOD_GENERATION = 2 };

/* "none", "likelihood", "generation", "both". */
const char *schema_method_name(unsigned method);

/* The entry of that path; a path that is not listed is a bug. */
const struct schema_dataset *schema_find(const char *path);

/* Every group, parents first; ends with NULL.  One group is there only with
 * what is in it. */
extern const char *const schema_groups[];
#define SCHEMA_UTILITY "/utility"

#endif
