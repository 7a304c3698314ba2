/*
 * checkpoints_subset.h - such a part of what new checkpoints are asked, by the rule
 * of the job's `too_late`.
 */
#ifndef CHECKPOINTS_SUBSET_H
#define CHECKPOINTS_SUBSET_H

#include <stdbool.h>
#include <stddef.h>

struct job;
struct outlook;
struct sweep;
struct text;

enum checkpoints_subset {
    CHECKPOINTS_SUBSET_NONE = 0, /* there is time for nothing of them */
    CHECKPOINTS_SUBSET_TOO_WIDE, /* or for a subset that is wider than `widest` */
    CHECKPOINTS_SUBSET_DONE,
};

/*
 * Sets `only` or `fraction` of models `first` and later, whatever they were.
 * Where not enough can be asked of so many to be worth having, they are whole.
 *
 * sweep, outlook  of these models alone, whole
 * part            of all their tokens; 1 = all
 * said            gets a line for each model of which not all is taken
 */
enum checkpoints_subset checkpoints_subset_set(struct job *job,
                                               size_t first,
                                               const struct sweep *sweep,
                                               const struct outlook *outlook,
                                               double part,
                                               struct text *said);

/* They are whole again. */
void checkpoints_subset_clear(struct job *job, size_t first);

/* Of no task is more than one item taken: no smaller subset has each task.  Never
 * of whole tasks. */
bool checkpoints_subset_is_least(const struct job *job,
                                 size_t first,
                                 const struct sweep *sweep);

#endif
