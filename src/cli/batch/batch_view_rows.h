/*
 * batch_view_rows.h - what a run at work has left, models by dimensions, and
 * what each rank does.  Private to cli/batch/.
 */
#ifndef BATCH_VIEW_ROWS_H
#define BATCH_VIEW_ROWS_H

struct cJSON;
struct text;

/* run: as run.json has it. */
void batch_view_rows(const struct cJSON *run, struct text *out);

#endif
