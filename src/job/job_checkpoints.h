/*
 * job_checkpoints.h - "checkpoints" of a job: files or folders that appear, and
 * when one is complete.
 */
#ifndef JOB_CHECKPOINTS_H
#define JOB_CHECKPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct job;
struct job_checkpoints;
struct job_source;

int job_checkpoints_read(const struct job_source *source,
                         const struct cJSON *root,
                         struct job *job,
                         struct error *err);

/* That `until` and `deadline`, where there are any, are not over at that time,
 * Unix s; a run that goes on is given the time of its first start.
 * errors  ERR_USAGE */
int job_checkpoints_check(const struct job *job,
                          int64_t since_s,
                          struct error *err);

struct job_checkpoint {
    char *name;        /* of the file without its ending, or of the folder */
    char *path;        /* what the backend is given */
    int64_t changed_s; /* Unix time of the last change of it and its parts */
    bool is_complete;
};

struct job_checkpoint_list {
    struct job_checkpoint *items; /* [num] in the order that the job wants */
    size_t num;
};

/* Those that are there; a folder that is not there yet holds none.
 * errors  ERR_IO, ERR_FORMAT: an index that is none */
int job_checkpoints_find(const struct job_checkpoints *self,
                         int64_t now_s,
                         struct job_checkpoint_list *out,
                         struct error *err);
void job_checkpoints_release(struct job_checkpoint_list *list);

/* "HH:MM" (the next one) or "YYYY-MM-DDTHH:MM", local: Unix time; -1 = none of
 * these. */
int64_t job_checkpoints_time(const char *text, int64_t now_s);

/* The spec of one: `backend` with its path; free(). */
char *job_checkpoints_spec(const struct job_checkpoints *self,
                           const char *path);

#endif
