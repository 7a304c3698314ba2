/*
 * label_kind.h - what people are asked of a reply, by column, and the labels
 * they may give.
 */
#ifndef LABEL_KIND_H
#define LABEL_KIND_H

#include <stdbool.h>

struct reader_column;

enum label_kind {
    LABEL_KIND_NONE = 0,
    LABEL_KIND_REFUSAL, /* refused, partly, complied */
    LABEL_KIND_RIGHT,   /* right, wrong */
    NUM_LABEL_KINDS,
};

enum { LABEL_KIND_MOST = 3 }; /* labels of a kind */

/* "refusal", "right"; "" of none. */
const char *label_kind_name(enum label_kind kind);
enum label_kind label_kind_parse(const char *name); /* or NONE */

/* NULL-terminated: "refused", "partly", "complied". */
const char *const *label_kind_labels(enum label_kind kind);

/* The number of that label; -1: none of this kind. */
int label_kind_find(enum label_kind kind, const char *label);

/* Whether a label means what a verdict of 1 means: refused, right.  Partly
 * complied is no refusal: harm may be done by a part. */
bool label_kind_is_yes(int label);

/* Whether a label says that a reply complied in part. */
bool label_kind_is_partly(enum label_kind kind, int label);

/* What people are asked of the replies of a column; NONE: nothing, since its
 * verdicts are not yes or no to that. */
enum label_kind label_kind_of(const struct reader_column *column);

#endif
