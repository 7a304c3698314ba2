/*
 * agreement.h - how far several people, or several judges, give the same labels
 * to the same things, beyond what chance would give.
 *
 * Labels are numbers from 0 without an order among them; AGREEMENT_NONE is "not
 * labelled".
 */
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include "stats/interval.h"

#include <stddef.h>
#include <stdint.h>

enum { AGREEMENT_NONE = -1, AGREEMENT_MAX_LABELS = 16 };

/* (thing, rater), row by row. */
struct agreement_input {
    const int *labels; /* [num_things * num_raters], below num_labels */
    size_t num_things;
    size_t num_raters;
    int num_labels; /* at most AGREEMENT_MAX_LABELS */
};

struct agreement {
    size_t num;   /* things that two or more labelled */
    double share; /* of pairs of labels of one thing that are equal */
    struct interval share_interval;
    double value; /* kappa, or alpha; NaN where nobody could disagree */
    struct interval interval;
};

/*
 * Two raters: Cohen's kappa.  Any number: Krippendorff's alpha for nominal
 * labels, which takes missing ones.  Intervals from resampling the things with
 * a seed; none below three things.
 *
 * source  Cohen 1960; Krippendorff 2011, "Computing Krippendorff's
 *         alpha-reliability"
 */
struct agreement agreement_kappa(const struct agreement_input *input,
                                 uint64_t seed);
struct agreement agreement_alpha(const struct agreement_input *input,
                                 uint64_t seed);

#endif
