/*
 * job_utility.h - the key "utility" of a job file.
 */
#ifndef JOB_UTILITY_H
#define JOB_UTILITY_H

struct cJSON;
struct error;
struct job;
struct job_source;

/* Read it into a job whose `dataset` is final; absent or null: none.
 * ERR_USAGE */
int job_utility_read(const struct job_source *source,
                     const struct cJSON *root,
                     struct job *job,
                     struct error *err);
void job_utility_release(struct job *job);

#endif
