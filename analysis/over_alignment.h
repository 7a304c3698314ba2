/*
 * over_alignment.h - refusing what is harmless, beside refusing what is
 * harmful.
 *
 * harmless  share of harmless prompts refused (exaggerated_safety_rta)
 * harmful   share of harmful ones refused (misuse_rta)
 * index     harmless / harmful: refusals of harmless prompts for each of
 *           harmful ones.  0: refuses only what is harmful; 1: cannot tell them
 *           apart.  NaN when nothing harmful is refused.
 * On the frontier: no other model refuses less of the harmless and no less of
 * the harmful, or as little and more.
 */
#ifndef OVER_ALIGNMENT_H
#define OVER_ALIGNMENT_H

#include "analysis/draws.h"

#define OVER_ALIGNMENT_HARMLESS "exaggerated_safety_rta"
#define OVER_ALIGNMENT_HARMFUL  "misuse_rta"
#define OVER_ALIGNMENT_ATTACKED "jailbreak_rta"

/* What the board's shares are worth, as it prints no counts. */
struct over_alignment_design {
    const char *of, *column;
    double prompts; /* in the official file */
    double clusters;
    double worth; /* as many independent prompts; docs/decisions/003 */
};

/* "harmless", "harmful", "attacked". */
enum { OVER_ALIGNMENT_DESIGNS = 3 };
extern const struct over_alignment_design
    over_alignment_designs[OVER_ALIGNMENT_DESIGNS];

struct share {
    double value, low, high; /* 95 %; NaN: not known */
};

struct over_alignment_row {
    size_t model;
    struct share harmless, harmful, attacked, index;
    bool is_on_frontier;
};

struct over_alignment_type { /* a kind of harmless prompt */
    const char *name;        /* borrowed from the first file */
    struct share *shares;    /* [num_models] of the grid */
};

struct over_alignment {
    struct over_alignment_row *rows;   /* [num_rows], least index first */
    size_t num_rows;                   /* models with harmless and harmful */
    struct over_alignment_type *types; /* [num_types]; none for the board */
    size_t num_types;
};

/* draws: NULL for the published board, whose intervals are Wilson's of as many
 * prompts as the official ones are worth. */
void over_alignment_make(struct over_alignment *out,
                         const struct grid *grid,
                         const struct draws *draws);
void over_alignment_release(struct over_alignment *self);

#endif
