/*
 * checkpoints_there.h - how many checkpoints a job's pattern finds now, for a command
 * that opens none of them.
 */
#ifndef CHECKPOINTS_THERE_H
#define CHECKPOINTS_THERE_H

struct cJSON;
struct job;
struct text;

/* {"files", "folder_missing", "complete", "incomplete", "until"}: null what is not
 * so; NULL: the job names no checkpoints.  json_free() */
struct cJSON *checkpoints_there(const struct job *job);

/* The same for people, a few lines. */
void checkpoints_there_describe(const struct cJSON *there, struct text *out);

#endif
