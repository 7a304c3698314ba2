/*
 * rank_columns.h - how far a mean rank hangs on which columns the benchmark
 * has: columns resampled within their dimension.  For rank.c only.
 */
#ifndef RANK_COLUMNS_H
#define RANK_COLUMNS_H

#include <stdint.h>

struct ranking;

enum { RANK_COLUMNS_RESAMPLES = 4000, RANK_COLUMNS_LEAST = 4 };

/* Scopes of fewer than RANK_COLUMNS_LEAST columns get none. */
void rank_columns(struct ranking *ranking, uint64_t seed);

#endif
