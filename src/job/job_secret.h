/*
 * job_secret.h - no login and no key is written into a job file: it is copied into
 * every run's folder and results file.
 */
#ifndef JOB_SECRET_H
#define JOB_SECRET_H

struct cJSON;
struct error;
struct job_source;

/* Refuse a text anywhere in the job `root` that has a URL with a login, or a word of
 * the form of a provider's key.  The spec of a backend is that one's to refuse.
 * ERR_USAGE, which shows the place and not the text */
int job_secret_check(const struct job_source *source,
                     const struct cJSON *root,
                     struct error *err);

#endif
