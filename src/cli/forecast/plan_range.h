/*
 * plan_range.h - between what a forecast may turn out, if speeds and lengths are
 * off by what is usual.
 */
#ifndef PLAN_RANGE_H
#define PLAN_RANGE_H

#include "cli/forecast/plan_forecast.h"

/* Onto a forecast that was made: the least and the most of some sweeps that are
 * drawn and simulated.  Each of them is about as much to compute as a forecast. */
void plan_range_make(struct plan_forecast *out, const struct outlook *outlook);

#endif
