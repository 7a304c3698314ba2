/*
 * summary_parts.h - sentences of the summary, by what they are about; for
 * summary*.c only.
 */
#ifndef SUMMARY_PARTS_H
#define SUMMARY_PARTS_H

struct analysis;
struct text;

/* Each: free(); NULL: nothing is to be said. */

/* Of ranks. */
char *summary_ranks_first(const struct analysis *analysis);
char *summary_ranks_left_out(const struct analysis *analysis);
char *summary_ranks_pairs(const struct analysis *analysis);
char *summary_ranks_spread(const struct analysis *analysis);

/* Of several files, of checkpoints, of who judged. */
char *summary_files_compare(const struct analysis *analysis);
char *summary_files_series(const struct analysis *analysis);
char *summary_files_judge(const struct analysis *analysis);

/* " [low, high]"; nothing where there is no interval. */
void summary_add_range(struct text *out, double low, double high);

#endif
