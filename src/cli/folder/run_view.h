/*
 * run_view.h - run.json as commands show it: with what lies beside it.
 */
#ifndef RUN_VIEW_H
#define RUN_VIEW_H

struct cJSON;
struct error;

/*
 * run.json of the run in `dir`, with `is_starting` where its ranks are being
 * started, and with its checkpoints in their order, also those that are asked
 * nothing (checkpoints_skipped.h); json_free().  NULL: what run_dir_read() says.
 */
struct cJSON *run_view_read(const char *dir, struct error *err);

#endif
