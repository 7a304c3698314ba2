/*
 * rank_resample.h - what resampling the items says of ranks: intervals, who may
 * be first.  For rank.c only.
 */
#ifndef RANK_RESAMPLE_H
#define RANK_RESAMPLE_H

struct ranking;

void rank_resample(struct ranking *ranking);

#endif
