/*
 * summary_files.h - sentences of the summary about several files, checkpoints
 * and who judged; for summary.c only.
 */
#ifndef SUMMARY_FILES_H
#define SUMMARY_FILES_H

struct analysis;

/* free(); NULL: nothing is to be said. */
char *summary_files_compare(const struct analysis *analysis);
char *summary_files_series(const struct analysis *analysis);
char *summary_files_judge(const struct analysis *analysis);

#endif
