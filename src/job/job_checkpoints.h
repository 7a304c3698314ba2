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

/* Unix s; 0 = the job has none. */
struct job_checkpoints_times {
    int64_t until_s;
    int64_t deadline_s;
};

/*
 * `until` and `deadline`, counted from a time, Unix s; a batch job that goes on
 * is given the time at which it was submitted.
 *
 * goes_on  a run of the job is there already: it may be ended after both, and
 *          waits for nothing new after either
 * errors   ERR_USAGE: of a run that begins, one is over, or `until` comes last
 */
int job_checkpoints_times(const struct job *job,
                          int64_t since_s,
                          bool goes_on,
                          struct job_checkpoints_times *out,
                          struct error *err);

struct job_checkpoint {
    char *name;        /* of the file without its ending, or of the folder */
    char *path;        /* what the backend is given */
    int64_t changed_s; /* Unix time of the last change of it and its parts */
    bool is_complete;
    const char *lacks; /* where it is not: "a part is missing or empty" */
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

/* Of `deadline`, counted from `since_s`; 0 = the job has none.  Where `until` is
 * earlier in the day it is so in the night as well: at 07:00 06:00 and 08:00 are
 * both tomorrow's. */
int64_t job_checkpoints_deadline(const struct job_checkpoints *self,
                                 int64_t since_s);

enum { JOB_CHECKPOINTS_SHOWN = 48 };

/* Such a time for people, "2026-12-01T06:00 CET": as the keys are written, with
 * its date, also where they say none, and its zone.  `out`, borrowed. */
const char *job_checkpoints_show_time(int64_t at_s,
                                      char out[JOB_CHECKPOINTS_SHOWN]);

/* The spec of one: `backend` with its path; free(). */
char *job_checkpoints_spec(const struct job_checkpoints *self,
                           const char *path);

#endif
