/*
 * merge_recorded.h - whether files of one model have their answers from recordings
 * that agree.
 */
#ifndef MERGE_RECORDED_H
#define MERGE_RECORDED_H

struct error;
struct merge_order;

/*
 * What each file's provenance says of the folders its models' answers came from,
 * task by task, must be the same of the tasks that two of them have.  A folder may
 * have grown in between.
 *
 * errors  ERR_USAGE names model, task and file
 */
int merge_recorded_check(const struct merge_order *order, struct error *err);

#endif
