/*
 * fit_grams.h - logistic regression over hashed n-grams (AdaGrad), rounded to
 * the 8 bits of the file.
 */
#ifndef FIT_GRAMS_H
#define FIT_GRAMS_H

struct examples;
struct weights;

/* Sets grams, gram_scale and gram_bias. */
void fit_grams(struct weights *out,
               const struct examples *examples,
               int left_out);

#endif
