/*
 * sacct.h - what a site's accounting has of batch jobs.
 */
#ifndef SACCT_H
#define SACCT_H

#include <stdbool.h>

struct cJSON;

/*
 * A row for each job, step and requeue of job `id`, or of several ("7,8"): {"id", "state",
 * "elapsed_s", "cpu_s", "max_rss", "energy_j", "nodes"}; what the site does not
 * record is left out.  Zero joules are what Slurm says where nothing measures
 * them, so they are left out as well.
 *
 * returns  an array, json_free(); NULL: this cluster keeps no accounts, or does
 *          not answer within seconds
 */
struct cJSON *sacct_ask(const char *id);

/* The same from lines "ID|STATE|ELAPSED|CPU|RSS|JOULES|NODES"; others are passed
 * over. */
struct cJSON *sacct_parse(const char *lines);

/* Whether a row is of a step ("7.0"); false where it has no id. */
bool sacct_is_step(const struct cJSON *row);

/* Joules of the rows of whole jobs, as a step's are in its job's; 0 = none were
 * recorded. */
double sacct_energy_j(const struct cJSON *rows);

#endif
