/*
 * batch_view.h - a run as it looks from the login node: its batch job, its
 * counts, and a table of models and dimensions.
 */
#ifndef BATCH_VIEW_H
#define BATCH_VIEW_H

#include <stdbool.h>

struct cJSON;

/*
 * {"run": run.json, "submit": submit.json, "batch": batch.json, "job": how the
 * last batch job stands (squeue.h)}, each only where there is one; json_free().
 */
struct cJSON *batch_view_read(const char *dir);

/* The last one that batch.json tells of; NULL: none. */
const struct cJSON *batch_view_last_job(const struct cJSON *view);

/* Whether its last batch job waits or is at work. */
bool batch_view_is_queued(const struct cJSON *view);

/* Print what is known of the batch job of a folder that was submitted: all
 * there is before it has begun.
 * is_all   else only how the job stands
 * returns  false when it was not submitted; nothing is printed then */
bool batch_view_show(const char *dir, bool is_all, bool as_json);

/* Whether anything may still change: it runs, or a job is in the queue. */
bool batch_view_is_live(const struct cJSON *view, const char *dir);

#endif
