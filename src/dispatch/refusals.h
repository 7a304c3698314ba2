/*
 * refusals.h - messages that were not taken: of another run or version, torn,
 * or of no sense.  Each is counted; the log has the first.
 */
#ifndef REFUSALS_H
#define REFUSALS_H

#include <stddef.h>

struct error;

struct refusals {
    size_t num;
};

void refusals_note(struct refusals *self, int source, const struct error *why);

#endif
