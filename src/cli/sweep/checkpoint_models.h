/*
 * checkpoint_models.h - the checkpoints that a job's pattern finds, as models of
 * the job.
 */
#ifndef CHECKPOINT_MODELS_H
#define CHECKPOINT_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct job;

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

/* The run for which a command looks. */
struct checkpoint_models_run {
    int64_t since_s;      /* as job_checkpoints_times() */
    bool goes_on;         /* likewise */
    const char *job_path; /* of its last round; need not be there */
};

/* For commands that look only: all that are complete now, or what a run that
 * goes on after its deadline has.
 * errors   ERR_USAGE when there is none and no other model, and as above */
int checkpoint_models_expand(struct job *job,
                             const struct checkpoint_models_run *of,
                             struct error *err);

/* The same, but where there is none yet and the job waits for some (`until`): a
 * model that is as fast and loads as long as the job says of those to come, with
 * replies of nobody.  `*is_made_up`: so it is. */
int checkpoint_models_expect(struct job *job,
                             const struct checkpoint_models_run *of,
                             bool *is_made_up,
                             struct error *err);

#endif
