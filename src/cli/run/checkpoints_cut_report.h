/*
 * checkpoints_cut_report.h - what a cut of checkpoints for their deadline comes to:
 * items that are asked, how long they take, and with how many workers nothing
 * would be cut.
 */
#ifndef CHECKPOINTS_CUT_REPORT_H
#define CHECKPOINTS_CUT_REPORT_H

#include "cli/run/checkpoints_cut.h"

#include <stddef.h>

struct cJSON;

/* What there is to be asked before anything is cut. */
struct checkpoints_cut_report {
    size_t num_models, num_tasks;
    char **names;       /* [num_models] */
    size_t *items;      /* (num_models, num_tasks), that the job asks */
    double makespan_s;  /* of all, with the workers there are; NaN: a speed is
                           unknown */
    size_t num_workers; /* least with which all fits; 0: not with
                           CHECKPOINTS_MOST_WORKERS of them either, or unknown */
};

enum { CHECKPOINTS_MOST_WORKERS = 1024 };

/* Of the models from `first` on, which are the new ones. */
int checkpoints_cut_report_init(struct checkpoints_cut_report *self,
                                const struct job *job,
                                size_t first,
                                const struct checkpoints_cut_params *params,
                                struct error *err);
void checkpoints_cut_report_release(struct checkpoints_cut_report *self);

/*
 * Once checkpoints_cut() had the job: the keys that docs/SCHEDULING.md has of
 * `checkpoints`.
 *
 * job  may have fewer models than it had
 */
int checkpoints_cut_report_add(const struct checkpoints_cut_report *self,
                               const struct job *job,
                               size_t first,
                               const struct checkpoints_cut_params *params,
                               struct cJSON *out,
                               struct error *err);

/* The same for people, on stdout; nothing where the keys are not there. */
void checkpoints_cut_report_print(const struct cJSON *from);

#endif
