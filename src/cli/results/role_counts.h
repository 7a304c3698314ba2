/*
 * role_counts.h - how many answers of each role an evaluator could make nothing
 * of, with an example, so that a role that speaks another language than it is
 * asked in does not look like one that is not set.
 */
#ifndef ROLE_COUNTS_H
#define ROLE_COUNTS_H

#include "trustsweep/request.h"

#include <stdbool.h>
#include <stddef.h>

struct error;
struct reply;
struct writer;

struct role_counts {
    struct role_count {
        size_t num;    /* answers with a text or scores */
        size_t unread; /* of these */
        char *example; /* the first of them, shortened; NULL = none */
    } roles[NUM_ROLES];
};

void role_counts_add(struct role_counts *self,
                     enum role role,
                     const struct reply *answer,
                     bool is_unread);

/* Into the provenance, as ROLE_TRUST_NAME, where any was unread. */
int role_counts_write(const struct role_counts *self,
                      struct writer *writer,
                      struct error *err);

void role_counts_release(struct role_counts *self);

#endif
