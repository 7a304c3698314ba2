/*
 * checkpoints_missing.h - what is said where a job finds no checkpoint, or not even
 * the folder of them.
 */
#ifndef CHECKPOINTS_MISSING_H
#define CHECKPOINTS_MISSING_H

#include <stdint.h>

struct error;
struct job_checkpoints;

/* Says how many match, and what the first lacks.  -1; ERR_USAGE, or as
 * job_checkpoints_find(). */
int checkpoints_missing_fail(const struct job_checkpoints *of,
                             struct error *err);

/* "there is no folder DIR yet ...", and what to do; free(). */
char *checkpoints_missing_words(const char *folder);

/* The same of the pattern's folder; NULL: it is there.  free() */
char *checkpoints_missing_folder(const struct job_checkpoints *of);

/* Of a job with `until` while no checkpoint is there: until when it waits, and
 * whether the folder is missing, one line; free().
 *
 * since_s  Unix time from which `until` counts */
char *checkpoints_missing_yet(const struct job_checkpoints *of,
                              int64_t since_s);

#endif
