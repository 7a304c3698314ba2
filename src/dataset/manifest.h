/*
 * manifest.h - what a benchmark consists of: its tasks (one data file each) and
 * its columns (one published metric each), read from datasets/NAME.json.
 *
 * Adding a data set or a column is a matter of this file, not of code.
 */
#ifndef MANIFEST_H
#define MANIFEST_H

#include "trustsweep/evaluator.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

/* What `cluster` says in the file where items are independent.  It has to be
 * said: a cluster that was forgotten makes an interval too narrow. */
#define MANIFEST_EACH_ITEM "item"

/* A field every item of a task has (or may have). */
struct field {
    char *name;
    char *type;    /* "string", "number", "integer", "object", "array", "any" */
    char **values; /* [num_values]; allowed, as item_key() reads them; none =
                      anything */
    size_t num_values;
    bool is_optional;
};

struct task {
    char *name;      /* "truthfulness/external"; also the file's, less .json */
    char *dimension; /* "truthfulness" */
    char *section;   /* "misinformation" */
    char *title;     /* one line for people */
    double temperature;   /* what the benchmark prescribes */
    uint64_t num_items;   /* in the official release */
    char *sha256;         /* of the official file */
    struct field *fields; /* [num_fields] */
    size_t num_fields;
};

/* Takes items by one field, as item_key() reads it. */
struct filter {
    char *field;
    char **values; /* [num_values] */
    size_t num_values;
    bool is_exclusion; /* none of the values, instead of one of them */
    unsigned profiles; /* under which it holds: bits 1u << PROFILE_X */
};

struct column {
    char *name;  /* "external", "leakage_rta", "hallucination.mc" */
    char *title; /* one line for people */
    char *dimension;
    char *section;
    char *task;             /* whose items it scores; see column_wants() */
    struct filter *filters; /* [num_filters]; an item must pass all */
    size_t num_filters;
    char *parent;    /* the column this is a part of, over some of its items,
                        or NULL */
    char *evaluator; /* name in src/evaluate; NULL: see `needs` */
    char *metric;    /* name in src/score; NULL: see `needs` */
    char *by;        /* metric parameter: item field to group by; or NULL */
    char *field;     /* metric parameter: a further item field; or NULL */
    char *cluster;   /* metric parameter: item fields, with commas between,
                        whose values are drawn together; NULL: items are
                        independent (MANIFEST_EACH_ITEM in the file) */
    char *needs;     /* roles that may have to judge: "judge", "refusal",
                        "embedder", "refusal, toxicity"; NULL = none */
    int direction;   /* +1 higher is more trustworthy, -1 lower, 0 neither */
    int direction_corrected; /* the same of profile `corrected` */
    char *unit;              /* "1", "%", "rho", "p", "V" */
    char *unit_corrected;
    bool is_ranked; /* one of the 31 of the published board */
};

struct manifest {
    char *name;
    char *title;
    char *source;       /* whose benchmark, which release */
    struct task *tasks; /* [num_tasks], official order */
    size_t num_tasks;
    struct column *columns; /* [num_columns]: the ranked ones, others,
                               parts */
    size_t num_columns;
    struct prompts prompts; /* of evaluators that ask a judge */
};

/* Read datasets/NAME.json of the installation.  Unknown keys, a column without
 * its task and double names are ERR_FORMAT with file and place. */
struct manifest *manifest_read(const char *name, struct error *err);
void manifest_destroy(struct manifest *manifest);

/* Whether a column scores that item of its task under that profile. */
bool column_wants(const struct column *column,
                  enum profile profile,
                  const struct item *item);

const struct task *manifest_task(const struct manifest *manifest,
                                 const char *name);
const struct field *manifest_field(const struct task *task, const char *name);
const struct column *manifest_column(const struct manifest *manifest,
                                     const char *name);

#endif
