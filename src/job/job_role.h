/*
 * job_role.h - "roles" of a job file: who answers what evaluators ask.
 */
#ifndef JOB_ROLE_H
#define JOB_ROLE_H

struct cJSON;
struct error;
struct job;
struct job_source;

/* Fill job->roles from member "roles" of `root`, which may be absent. */
int job_role_read(const struct job_source *source,
                  const struct cJSON *root,
                  struct job *job,
                  struct error *err);

void job_role_release(struct job *job);

#endif
