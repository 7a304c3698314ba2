/*
 * batch_ledger.h - batch.json: the batch jobs that a run has had, what each
 * took, and what may be spent.
 */
#ifndef BATCH_LEDGER_H
#define BATCH_LEDGER_H

#include "launch/again.h"

#include <stdint.h>

struct error;
struct cJSON;

struct batch_ledger {
    char *path;
    struct cJSON *root;  /* {"budget_gpu_hours": n, "jobs": [...]} */
    struct cJSON *entry; /* our line of "jobs" */
    int64_t began_ms;
    int64_t since_s; /* Unix time of the first of the jobs that this goes on */
    double gpus;     /* of this job; its nodes where there is no GPU */
    double used_before_s; /* GPU seconds of all other jobs */
    double budget_s;      /* 0 = none */
    int num_fruitless;    /* jobs in a row before this one */
    double done_before;   /* units on disk when it began; -1 = none yet */
};

struct batch_ledger_limits {
    double budget_h; /* GPU-hours of all jobs; 0 = none */
    int gpus;        /* of this job; 0 = as Slurm says */
};

/* Read DIR/batch.json, or begin one, and add this job to it.
 * done    units on disk, as run.json has it; -1 = unknown
 * errors  ERR_IO, ERR_FORMAT */
int batch_ledger_open(struct batch_ledger *self,
                      const char *dir,
                      const struct batch_ledger_limits *limits,
                      double done,
                      struct error *err);
void batch_ledger_close(struct batch_ledger *self);

/* GPU seconds of all jobs until now. */
double batch_ledger_used_s(const struct batch_ledger *self);

/* Ask the site's accounting, where there is one, about all jobs of the run:
 * "accounting" in batch.json, as sacct_ask() has it. */
void batch_ledger_account(struct batch_ledger *self);

/* Renew this job's line; those of other jobs stay as they are in the file.
 * `end` 0: it goes on. */
void batch_ledger_write(struct batch_ledger *self, double done, enum again end);

/* The job that goes on, which has no line of its own before it begins. */
void batch_ledger_chain(struct batch_ledger *self, const char *next);

#endif
