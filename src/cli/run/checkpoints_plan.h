/*
 * checkpoints_plan.h - what `plan` says of checkpoints: until when they are
 * waited for, and what the deadline would cut.
 */
#ifndef CHECKPOINTS_PLAN_H
#define CHECKPOINTS_PLAN_H

struct cJSON;
struct error;
struct sweep_night;
struct sweep_params;

/*
 * As if a run began now, or went on, where one is in the job's folder: then what
 * that asks already is not new, and its results say how fast new ones are.
 * `*out`: NULL for a job without checkpoints, else {"files", "folder_missing",
 * "complete", "asked_before", "until", "until_at", "deadline", "deadline_at",
 * "deadline_in_s", "cut"}, null where the job says none;
 * "cut" is text for people, "" where all fits; with a deadline and new ones also
 * "left_out" and what checkpoints_cut_report_add() adds; json_free().
 *
 * errors  as checkpoint_models_take() and checkpoints_cut()
 */
int checkpoints_plan(const struct sweep_params *params,
                     const struct sweep_night *night,
                     int workers,
                     struct cJSON **out,
                     struct error *err);

/* A few lines on stdout. */
void checkpoints_plan_print(const struct cJSON *plan);

#endif
