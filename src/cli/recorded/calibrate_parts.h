/*
 * calibrate_parts.h - a calibration in the making.  Private to calibrate*.c.
 */
#ifndef CALIBRATE_PARTS_H
#define CALIBRATE_PARTS_H

#include "cli/recorded/calibrate.h"
#include "cli/recorded/calibrate_report.h"
#include "cli/sweep/sweep.h"
#include "follow/subject.h"

#include <stdbool.h>
#include <stddef.h>

/* A group of one model and evaluator. */
struct calibrate_place {
    size_t subject;
    size_t model;
    size_t group;
};

struct calibration {
    const struct calibrate_params *params;
    struct calibrate_sample *sample;
    struct subject *subjects; /* [sample->num_evaluators] */
    size_t *tasks;            /* [sample->num_evaluators] */
    const struct evaluator_ops **evaluators;
    double chars; /* of the replies of all cases */
};

/* Replies of a group, as the source has them, and without what was recorded. */
struct calibrate_group {
    struct record *records;
    struct reply *bare; /* borrow all from `records` */
    const struct reply **with, **without;
    const struct item **items;
    struct verdicts *verdicts;
    size_t num;
};

/* The replies of a group.  1, 0 when one of them is not there, -1; always
 * calibrate_unload() */
int calibrate_load(const struct calibration *work,
                   const struct calibrate_place *place,
                   struct calibrate_group *out,
                   struct error *err);
void calibrate_unload(struct calibrate_group *group);

/* What one voice says of the item: yes, no, or nothing of use.  A question that
 * is open leaves CALIBRATE_OPEN. */
int calibrate_judge(const struct calibration *work,
                    const struct calibrate_case *one,
                    const struct calibrate_group *group,
                    bool is_bare,
                    const struct answerer *answerer,
                    const struct prompts *prompts);

/* The cases: of each evaluator that asks a judge, groups by chance. */
int calibrate_draw(struct calibration *work, struct error *err);

/* What every voice says of each case. */
int calibrate_hear(const struct calibration *work, struct error *err);

#endif
