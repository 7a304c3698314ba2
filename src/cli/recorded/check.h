/*
 * check.h - what `check` looks at besides the journal: results.h5, job.json,
 * run.json, and whether they say the same.
 */
#ifndef CHECK_H
#define CHECK_H

#include "gather/journal_check.h"

#include <stdbool.h>
#include <stddef.h>

enum check_kind {
    CHECK_NOTE,       /* worth knowing */
    CHECK_REPAIRABLE, /* the next run mends it */
    CHECK_UNCHECKED,  /* it could not be looked at */
    CHECK_DAMAGED,    /* a person must act */
};

struct check_finding {
    enum check_kind kind;
    char *text;
};

struct check {
    const char *folder; /* the run directory */
    const char
        *dataset;  /* where its data set is now; NULL = as job.json says */
    bool is_quick; /* do not make results anew from the journal */
    const char *job_words; /* what `score` wants when job.json is missing */
    const char *cannot_compare; /* results.h5 with the journal; or NULL */
    struct journal_report journal;
    struct check_finding *findings; /* [num] */
    size_t num;
    size_t cap;
    /* digests of results.h5, "" = unknown */
    char stored[65];
    char content[65];
    char from_journal[65];
};

/* Fill in all but the first three. */
void check_run(struct check *self);
enum check_kind check_worst(const struct check *self);
void check_release(struct check *self);

#endif
