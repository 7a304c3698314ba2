/*
 * utility_strangers.h - names of a utility file that are no model of the
 * results: mostly others' models, at times a slip; for utility_read*.c only.
 */
#ifndef UTILITY_STRANGERS_H
#define UTILITY_STRANGERS_H

#include "analysis/utility_read.h"

struct utility_strangers {
    char **names; /* [num] */
    size_t num, cap;
    size_t num_known; /* names that are models */
};

/* Count a name of the file in; copied. */
void utility_strangers_add(struct utility_strangers *self,
                           const char *name,
                           bool is_known);

/* "PATH: 2 of its 3 models are not in the results: GPT-4 (is gpt-4 meant?), x",
 * where there are any. */
void utility_strangers_say(const struct utility_strangers *self,
                           const struct utility_reading *reading,
                           struct text *out);
void utility_strangers_release(struct utility_strangers *self);

#endif
