/*
 * recorded_job.h - the job that folders of recorded answers stand for.
 */
#ifndef RECORDED_JOB_H
#define RECORDED_JOB_H

#include <stddef.h>

struct cJSON;
struct error;

/* A job over folders of recorded answers, MODEL/DIMENSION/FILE.json[.gz], or
 * one model's DIMENSION/FILE.json[.gz]; JSON for job_parse().  What there is of
 * one name in several folders is one model.
 * errors  ERR_USAGE when a folder holds neither */
struct cJSON *recorded_job(const char *const *folders,
                           size_t num,
                           const char *dataset,
                           struct error *err);

#endif
