/*
 * job_gpus.h - the types of GPUs that a job knows, and what models do on them.
 */
#ifndef JOB_GPUS_H
#define JOB_GPUS_H

struct cJSON;
struct error;
struct job;
struct job_model;
struct job_source;

/* Member "gpu_types" of a job. */
int job_gpus_read(const struct job_source *source,
                  const struct cJSON *root,
                  struct job *job,
                  struct error *err);

/* Members "on" and "rates" of a model, which stands at `pointer`; the job's
 * types were read. */
int job_gpus_read_model(const struct job_source *source,
                        const struct cJSON *json,
                        const char *pointer,
                        const struct job *job,
                        struct job_model *model,
                        struct error *err);
void job_gpus_release_model(struct job_model *model);
void job_gpus_release(struct job *job);

#endif
