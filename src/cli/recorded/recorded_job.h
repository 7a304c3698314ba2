/*
 * recorded_job.h - the job that folders of recorded answers stand for.
 */
#ifndef RECORDED_JOB_H
#define RECORDED_JOB_H

#include <stddef.h>

struct cJSON;
struct error;

struct job;

/* A job over folders of recorded answers, MODEL/DIMENSION/FILE.json[.gz], or
 * one model's DIMENSION/FILE.json[.gz]; JSON for job_parse().  What there is of
 * one name in several folders is one model.
 * errors  ERR_USAGE when a folder holds neither */
struct cJSON *recorded_job(const char *const *folders,
                           size_t num,
                           const char *dataset,
                           struct error *err);

/*
 * The same with what a job file says: its settings and roles, and for each
 * recorded model the entry of that name, whose backend becomes the folders'
 * answers.  Models of the job that nobody recorded are left out.
 *
 * errors  ERR_USAGE too for a recorded model that the job does not name
 */
struct cJSON *recorded_job_of(const struct job *job,
                              const char *const *folders,
                              size_t num,
                              struct error *err);

#endif
