/*
 * submit_variables.h - environment variables that a job file names, in a batch
 * job.  Private to cli/batch/.
 */
#ifndef SUBMIT_VARIABLES_H
#define SUBMIT_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct site;

/* Where data and models lie, as a job file may name them: those that are set come
 * along by themselves; NULL-terminated. */
extern const char *const submit_variables_ours[];

/* Without these a shell and mpirun do not work, or read a time otherwise. */
extern const char submit_variables_always[];

/*
 * Whether each ${NAME} of the job file and of `sets` is there on the nodes.  A
 * template of the site's own may do anything and is not looked at.
 *
 * errors  ERR_IO; ERR_USAGE: one is not, with what to do about it
 */
int submit_variables_check(const struct site *site,
                           const char *job_path,
                           const char *const *sets,
                           size_t num_sets,
                           struct error *err);

#endif
