/*
 * checkpoints_there.h - how many checkpoints a job's pattern finds now, for a command
 * that opens none of them.
 */
#ifndef CHECKPOINTS_THERE_H
#define CHECKPOINTS_THERE_H

#include <stdint.h>

struct cJSON;
struct job;
struct job_checkpoints;
struct text;

/* {"files", "folder_missing", "complete", "incomplete", "until"}: null what is not
 * so; NULL: the job names no checkpoints.  json_free() */
struct cJSON *checkpoints_there(const struct job *job);

/* The same for people, a few lines. */
void checkpoints_there_describe(const struct cJSON *there, struct text *out);

/* "there is no folder DIR yet ...", and what to do, of the pattern's folder; NULL: it
 * is there.  free() */
char *checkpoints_no_folder(const struct job_checkpoints *of);

/* Of a job with `until` while no checkpoint is there: until when it waits, and
 * whether the folder is missing, one line; free().
 *
 * since_s  Unix time from which `until` counts */
char *checkpoints_none_yet(const struct job_checkpoints *of, int64_t since_s);

#endif
