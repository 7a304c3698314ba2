/*
 * plan_forecast.h - what a sweep would take, tried out in virtual time: with so
 * many workers, with more and fewer, and by simpler policies.
 */
#ifndef PLAN_FORECAST_H
#define PLAN_FORECAST_H

#include "cli/forecast/outlook.h"
#include "schedule/simulate.h"

#include <stdint.h>

/* Of each type of GPU so many sizes are tried at most, and of so many types; after
 * so many seconds of computing no further one. */
enum { PLAN_SIZES = 12, PLAN_TYPES = 16, PLAN_SIZES_S = 5 };

/* A job of another size. */
struct plan_size {
    size_t num_workers;
    double makespan_s;
    double gpu_hours;  /* charged: whole GPUs times makespan */
    double efficiency; /* part of the workers' time that generates */
    size_t type;       /* of GPU; 0 where the job names none */
    double price;      /* of those hours; 0 = unknown */
};

struct plan_forecast {
    size_t num_workers;
    size_t num_apart; /* workers without a GPU beside them */
    double gpus;      /* of theirs: fewer where they share */
    double price;     /* of all, until the end; 0 = unknown */
    /* units that are asked, questions of roles counted, and how many stood for
     * them, and for the workers, in virtual time */
    size_t num_units, simulated_units, simulated_workers;
    struct simulate_outcome outcomes[NUM_POLICIES];
    bool has_outcome[NUM_POLICIES];
    /* between what it may be (plan_range.h); without: what it is */
    double makespan_low_s, makespan_high_s;
    /* [num_sizes], type after type, fewest workers first */
    struct plan_size sizes[PLAN_SIZES * PLAN_TYPES];
    size_t num_sizes;
    /* [type] the first size that was not tried for want of time; 0: none */
    size_t sizes_from[PLAN_TYPES];
    size_t recommended; /* in `sizes` */
    size_t
        recommended_of[PLAN_TYPES]; /* the same of one type; SIZE_MAX: none */
    size_t slowest_account;         /* the model whose account takes longest */
    double account_s;      /* so long, load and all; 0 = no account limits it */
    size_t longest_load;   /* the model that loads longest */
    double longest_load_s; /* so long; 0 = unknown */
};

/* Simpler policies to set beside resident models. */
struct plan_policies {
    unsigned bits; /* 1u << POLICY_X */
    size_t size;   /* as of simulate_run() */
};

/* The sweep's speeds must be known.  policies: NULL: none.  How far off it may be
 * and `sizes` are made onto it, where they are asked for: plan_range.h,
 * plan_sizes.h.
 * errors  ERR_USAGE: a model finds no place, so its times are none that a run can
 *         have */
int plan_forecast_make(struct plan_forecast *out,
                       const struct outlook *outlook,
                       size_t num_workers,
                       const struct plan_policies *policies,
                       struct error *err);

/* The schedule of so many workers, span by span, as simulate_world.span.  Returns
 * how many workers each slot with a GPU stands for. */
double plan_forecast_watch(const struct outlook *outlook,
                           size_t num_workers,
                           void (*span)(void *context,
                                        int slot,
                                        int model,
                                        enum simulate_doing doing,
                                        double from_s,
                                        double to_s),
                           void *context);

/* One sentence: what a faster sweep would have to do without. */
char *plan_forecast_limit(const struct plan_forecast *forecast,
                          const struct outlook *outlook,
                          const char *const *model_names);

#endif
