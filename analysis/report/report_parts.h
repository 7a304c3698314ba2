/*
 * report_parts.h - the parts of the document; for report*.c only.
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "analysis/report/report.h"

/* "states": the names of their numbers. */
void report_states_add(struct cJSON *root);

/* Of a file: "models", "columns", "scores", "comparable", "published". */
int report_scores_add(struct cJSON *root,
                      const struct reader *reader,
                      struct error *err);

/* Of a file: "tasks", "items", "units", "cells": what stands behind a value. */
int report_cells_add(struct cJSON *root,
                     const struct reader *reader,
                     const struct report_params *params,
                     struct error *err);

/* Of a file: "run": ledger, time line, "skipped": a copy of the checkpoints that
 * were asked nothing (NULL: none); "provenance". */
int report_run_add(struct cJSON *root,
                   const struct reader *reader,
                   const struct cJSON *skipped,
                   struct error *err);

/* Of a file: "labels" of people that lie beside it, "judge": what `calibrate`
 * found of its judge; each where there is one. */
int report_checked_add(struct cJSON *root,
                       const struct reader *reader,
                       const char *path,
                       struct error *err);

/* That in a sentence or two, of all files of the document. */
void report_checked_say(struct text *out,
                        const struct reader *const *readers,
                        size_t num_readers,
                        const struct cJSON *root);

/* How many verdicts are of truncated replies, of which models and columns;
 * nothing where none is. */
void report_truncated_say(struct text *out,
                          const struct reader *const *readers,
                          size_t num_readers);

/* "words" of all files: the summary, a sentence or two an element. */
void report_words_add(struct cJSON *root,
                      const struct reader *const *readers,
                      size_t num_readers);

#endif
