/*
 * published_why.h - why a value is not there, or may not stand beside the
 * published one, from what the results file says.
 */
#ifndef PUBLISHED_WHY_H
#define PUBLISHED_WHY_H

#include <stdbool.h>
#include <stddef.h>

struct reader;
struct role_wait;
struct text;

/* A model's value of a column, profile paper. */
struct published_cell {
    const struct reader *reader;
    const struct role_wait *wait; /* of the reader */
    size_t model, column;
};

/* Whether any of its items was asked about: else a reason why the published
 * value differs explains nothing. */
bool published_why_has_items(const struct published_cell *cell);

/* Both add to `out` and return the kind; there is always something to say. */
const char *published_why_missing(const struct published_cell *cell,
                                  struct text *out);
const char *published_why_not_comparable(const struct published_cell *cell,
                                         struct text *out);

#endif
