/*
 * outlook.h - what a sweep is expected to cost before it runs: tokens of every
 * unit, speed and load of every model, and where that is known from.  `run`
 * begins with it, `plan` forecasts from it.
 */
#ifndef OUTLOOK_H
#define OUTLOOK_H

#include "cli/forecast/gpu_types.h"
#include "schedule/schedule.h"
#include "trustsweep/request.h"

#include <stdbool.h>

struct error;
struct places;
struct sweep;

/* Where a number is from; a later one wins. */
enum outlook_source {
    OUTLOOK_NOWHERE = 0,
    OUTLOOK_BACKEND, /* it says so of itself */
    OUTLOOK_OTHER,   /* an earlier results file, of another setting
                        (outlook_setting.h) */
    OUTLOOK_JOB,     /* the job file */
    OUTLOOK_RESULTS, /* an earlier results file */
    OUTLOOK_ACCOUNT, /* what its account may be asked in a minute */
};

struct outlook_model {
    double tokens;        /* of all its units, prompts and replies */
    double prompt_tokens; /* of these */
    size_t num_asked;     /* units */
    double cost;          /* at the job's prices */
    double most_cost;     /* if each reply were as long as it may be */
    double work_s;        /* of one slot; NaN: no speed is known */
    double load_s;        /* 0 = none, or unknown */
    bool is_load_known;
    double tokens_per_s; /* of one slot; 0 = unknown */
    int64_t gpus;        /* that it asks for; -1 = what a worker has */
    enum outlook_source speed_from;
    enum outlook_source load_from;
    /* What its account allows it, over all workers; 0 = no limit is known. */
    double account_tokens_per_s;
    bool is_by_request; /* that is so many requests, however long they are */
    /* What the job file says where another number was measured; 0 = nothing. */
    double said_tokens_per_s;
    double said_load_s;
};

struct outlook {
    /* Of all units; its arrays are the outlook's.  Slots are the caller's to
     * set, and roles, for which `models` has room. */
    struct schedule_params params;
    struct schedule_model *schedule_models; /* [num_models + NUM_ROLES] */
    struct outlook_model *models;           /* [num_models + num_roles] */
    enum role roles[NUM_ROLES];             /* [num_roles] */
    size_t num_roles;
    /* [num_after] units that the last ones of all come after, as
     * simulate_world.after */
    uint32_t *after;
    size_t num_after;
    uint16_t *unit_model, *unit_task; /* [num_units] */
    float *unit_cost;
    uint32_t *unit_bundle; /* [num_units - num_after] */
    /* For a forecast; a run knows where its workers are. */
    struct gpu_types types; /* `of` is the caller's to set */
    const struct job *job;  /* borrowed */
    /* The earlier results file that it is from; borrowed, NULL: none. */
    const char *measured_in;
    size_t node_workers; /* of each node; 0 = all are on one */
    size_t num_apart;    /* workers without a GPU, beside the others */
    int share;           /* on each GPU */
    bool is_known;       /* the speeds of all models that are asked are */
};

/* What was measured is from the earlier results file that the job names; where it
 * names none, of a job of checkpoints from that of the run that goes on, which is
 * left alone, with a warning, where it cannot be read.
 *
 * errors  as of reading the file that the job names */
int outlook_make(struct outlook *self,
                 const struct sweep *sweep,
                 struct error *err);
void outlook_release(struct outlook *self);

/* Warn of numbers in the job file that are off by more than 1.5 times from what
 * the earlier results file measured. */
void outlook_warn(const struct outlook *self);

/* Of a forecast of so many workers, so many on each node (0: all on one): which of
 * them a model takes. */
void outlook_place(struct outlook *self,
                   size_t num_workers,
                   size_t node_workers);

/* The same for other places.
 * out  [num] of the outlook's models; their `width` is set */
void outlook_widen(const struct outlook *self,
                   const struct places *places,
                   struct schedule_model *out,
                   size_t num);

/* In a forecast of so many workers, once their types are known: beside them there
 * are those without a GPU that the job is to have. */
void outlook_add_apart(struct outlook *self,
                       const struct sweep *sweep,
                       size_t num_workers);

/* GPUs that so many workers of one type keep: whole ones, on each node. */
double outlook_gpus(const struct outlook *self, size_t num_workers);

/* What an hour of a GPU of that type costs; 0 = unknown. */
double outlook_price_h(const struct outlook *self, size_t type);

/* What a prompt is taken to have: a prior. */
double outlook_prompt_tokens(const char *prompt);

const char *outlook_source_name(enum outlook_source source);

#endif
