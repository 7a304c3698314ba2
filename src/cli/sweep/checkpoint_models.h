/*
 * checkpoint_models.h - the checkpoints that a job's pattern finds, as models of
 * the job.
 */
#ifndef CHECKPOINT_MODELS_H
#define CHECKPOINT_MODELS_H

#include <stddef.h>

struct cJSON;
struct error;
struct job;
struct job_checkpoint;

/* One, as the last model; with what the job says of all. */
void checkpoint_models_add(struct job *job, const struct job_checkpoint *found);

/*
 * Add those that are complete: first the ones that `before` (NULL: none) has, cut
 * as they are there, then new ones, either as job_checkpoints_find() has them.  One
 * that is no model, or has the name of another one, is refused, and stderr is told,
 * once in a process unless it changes.
 *
 * num_new  how many `before` does not have
 * refused  NULL, or a list that gets those that are refused, as
 *          checkpoints_skipped_note() adds them
 * errors   as job_checkpoints_find()
 */
int checkpoint_models_take(struct job *job,
                           const struct job *before,
                           size_t *num_new,
                           struct cJSON *refused,
                           struct error *err);

/* Once the last ones were dropped that have no time: by the numbers in their names,
 * the highest first where `order` is "newest".  So the results have them in one
 * order, whatever rounds and starts they came in.  Other models stay in front. */
void checkpoint_models_sort(struct job *job);

/* Adds those that are not complete to a list, as checkpoints_skipped_note() does,
 * each with what it lacks.  None is opened.  Errors as job_checkpoints_find(). */
int checkpoint_models_incomplete(const struct job *job,
                                 struct cJSON *list,
                                 struct error *err);

/* The same of those that are complete, but for the names in `known`: objects that
 * have one, or texts; each with the reason given. */
int checkpoint_models_unasked(const struct job *job,
                              const struct cJSON *known,
                              const char *reason,
                              struct cJSON *list,
                              struct error *err);

#endif
