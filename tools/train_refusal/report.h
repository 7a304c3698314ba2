/*
 * report.h - the leave-one-model-out table, as text on stdout.
 */
#ifndef REPORT_H
#define REPORT_H

struct examples;
struct opinion;

/* Each model is read with the calibration of the others.
 *
 * opinions  [examples->num] */
void report_print(const struct examples *examples,
                  const struct opinion *opinions);

#endif
