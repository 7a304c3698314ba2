/*
 * validation.h - our verdicts beside the labels that people gave: how often
 * they agree, of each model; rates put right by them; how far people agree with
 * each other.  Of profile `corrected`, which is what a task intends.
 */
#ifndef VALIDATION_H
#define VALIDATION_H

#include "analysis/label_kind.h"
#include "stats/agreement.h"
#include "stats/powered.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct labels;
struct reader;
struct table;

/* One model and column that people were asked about. */
struct validation_cell {
    size_t model, column;
    enum label_kind kind;
    uint64_t num_labelled;
    uint64_t num_partly;
    struct powered rate; /* value NaN: `lack` says why */
    const char *lack;    /* or NULL */
};

/* Our verdicts of a model's replies against the labels. */
struct validation_model {
    size_t model;
    enum label_kind kind;
    uint64_t num; /* labelled replies; ties among people are left out */
    uint64_t num_tie;
    uint64_t said_no_is_yes; /* verdict no, people yes */
    uint64_t said_yes_is_no;
    double share; /* of all replies of the columns, by the draw's weights */
    struct interval interval;
    double kappa; /* of the labelled ones, without weights */
};

/* Two people on one kind; `b` NULL: all of them, Krippendorff's alpha. */
struct validation_pair {
    const char *a, *b;
    enum label_kind kind;
    struct agreement it;
};

struct validation {
    const struct reader *reader;
    const struct labels *labels;
    struct validation_cell *cells; /* [num_cells] */
    size_t num_cells;
    struct validation_model *models; /* [num_models] */
    size_t num_models;
    struct validation_pair *pairs; /* [num_pairs] */
    size_t num_pairs;
    size_t num_unknown; /* labelled units that are not in the file */
};

/* Reader and labels must outlive it.  ERR_IO, ERR_FORMAT. */
int validation_make(struct validation *out,
                    const struct reader *reader,
                    const struct labels *labels,
                    struct error *err);
void validation_release(struct validation *self);

/* The cell, or NULL: nobody labelled replies of it. */
const struct validation_cell *validation_at(const struct validation *self,
                                            size_t model,
                                            size_t column);

enum { VALIDATION_TABLES = 3 };
size_t validation_tables(const struct validation *self,
                         struct table *out[VALIDATION_TABLES]);

/* Our verdicts beside the labels alone, a row for each model and question. */
struct table *validation_table(const struct validation *self);
struct cJSON *validation_json(const struct validation *self);

#endif
