/*
 * submit_parts.h - what the size of a job is put together from: one node, and
 * the walltime.  Private to cli/batch/.
 */
#ifndef SUBMIT_PARTS_H
#define SUBMIT_PARTS_H

#include "cli/batch/submit.h"

/* What the site file says of a node, else what the partition's best ones have.
 * partition  NULL: there is no queue */
void submit_choose_node(const struct site *site,
                        const struct cluster_partition *partition,
                        const struct sweep *sweep,
                        struct submit_size *out);

/* A node with GPUs gets its workers by them.  errors  ERR_USAGE: the site file
 * says another number */
int submit_check_workers(const struct site *site,
                         const struct sweep *sweep,
                         const struct submit_size *size,
                         struct error *err);

/* What a checkpoint that is not there will need of memory only its site knows.
 * errors  ERR_USAGE: it does not say */
int submit_check_memory(const struct site *site,
                        const struct sweep *sweep,
                        struct error *err);

/* Once the forecast is made.  errors  ERR_USAGE: no walltime */
int submit_choose_time(const struct submit_options *given,
                       const struct site *site,
                       const struct cluster_partition *partition,
                       const struct sweep *sweep,
                       struct submit_size *out,
                       struct error *err);

/* Else every job would end while it loads, and no one would get further.
 * errors  ERR_USAGE */
int submit_check_load(const struct submit_size *size,
                      const struct site *site,
                      struct error *err);

/* Likewise of a budget.  errors  ERR_USAGE */
int submit_check_budget(const struct submit_options *given,
                        const struct submit_size *size,
                        const struct site *site,
                        struct error *err);

#endif
