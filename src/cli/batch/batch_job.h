/*
 * batch_job.h - what a batch script becomes: starts `run`, hands it the signals
 * of the batch system, keeps account of the job, and asks for another one while
 * the run is unfinished.  It decides by run.json; exit statuses of launchers lie.
 */
#ifndef BATCH_JOB_H
#define BATCH_JOB_H

#include <stdint.h>

struct error;

/* How another job is asked for. */
enum batch_again {
    BATCH_REQUEUE, /* this job again */
    BATCH_CHAIN,   /* DIR/batch.sh, after this job */
    BATCH_NEVER,
};

struct batch_job {
    const char *dir; /* the run directory, made when missing */
    enum batch_again again;
    double budget_h;  /* GPU-hours of all jobs of the folder; 0 = no limit */
    int64_t notice_s; /* what a run needs to end */
    int64_t since_s;  /* when it was submitted; 0 = when the first job began */
    int gpus;         /* of this job; 0 = as Slurm says */
    char *const *arguments; /* of `run` */
    int num_arguments;
};

/* returns  the exit status of the job; -1 with ERR_IO, or ERR_USAGE where Slurm
 *          cannot be asked for another job */
int batch_job_run(const struct batch_job *given, struct error *err);

#endif
