/*
 * choice_tasks.h - imported questions as tasks and columns of a run.
 *
 * A set becomes a task "utility/NAME" and columns, none of them ranked and of
 * no direction: NAME over all questions, NAME.macro (each subject with equal
 * weight) and NAME.SUBJECT where there are several subjects, and NAME-sum
 * where the answers themselves are weighed.
 *
 * An item is the question as it lies in the set, with "prompt", what is asked,
 * and "weighed", the texts that are weighed behind it: letters or answers.
 */
#ifndef CHOICE_TASKS_H
#define CHOICE_TASKS_H

#include "dataset/dataset.h"

struct error;

struct choice_use {
    const char *location; /* "sample" or a data set's folder */
    const char *task;     /* the set's name */
    const char *name;     /* of task and column; NULL: as the set */
    int64_t shots;        /* examples before each question; -1: the set's own
                             habit, 5 of MMLU and none of ARC */
    uint64_t limit;       /* questions, spread evenly over subjects; 0 = all */
    bool weighs_texts;    /* the answers' own words instead of letters */
};

/*
 * Read sets, add their tasks and columns to the manifest.  No task of the
 * manifest may be pointed to before.
 *
 * out     [num] zeroed; for dataset_open(), dataset_task_release()
 * errors  as choice_set_read(); ERR_USAGE: more examples than there are, a name
 *         that is taken
 */
int choice_tasks_add(struct manifest *manifest,
                     const struct choice_use *uses,
                     size_t num,
                     struct dataset_task *out,
                     struct error *err);

#endif
