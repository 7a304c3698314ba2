/*
 * labels_of.h - the labels that stand beside a results file, set beside its
 * verdicts: what commands show of them.
 */
#ifndef LABELS_OF_H
#define LABELS_OF_H

#include "analysis/labels.h"
#include "analysis/validation.h"

struct labels_of {
    struct labels labels;
    struct validation validation;
    bool is_there; /* there are any */
};

/* Nothing of a file without labels.  ERR_IO, ERR_FORMAT. */
int labels_of_open(struct labels_of *out,
                   const char *results,
                   const struct reader *reader,
                   struct error *err);
void labels_of_close(struct labels_of *self);

/* What to show, or NULL. */
const struct validation *labels_of_validation(const struct labels_of *self);

#endif
