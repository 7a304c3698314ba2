/*
 * api_workers.h - workers without a GPU, for models that need none: those that
 * others run (an API), recorded answers, and models with `gpus` of 0.
 *
 * They are ranks 1 .. N of a run, beside rank 0, and the only ones that ask such
 * models; so a GPU never waits for an API.  Where there are none, all workers ask
 * all models.
 */
#ifndef API_WORKERS_H
#define API_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct job;
struct mpi_seat;
struct sweep_params;

/* Whether a model needs no GPU; behind the models, by its number, a role. */
bool api_workers_may_take(const struct job *job, size_t player);

/* Whether one worker asks it as fast as it may be asked. */
bool api_workers_is_single(const struct job *job, size_t player);

/* Whether no model and no role of a job needs a GPU. */
bool api_workers_are_all(const struct job *job);

/* How many a job is to have: what it says, else one for each such model; 0 where
 * all of its models are such ones, or none. */
int api_workers_wanted(const struct job *job);

/* The same for a job that is yet to be read, and its `share`; 0 where it cannot
 * be. */
int api_workers_read(const struct sweep_params *params, int *share);

/*
 * How many of them a run has: no GPU is left without its worker, and at least one
 * worker is for all other models.
 *
 * seats  [size]
 * share  workers on each GPU
 */
int api_workers_fit(int wanted,
                    const struct mpi_seat *seats,
                    int size,
                    int share);

#endif
