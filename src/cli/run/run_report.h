/*
 * run_report.h - what a run says at its end.
 */
#ifndef RUN_REPORT_H
#define RUN_REPORT_H

#include <stdbool.h>

struct run;

/* Whether some were asked, and each of them failed. */
bool run_report_is_empty(const struct run *run);

/* Why units failed, in a sentence; borrowed.  Of a run in which nothing was
 * answered the most frequent reason; its records have to be synced. */
const char *run_report_failures(struct run *run);

/* How many answers of earlier runs the results file leaves out, if any. */
void run_report_left_out(const struct run *run);

/* The board and what to do next; without a results file only the state. */
void run_report_end(const struct run *run, bool has_results);

/* The same for programs, in one line: {"folder", "results", "run": what run.json
 * says}. */
void run_report_json(const struct run *run, bool has_results);

#endif
