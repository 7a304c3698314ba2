/*
 * job_table.h - the option tables of a job file: one for each object in it.
 */
#ifndef JOB_TABLE_H
#define JOB_TABLE_H

#include "base/options.h"

extern const struct option job_table[];         /* struct job */
extern const struct option job_table_model[];   /* struct job_model */
extern const struct option job_table_utility[]; /* struct job_utility */
extern const struct option
    job_table_roles[];                       /* struct job; offset: of a role */
extern const struct option job_table_role[]; /* struct job_role */
extern const struct option job_table_generation[];  /* struct job_generation */
extern const struct option job_table_checkpoints[]; /* job_checkpoints */
extern const struct option job_table_facts[];       /* struct job_facts */
extern const struct option job_table_gpu_type[];    /* struct job_gpu_type */
extern const struct option job_table_rate[];        /* struct job_rate */
extern const struct option job_table_cells[];       /* struct job_cells */
extern const struct option job_table_weights[];     /* struct job_weights */

/* What `access` of a model and of checkpoints may be; ends with NULL. */
extern const char *const job_table_access[];

#endif
