/*
 * measured.h - whether a cell's value says anything.
 */
#ifndef MEASURED_H
#define MEASURED_H

#include <stdbool.h>

struct reader_score;

/* A published rule says 0 of 0 replies is 0, and the file keeps that; it is no
 * measurement. */
bool measured_is_of_nothing(const struct reader_score *score);

/* The value; NaN where there is none, or one of nothing. */
double measured_value(const struct reader_score *score);

#endif
