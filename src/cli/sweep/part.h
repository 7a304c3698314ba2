/*
 * part.h - a job that is run in two parts: models (and roles) that are asked on
 * the login node, and those on compute nodes.
 *
 * A part is the job without what is asked elsewhere.  That of the login node has
 * a run directory of its own, DIR/parts/login, so both may run at the same time;
 * every run in DIR takes over what it holds (run_parts.h).
 */
#ifndef PART_H
#define PART_H

#include <stdbool.h>

struct error;
struct job;

/* The run directory: DIR, or that of the login node in it.  `where` NULL: the
 * whole job.  free() */
char *part_folder(const struct job *job, const char *where, const char *given);

/* DIR/parts/login; free(). */
char *part_login_folder(const char *dir);

/* Whether anything of the job is asked on the login node. */
bool part_has_login(const struct job *job);

/* Whether a batch job of it has something to do: that, and a model of `compute`. */
bool part_is_split(const struct job *job);

/* Whether items of models of the login node failed in the last run of that
 * directory: it tries them again with --retry-failed. */
bool part_has_failed(const struct job *job, const char *folder);

/* Whether `folder` is the run directory of the login node's part, and the run
 * around it is complete. */
bool part_is_last(const char *folder);

/*
 * Leave out what is asked elsewhere; `*has_left` is whether anything was.
 * Models of the login node stay in the compute part once they have answered in
 * their own part, which is complete: who judges them may be asked now.
 *
 * errors  ERR_USAGE: nothing is left
 */
int part_keep(struct job *job,
              const char *where,
              const char *given,
              bool *has_left,
              struct error *err);

#endif
