/*
 * run_gpus.h - which types of GPUs answered each model, by the journal, and
 * that with `mix` at `group` a model stays with the group it was begun on, from
 * one start of a run to the next.
 */
#ifndef RUN_GPUS_H
#define RUN_GPUS_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct gpu_types;
struct job;
struct record;
struct run;
struct run_gpus;

/* NULL where the job names no types: nothing is noted then.  Borrows `job`. */
struct run_gpus *run_gpus_create(const struct job *job);
void run_gpus_free(struct run_gpus *self); /* accepts NULL */

/* A record of the journal; unit: SIZE_MAX = not of this job. */
void run_gpus_count(struct run *run, size_t unit, const struct record *record);

/* One that a worker made now: note its type in it (borrowed), and count it. */
void run_gpus_take(struct run *run, size_t unit, struct record *record);

/* All workers and models are known: say in `types` what was begun where, and
 * warn of models whose group is not here. */
void run_gpus_begin(struct run *run,
                    struct gpu_types *types,
                    size_t num_workers);

/* Whether some model was given up as its group is not here. */
bool run_gpus_wait(const struct run *run);

/* "gpus" of a model, a number as the run counts them: answers of each type. */
void run_gpus_add(struct cJSON *model,
                  const struct run_gpus *self,
                  size_t number);

#endif
