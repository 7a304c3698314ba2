/*
 * sweep.h - everything a command needs to know of a job before it acts: the job
 * file, the benchmark, its items, what each backend says of itself, the plan.
 *
 * Opening one loads no model.  Every error a user can make in a job file, a
 * data set or a backend spec comes out here.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "cli/sweep/roles.h"
#include "dataset/dataset.h"
#include "job/job.h"
#include "plan/plan.h"
#include "trustsweep/backend.h"

struct cJSON;
struct request;

/* Who says what determines a model's replies to a task; as backend_identify().
 * Models are asked about at the same time, each by one thread. */
struct identifier {
    void *self;
    int (*identify)(void *self,
                    size_t model,
                    const char *spec,
                    const char *task,
                    char *out,
                    struct error *err);
};

/* Of a job with checkpoints, and of a round of it, which has only results; zeroed
 * of others. */
struct sweep_night {
    bool is_made_up; /* the sweep's model stands for checkpoints to come */
    bool goes_on;    /* a run is there already */
    int64_t since_s; /* Unix time from which its times count */
    char *results;   /* of that run, where it has some; or NULL */
};

struct sweep {
    struct job *job;
    struct sweep_night night;
    bool is_part; /* the job asks more, elsewhere */
    struct manifest *manifest;
    struct dataset *dataset;
    char **specs;                         /* [num_models], paths absolute */
    struct backend_facts *facts;          /* [num_models] */
    char (*identities)[BACKEND_IDENTITY]; /* [num_models][num_tasks] */
    const char **identity_texts; /* [num_models][num_tasks], into these */
    struct sampling *samplings;  /* [num_models][num_tasks] */
    bool *weighs;                /* [num_models][num_tasks]: plan_model */
    struct plan_model *models;   /* [num_models] */
    struct plan_task *tasks;     /* [num_tasks] */
    struct plan *plan;
    bool *is_skipped; /* [num_units of the plan] (skipped.h); NULL: none is */
    struct roles roles;
};

struct sweep_params {
    const char *job_path;
    bool is_kept;            /* it is a run's own: job_read_kept() */
    const char *const *sets; /* [num_sets] KEY=VALUE */
    size_t num_sets;
    const char *const *only; /* [num_only] replaces the job's */
    size_t num_only;
    int64_t limit;       /* replaces the job's; -1 = keep it */
    const char *dataset; /* replaces the job's; NULL = keep it */
    const char *where;   /* that part of it (part.h); NULL = all of it */
    const char *output;  /* the run directory as given, or NULL; of a job with
                            `where` or checkpoints */
    bool may_wait;       /* no checkpoint has to be there yet */
};

/* What replaces keys of a job that has been read: all but `where`. */
void sweep_params_apply(const struct sweep_params *params, struct job *job);

/* errors as job_read(), dataset_open(), backend_probe() and plan_create() */
struct sweep *sweep_open(const struct sweep_params *params, struct error *err);

/* The same for a job that has been read; takes `job` over, also on failure.
 * identifier  NULL: the backends */
struct sweep *sweep_open_job(struct job *job,
                             const struct identifier *identifier,
                             struct error *err);
void sweep_close(struct sweep *sweep);

/* The effective job with the paths of its backends absolute, so that it means
 * the same in any folder; json_free(). */
struct cJSON *sweep_job(const struct sweep *sweep);

/* What a unit's backend is asked; request_release(). */
void sweep_request(const struct sweep *sweep, size_t unit, struct request *out);

#endif
