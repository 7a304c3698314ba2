/*
 * job.h - a job file, read and checked: what is run, over what, with which
 * settings.
 *
 * One option table for each object (job_table.h) makes the parser, docs/JOB.md
 * and the JSON Schema.  Every error of meaning names file:line:column, or the
 * --set, and for an unknown key the nearest known one.
 */
#ifndef JOB_H
#define JOB_H

#include "trustsweep/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct option;
struct text;

/* Tokens in a second, and speeds beside another: slower ends in no lifetime, and
 * neither does its forecast. */
#define JOB_LEAST_RATE 1e-3

/* What overrides the benchmark's own settings; unset members are NaN or -1. */
struct job_generation {
    int64_t max_tokens;
    int64_t thinking_tokens;
    double temperature;
    double top_p;
    int64_t top_k;
    double repetition_penalty;
};

/* What a provider takes; 0 = nothing. */
struct job_price {
    double prompt; /* of a million prompt tokens, in whatever currency */
    double reply;  /* of a million reply tokens, reasoning included */
    double limit;  /* the model is stopped when so much is spent; 0 = none */
    double batch;  /* share of it that a token costs in a batch file */
};

/* Where a model is asked, and where its file comes from. */
struct job_origin {
    char *where;     /* "compute", "login" */
    char *source;    /* URL; or NULL */
    char *sha256;    /* that its file must have; or NULL */
    char *made_from; /* or NULL */
};

/* What is known of a model that no benchmark asks for; NULL = not told. */
struct job_facts {
    char *weights;
    char *licence;
    char *data;
    char *techniques;
    char *moderator;
    char *source;
};

/* A model's speed on one type of GPU. */
struct job_rate {
    char *gpu_type;
    double tokens_per_s;
};

/* GPUs that are alike. */
struct job_gpu_type {
    char *type;
    char **hosts; /* [num_hosts] globs of nodes that have it */
    size_t num_hosts;
    double memory_gb; /* 0: the job's */
    double speed;     /* times a model's tokens_per_s */
    double price_h;   /* 0 = unknown */
    char *group;      /* NULL: its own */
};

struct job_model {
    char *name;          /* unique in the job */
    char *backend;       /* spec; relative paths as written, see folder */
    char *access;        /* "open", "proprietary"; NULL = nobody said */
    char *creator;       /* or NULL */
    char *family;        /* models that share weights or data; or NULL */
    char *published_as;  /* name on the published board; or NULL */
    double parameters_b; /* billions; NaN = unknown */
    char *system;        /* system prompt; NULL = none, as the benchmark does */
    int64_t gpus;        /* it needs at once; -1 = what a worker has */
    double load_s;       /* for the forecast; 0 = unknown */
    double tokens_per_s; /* on them; NaN = unknown */
    char **only; /* [num_only] globs of the tasks it is asked; 0 = all */
    size_t num_only;
    char **on; /* [num_on] globs of GPU types it may have; 0 = all */
    size_t num_on;
    struct job_rate *rates; /* [num_rates] */
    size_t num_rates;
    double fraction;      /* of the items of each task that it is asked */
    double stuck_after_s; /* as in the job, which it wins over; NaN = unset */
    struct job_origin origin;
    struct job_price price;
    struct job_generation generation;
    struct job_facts facts;
    bool is_expected;   /* it stands for a file that is not there yet */
    bool is_checkpoint; /* found by "checkpoints" */
};

/*
 * Who answers what evaluators ask.  `generation` overrides what the evaluator
 * asks for, see job_role_sampling(); the job's own does not apply here.
 */
struct job_role {
    char *backend; /* spec, paths as written; NULL when not set */
    char *name;    /* default: the role's, "judge" */
    struct job_generation generation;
    struct job_origin origin;
    struct job_price price;
    char *system;  /* put before the messages an evaluator asks; or NULL */
    int64_t gpus;  /* as of a model */
    double load_s; /* 0 = unknown */
    double tokens_per_s; /* NaN = unknown */
    bool is_set; /* false: columns that need this role cannot be scored */
};

/* Imported multiple-choice questions to ask beside the benchmark. */
struct job_utility {
    char *dataset; /* "sample", or an absolute path */
    char *task;    /* the set's name in it */
    char *name;    /* of task and column; NULL: as `task` */
    int64_t shots; /* examples before each question; -1: the set's habit */
    int64_t limit; /* questions, spread over subjects; 0: the job's limit */
    char *ask;     /* "letters", "answers" */
    char *by;      /* "auto", "likelihood", "generation" */
};

/* Models that are not named but found: files that appear. */
struct job_checkpoints {
    char *files;   /* "FOLDER/GLOB", absolute; NULL: none are looked for */
    char *backend; /* "llama:{}": {} is the path */
    char *marker;  /* what says that one is complete; NULL: see settle_s */
    double settle_s;
    char *order;    /* "oldest", "newest" */
    int64_t most;   /* of them; 0 = all */
    char *until;    /* watched until this time; NULL = what is there */
    char *deadline; /* all is to be done by then; NULL = none */
    char *too_late; /* "subset", "cheap" */
    double widest;  /* half interval that a subset may leave, of a rate */
    char *access, *creator, *family, *system;
    int64_t gpus;
    double load_s;
    double tokens_per_s;
};

/* What is otherwise in some cells: tasks of models.  Of several that speak of
 * one cell the last wins, setting by setting. */
struct job_cells {
    char **models; /* [num_models] globs of names; 0 = all */
    size_t num_models;
    char **tasks; /* [num_tasks] globs; 0 = all */
    size_t num_tasks;
    bool skip;
    double fraction; /* NaN = unset */
    int64_t limit;   /* 0 = unset */
    struct job_generation generation;
};

/* What a column of each dimension counts in mean ranks. */
struct job_weights {
    double truthfulness, safety, fairness, robustness, privacy, ethics;
};

struct job {
    char *path;    /* of the file, absolute */
    char *folder;  /* it lies in: relative paths are relative to it */
    char *name;    /* default: the file's stem */
    char *dataset; /* "sample", or an absolute path */
    char *output;  /* run directory; NULL: runs/NAME below the working folder */
    struct job_model *models; /* [num_models], at least one, or checkpoints */
    struct job_checkpoints checkpoints;
    size_t num_models;
    char **only; /* [num_only]; task globs */
    size_t num_only;
    int64_t limit;   /* first N items of each task; 0 = all */
    int64_t repeats; /* at least 1 */
    int64_t seed;
    int64_t max_attempts; /* of a unit, before it is recorded as failed */
    int64_t lease_ms;     /* a worker's promise is at most this far ahead */
    double stuck_after_s; /* a backend that has work is silent so long at most;
                             0 = as measured */
    int64_t share;        /* workers on one GPU */
    int64_t api_workers;  /* without a GPU; -1 = one for each that needs none */
    double gpu_memory_gb; /* of one GPU; 0 = unknown */
    struct job_gpu_type *gpu_types; /* [num_gpu_types] */
    size_t num_gpu_types;
    char *mix;           /* "any", "group": types within one model */
    char *forecast_from; /* an earlier results file, absolute; or NULL */
    char *role_cache;    /* folder of answers of roles, absolute; or NULL */
    struct job_utility *utilities; /* [num_utilities] */
    size_t num_utilities;
    struct job_cells *cells; /* [num_cells] */
    size_t num_cells;
    struct job_weights weights;
    struct job_generation generation; /* for all models */
    struct job_role roles[NUM_ROLES]; /* [ROLE_ANSWER] is never set */
};

/*
 * Read and check a job file.
 *
 * sets     [num_sets] "KEY=VALUE" of --set; KEY may be dotted:
 *          "generation.max_tokens=8", "models.0.name=x", "only.1=safety/x";
 *          VALUE is JSON, or a text when it does not parse
 * returns  a job to be given to job_destroy(), or NULL
 * errors   ERR_IO, ERR_FORMAT (no JSON), ERR_USAGE (no such key, wrong type,
 *          a key or a model's name twice, no models); it names the place
 *          in the file or the --set
 */
struct job *job_read(const char *path,
                     const char *const *sets,
                     size_t num_sets,
                     struct error *err);

/* The same of one that a run has kept in its folder: of a regular file only, as
 * file_read_regular(). */
struct job *job_read_kept(const char *path,
                          const char *const *sets,
                          size_t num_sets,
                          struct error *err);

/* The same from memory; `path` only names it and sets the folder. */
struct job *job_parse(const char *bytes,
                      size_t len,
                      const char *path,
                      const char *const *sets,
                      size_t num_sets,
                      struct error *err);
void job_destroy(struct job *job);

/* One more, with every key at its default; the caller fills in name and
 * backend (mem_text()).  Good until the next one. */
struct job_model *job_add_model(struct job *job);
/* There is one. */
void job_drop_last_model(struct job *job);

/* Every key with its value, defaults too: what job.json of a run directory and
 * the provenance hold.  json_free(). */
struct cJSON *job_effective(const struct job *job);

/* The same as a job of its own: models `first` and later, and no checkpoints to
 * look for. */
struct cJSON *job_effective_of(const struct job *job, size_t first);

/* Which of `gpu_types` has that name; num_gpu_types: none, or `name` is NULL. */
size_t job_gpu_type_called(const struct job *job, const char *name);

/* What of one task a model is asked. */
struct job_cell {
    bool is_asked;
    double fraction; /* of the items, drawn; of the first `limit` ones */
    int64_t limit;   /* 0 = all */
};
void job_cell(const struct job *job,
              size_t model,
              const char *task,
              struct job_cell *out);

/* Whether an element of `cells` speaks of that model and task. */
bool job_cells_hold(const struct job_cells *self,
                    const char *model,
                    const char *task);

/* What a ranked column of that dimension counts in mean ranks. */
double job_weight(const struct job *job, const char *dimension);

/*
 * The settings one unit is generated with: the task's prescribed temperature,
 * overridden by the job, by the model, by `cells` in their order.
 */
void job_sampling(const struct job *job,
                  size_t model,
                  const char *task,
                  double task_temperature,
                  struct sampling *out);

/*
 * The settings one follow-up is generated with.  `sampling` holds what the
 * evaluator asked for; what the job sets for the role replaces it, and the
 * seed becomes the job's.
 */
void job_role_sampling(const struct job *job,
                       enum role role,
                       struct sampling *sampling);

/* Printers, all from the same tables. */
void job_write_markdown(struct text *out); /* docs/JOB.md */
void job_write_schema(struct text *out);   /* JSON Schema, draft 2020-12 */

#endif
