/*
 * recorded_sweep.h - the sweep that sources of `score` stand for: a run directory's,
 * or one that is made up of folders of recorded answers.
 */
#ifndef RECORDED_SWEEP_H
#define RECORDED_SWEEP_H

#include <stddef.h>

struct error;
struct recorded_tapes;
struct sweep;
struct sweep_params;

/* What the command line says; borrowed. */
struct recorded_sources {
    const char *const *folders; /* [num], at least one; a run directory alone */
    size_t num;
    const char *job;     /* a job file; NULL: none */
    const char *dataset; /* NULL: that of the job, else the sample */
};

/*
 * params  limit and only
 * tapes   of recorded answers, also where the sweep cannot be opened;
 *         recorded_tapes_destroy(); untouched for a run directory
 * errors  as sweep_open(), job_read() and recorded_job_of(); NULL
 */
struct sweep *recorded_sweep_open(const struct recorded_sources *from,
                                  const struct sweep_params *params,
                                  struct recorded_tapes **tapes,
                                  struct error *err);

#endif
