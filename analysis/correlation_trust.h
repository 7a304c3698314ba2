/*
 * correlation_trust.h - whether more useful models are more trustworthy.
 *
 * Trust is minus the mean rank, overall and in each dimension; utility is each
 * measure of utility.h.  Over the models that have both.
 */
#ifndef CORRELATION_TRUST_H
#define CORRELATION_TRUST_H

#include "analysis/rank.h"
#include "analysis/utility.h"
#include "stats/interval.h"
#include "stats/permutation.h"

enum correlation_kind {
    CORRELATION_PEARSON = 0,
    CORRELATION_SPEARMAN,
    CORRELATION_KENDALL,
    NUM_CORRELATION_KINDS,
};

/* Intervals of other models take so many, or so many families: of fewer they
 * cover too rarely (docs/decisions/005). */
enum { CORRELATION_TRUST_LEAST = 8 };

/* "pearson", "spearman", "kendall". */
const char *correlation_trust_name(enum correlation_kind kind);

struct correlation_value {
    double value;
    struct interval models;   /* other models: BCa, models drawn; none of too
                                 few */
    struct interval families; /* the same, whole families drawn */
    struct interval items; /* these models, other items; none for the board */
    struct permutation test;
    double without_low; /* least and most with one model left out */
    double without_high;
    size_t influential; /* the model whose absence moves it most */
};

struct correlation_row {
    size_t scope;   /* of the ranking */
    size_t measure; /* of the utility */
    size_t num;     /* models */
    size_t num_families;
    size_t *models;  /* [num] */
    double *trust;   /* [num]: minus the mean rank */
    double *utility; /* [num] */
    struct correlation_value kinds[NUM_CORRELATION_KINDS];

    /* pairs of models of like size (at most a quarter larger): of those that
     * are not tied, the share with the more useful one more trustworthy */
    size_t num_pairs;
    double concordant;
};

struct correlation_trust {
    struct correlation_row *rows; /* [num_rows]; overall stands first */
    size_t num_rows;
};

void correlation_trust_make(struct correlation_trust *out,
                            const struct ranking *ranking,
                            const struct utility *utility,
                            uint64_t seed);
void correlation_trust_release(struct correlation_trust *self);

#endif
