/*
 * utility_measured.h - utility that the results files measured themselves, for
 * utility.c only.
 */
#ifndef UTILITY_MEASURED_H
#define UTILITY_MEASURED_H

#include "analysis/utility.h"

/*
 * Add a measure for each task over all its questions; parts (subjects, the mean
 * over them) stay in their columns.  Files that asked the same task in another
 * way (letters or answers, examples) have a measure each: "NAME@FILE".
 *
 * returns  how many measures have a value; -1
 * errors   ERR_IO, ERR_FORMAT
 */
int utility_measured_add(struct utility *out,
                         const struct grid *grid,
                         struct error *err);

#endif
