/*
 * checkpoints_fit.h - what a cut of checkpoints for their deadline comes to:
 * items that are asked, how long they take, and with how many workers nothing
 * would be cut.
 */
#ifndef CHECKPOINTS_FIT_H
#define CHECKPOINTS_FIT_H

#include "cli/run/checkpoints_cut.h"

#include <stddef.h>

struct cJSON;

/* What there is to be asked before anything is cut. */
struct checkpoints_fit {
    size_t num_models, num_tasks;
    char **names;       /* [num_models] */
    size_t *items;      /* (num_models, num_tasks), that the job asks */
    double makespan_s;  /* of all, with the workers there are; NaN: a speed is
                           unknown */
    size_t num_workers; /* least with which all fits; 0: not with
                           CHECKPOINTS_FIT_MOST of them either, or unknown */
};

enum { CHECKPOINTS_FIT_MOST = 1024 };

/* Of the models from `first` on, which are the new ones. */
int checkpoints_fit_init(struct checkpoints_fit *self,
                         const struct job *job,
                         size_t first,
                         const struct checkpoints_time *time,
                         struct error *err);
void checkpoints_fit_release(struct checkpoints_fit *self);

/*
 * Once checkpoints_cut() had the job: the keys that docs/SCHEDULING.md has of
 * `checkpoints`.
 *
 * job  may have fewer models than it had
 */
int checkpoints_fit_add(const struct checkpoints_fit *self,
                        const struct job *job,
                        size_t first,
                        const struct checkpoints_time *time,
                        struct cJSON *out,
                        struct error *err);

/* The same for people, on stdout; nothing where the keys are not there. */
void checkpoints_fit_print(const struct cJSON *from);

#endif
