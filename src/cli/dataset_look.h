/*
 * dataset_look.h - what `dataset` shows of a data set: its tasks, an item, how it
 * compares with the release.  Printed to stdout.
 */
#ifndef DATASET_LOOK_H
#define DATASET_LOOK_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct manifest;

/* location  a zip, a folder or "sample"
 * errors    those of dataset_open(); of imported questions that are broken, once
 *           all others are shown */
int dataset_look_list(const struct manifest *manifest,
                      const char *location,
                      bool as_json,
                      struct error *err);

/* One item, as JSON.
 * errors  as dataset_open(); ERR_USAGE where the task has no such item */
int dataset_look_show(const struct manifest *manifest,
                      const char *location,
                      const char *name,
                      uint64_t index,
                      struct error *err);

/* returns  0; 1 when it is readable and not the official release; -1
 * errors   as verify_run(); ERR_FORMAT where files are broken, which are shown */
int dataset_look_verify(const struct manifest *manifest,
                        const char *location,
                        bool as_json,
                        struct error *err);

#endif
