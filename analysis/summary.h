/*
 * summary.h - what the analysis says, in sentences: first what is sure, then
 * what these numbers cannot tell.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stddef.h>

struct analysis;

enum { SUMMARY_SENTENCES = 16 };

struct summary {
    char *sentences[SUMMARY_SENTENCES]; /* [num] */
    size_t num;
};

void summary_make(struct summary *out, const struct analysis *analysis);
void summary_release(struct summary *summary);

#endif
