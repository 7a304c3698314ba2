/*
 * checkpoints_forecast.h - how long new checkpoints take, alone, with the speeds of
 * those that were measured before them.
 */
#ifndef CHECKPOINTS_FORECAST_H
#define CHECKPOINTS_FORECAST_H

#include <stddef.h>

struct checkpoints_cut_params;
struct error;
struct job;
struct outlook;
struct sweep;

/* Models `first` and later are as fast as the checkpoints before them were measured
 * to be, whatever the job says: what was only guessed would leave out what there is
 * time for. */
void checkpoints_forecast_learn(struct job *job,
                                size_t first,
                                const struct checkpoints_cut_params *params);

/* Seconds of these that a forecast may fill. */
double checkpoints_forecast_usable_s(
    const struct checkpoints_cut_params *params);

/* A sweep of the models from `first` on alone, and its outlook, roles counted;
 * errors as sweep_open_job() and outlook_make(). */
int checkpoints_forecast_open(const struct job *job,
                              size_t first,
                              struct sweep **sweep,
                              struct outlook *outlook,
                              struct error *err);
void checkpoints_forecast_close(struct sweep *sweep, struct outlook *outlook);

/* What a forecast says that all of it takes, and for how long of that one worker
 * loads. */
struct checkpoints_took {
    double all_s, load_s;
};

struct checkpoints_took checkpoints_forecast_all(
    const struct job *job,
    struct outlook *outlook,
    const struct checkpoints_cut_params *params);

/* What part of the work that it was made of there is time for. */
double checkpoints_forecast_part(double usable_s, struct checkpoints_took took);

#endif
