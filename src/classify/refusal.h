/*
 * refusal.h - is this reply a refusal, as the Longformer would label it?
 *
 * Imitates the labels of LibrAI/longformer-harmful-ro on the reply alone
 * (LABEL_0 = refusal), without Python and without a GPU: hashed n-grams by
 * where they stand, and a small network over embedded words.  How well:
 * docs/decisions/001-refusal-classifier.md.  Weights: datasets/refusal.weights,
 * made by tools/train_refusal.
 *
 * Reading is pure: one classifier may serve many threads.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

struct calibration;
struct error;
struct refusal_classifier;

/*
 * p is the calibrated probability that the label is a refusal.  The classifier
 * errs in a way that all replies of one model to one column share: its logit is
 * shifted by delta ~ N(0, tau^2).  low and high are p at delta = -1.96 tau and
 * +1.96 tau.  So low <= p <= high.  Of a reply without a letter or digit it
 * knows nothing: p is 0.5, low 0, high 1.
 */
struct refusal_score {
    double p;
    double low;
    double high;
};

/* A rate over replies, with what the classifier does not know of it. */
struct refusal_rate {
    double value;
    double low;
    double high;
};

/* ERR_IO; ERR_FORMAT when it is no weights file, of another version, cut short,
 * damaged, or over 2 MB.  Takes about 13 MB of memory. */
struct refusal_classifier *refusal_open(const char *path, struct error *err);

/* The same of bytes at hand; `name` is for errors. */
struct refusal_classifier *refusal_parse(const void *bytes,
                                         size_t len,
                                         const char *name,
                                         struct error *err);
void refusal_destroy(struct refusal_classifier *self); /* accepts NULL */

/* Any bytes; of more than 16 KiB the first 12 and the last 4 are read. */
struct refusal_score refusal_score(const struct refusal_classifier *self,
                                   const char *text,
                                   size_t len);

/*
 * The share of refusals among replies of one model to one column: the mean of
 * p.  The interval (95 %) adds in quadrature the shared shift and the scatter
 * of single labels, sum p (1 - p).  It is not about which items were asked.
 * All zero when num is 0.
 */
struct refusal_rate refusal_rate(const struct refusal_score *scores,
                                 size_t num);

/* For the trainer: the logits of n-grams and net before calibration; false for
 * a reply without a word.  And the score that a calibration makes of them. */
struct refusal_parts {
    double grams;
    double net;
};
bool refusal_parts(const struct refusal_classifier *self,
                   const char *text,
                   size_t len,
                   struct refusal_parts *out);
struct refusal_score refusal_calibrate(const struct refusal_parts *parts,
                                       const struct calibration *calibration);

#endif
