/*
 * grams.h - a reply as bags of hashed n-grams, in groups by where they stand.
 *
 * A gram counts one over the root of its group's size, so that a long reply
 * does not drown its own first sentence.
 */
#ifndef GRAMS_H
#define GRAMS_H

#include <stddef.h>
#include <stdint.h>

struct tokens;

enum {
    GRAMS_WHOLE,  /* words 1-3 of all of it          */
    GRAMS_HEAD,   /* words 1-3 of the first 40       */
    GRAMS_START,  /* words 1-4 of the first 12       */
    GRAMS_TAIL,   /* words 1-3 of the last 40        */
    GRAMS_LENGTH, /* steps of the number of words    */
    GRAMS_NUM_GROUPS,
};

struct grams {
    uint32_t *hashes; /* [starts[GRAMS_NUM_GROUPS]] */
    size_t cap;
    size_t starts[GRAMS_NUM_GROUPS + 1]; /* group g: starts[g]..starts[g+1] */
};

void grams_release(struct grams *grams);

/* Replaces what was there; keeps the memory. */
void grams_read(struct grams *out, const struct tokens *tokens);

#endif
