/*
 * results_cell_parts.h - what a cell holds; for results_cell*.c only.
 */
#ifndef RESULTS_CELL_PARTS_H
#define RESULTS_CELL_PARTS_H

#include "cli/results/results.h"
#include "store/writer.h"
#include "trustsweep/evaluator.h"
#include "trustsweep/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RESULTS_MAX_EVALUATORS = 8 };

/* What one evaluator, or none (NULL), said. */
struct judgement {
    const struct evaluator_ops *evaluator;
    struct verdicts *verdicts; /* [num] of the cell */
};

/* What a column says of the cell. */
struct scored {
    size_t column;
    const struct verdicts *verdicts; /* [num] of the cell; in `judgements` */
    struct writer_score *scores;     /* [NUM_PROFILES][1 + num_repeats]: of all
                                        repeats, then of each if several */
};

/* An answer that a judgement was made of. */
struct noted {
    size_t at; /* of the cell's units: whose verdict hung on it */
    enum role role;
    char *question;
    bool is_unread; /* the evaluator could make nothing of it */
    struct reply reply;
};

struct results_cell {
    const struct results_params *params;
    size_t model;
    size_t task;
    size_t first_unit;
    size_t num;                   /* units: items x repeats */
    struct record *records;       /* [num] */
    bool *has_record;             /* [num] */
    const struct reply **replies; /* [num], into records */
    const struct item **items;    /* [num] */
    uint32_t *repeats;            /* [num] */
    struct judgement judgements[RESULTS_MAX_EVALUATORS];
    size_t num_judgements;
    struct scored *scored; /* [num_scored], the columns of the task */
    size_t num_scored;
    struct noted *noted; /* [num_noted] */
    size_t num_noted;
    size_t cap_noted;
};

/* Bits 1u << profile: under which a column scores the `at`th unit. */
unsigned results_cell_profiles(const struct results_cell *self,
                               size_t column,
                               size_t at);

#endif
