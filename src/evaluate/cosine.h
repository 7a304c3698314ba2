/*
 * cosine.h - likeness of two texts by the vectors an embedder gave them.
 */
#ifndef COSINE_H
#define COSINE_H

#include "evaluate/asking.h"

#include <stdbool.h>
#include <stddef.h>

/* The vector of one text of a group's member. */
struct cosine_side {
    const char *question; /* the evaluator's own name for it */
    size_t member;
    const char *text;
};

/* From -1 to 1; NaN when either reply has no vector, when they differ in length
 * and when one is all 0. */
double cosine_of(const struct reply *a, const struct reply *b);

/*
 * The same, asking for vectors that are not there yet.
 *
 * returns  true when it asked; *out is NaN then
 */
bool cosine_get(const struct group *group,
                const struct cosine_side *a,
                const struct cosine_side *b,
                struct ask_list *asks,
                double *out);

#endif
