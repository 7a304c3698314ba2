/*
 * submit.h - what `submit` works out: how large the job is, and its script.
 */
#ifndef SUBMIT_H
#define SUBMIT_H

#include "launch/cluster.h"
#include "launch/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct sweep;
struct text;

/* What the user said; it wins over the site file. */
struct submit_options {
    char *output;
    char *site;
    int64_t nodes; /* 0 = from the plan */
    char *time;    /* NULL = site file, then the plan */
    char *launch;  /* NULL = site file */
    double budget; /* GPU-hours; 0 = none */
    int64_t limit;
    bool dry_run;
    bool json;
    char *only; /* both taken out of argv before the table sees them */
    char *set;
};

struct submit_size {
    struct cluster_wish
        wish;       /* partition and constraint borrowed of the site */
    int nodes_away; /* drained or down; not counted, though more were wanted */
    int workers_per_node;
    int num_apart;           /* workers without a GPU, beside rank 0 */
    int64_t apart_memory_mb; /* of all of them */
    int cpus_per_worker;     /* 0 = nothing is said */
    double forecast_s;       /* NaN: there is none */
    const char *no_forecast; /* why there is none; static */
    double longest_load_s;
    const char *longest_load; /* that model; borrowed of the sweep */
    const char *time_from;    /* where the walltime is from; static */
};

/*
 * How many nodes, what of each, and for how long; checked against the queue.
 *
 * queue   NULL: there is none; what the site file says is believed
 * errors  ERR_USAGE: it can never run there, or not with a model loaded
 */
int submit_choose(const struct submit_options *given,
                  const struct site *site,
                  const struct sweep *sweep,
                  const struct cluster *queue,
                  struct submit_size *out,
                  struct error *err);

/* `deadline`, else `until`, of a run with checkpoints that has begun, once it is
 * over: a job would only end the run.  Unix s; 0: it is not. */
int64_t submit_time_over_s(const struct sweep *sweep);

struct submit_script {
    const struct submit_options *given;
    const struct site *site;
    const struct submit_size *size;
    const char *job_name;
    const char *job_path;    /* absolute */
    const char *output;      /* absolute */
    const char *const *sets; /* [num_sets] */
    size_t num_sets;
    const char *const *only; /* [num_only] */
    size_t num_only;
    bool is_part; /* what the job says is asked on the login node is left out */
    int64_t since_s; /* of checkpoints; 0 = now */
};

/* errors  as script_fill(), ERR_IO without a template */
int submit_write(const struct submit_script *params,
                 struct text *out,
                 struct error *err);

#endif
