/*
 * values.h - replies that are numbers: a vector, label scores.
 */
#ifndef VALUES_H
#define VALUES_H

#include <stdint.h>

struct reply;

/* Answer with copies of `values` [num], and a final text that is empty. */
void values_answer(struct reply *reply, const double *values, uint32_t num);

#endif
