/*
 * run_question.h - what `explain` is asked of a run, answered from its run.json:
 * which models and tasks are meant, what each is at, why, and what it waits for.
 */
#ifndef RUN_QUESTION_H
#define RUN_QUESTION_H

#include "cli/folder/run_standing.h"

struct cJSON;
struct error;

struct run_question {
    const struct cJSON *run; /* of run_view_read(); borrowed, as all of it */
    const char *folder;
    const char *pattern; /* of models or tasks; NULL: all models */
    struct run_standing standing;
};

/* Whether there is what was asked for; ERR_USAGE names what there is. */
int run_question_check(const struct run_question *question, struct error *err);

/* State of a checkpoint for which there is no time, or that was refused
 * or is not complete. */
#define RUN_QUESTION_LEFT_OUT "left out"

/* An array of the models that are meant, as `explain --json` gives them, and of
 * checkpoints that are left out; json_free(). */
struct cJSON *run_question_models(const struct run_question *question);

#endif
