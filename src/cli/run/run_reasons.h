/*
 * run_reasons.h - why a task is or is not running, from what run.json says of it
 * and of its model.
 */
#ifndef RUN_REASONS_H
#define RUN_REASONS_H

struct cJSON;
struct text;

struct run_reason {
    const char *state;     /* done, running, loading, waiting, given up,
                              unfinished; borrowed of run.json or constant */
    const char *waits_for; /* or NULL; borrowed */
};

/* Of a member of a model's "tasks"; `why`: one sentence is added. */
struct run_reason run_reasons_task(const struct cJSON *model,
                                   const struct cJSON *task,
                                   struct text *why);

/* Seconds that workers spent on a model, or on its task (NULL: all of it), by
 * the ledger of run.json: an object with load_s and so on, or NULL. */
const struct cJSON *run_reasons_spent(const struct cJSON *run,
                                      const char *model,
                                      const char *task);

/* "120 items, 3 failed" */
void run_reasons_count(const struct cJSON *of, struct text *out);

#endif
