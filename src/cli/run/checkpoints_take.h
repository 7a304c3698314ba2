/*
 * checkpoints_take.h - such a part of what new checkpoints are asked, by the rule
 * of the job's `too_late`.
 */
#ifndef CHECKPOINTS_TAKE_H
#define CHECKPOINTS_TAKE_H

#include <stdbool.h>
#include <stddef.h>

struct job;
struct outlook;
struct sweep;
struct text;

enum checkpoints_taken {
    CHECKPOINTS_TAKE_NONE = 0, /* there is time for nothing of them */
    CHECKPOINTS_TAKE_TOO_WIDE, /* or for a subset that is wider than `widest` */
    CHECKPOINTS_TAKE_DONE,
};

/*
 * Sets `only` or `fraction` of models `first` and later, whatever they were.
 * Where not enough can be asked of so many to be worth having, they are whole.
 *
 * sweep, outlook  of these models alone, whole
 * part            of all their tokens; 1 = all
 * said            gets a line for each model of which not all is taken
 */
enum checkpoints_taken checkpoints_take(struct job *job,
                                        size_t first,
                                        const struct sweep *sweep,
                                        const struct outlook *outlook,
                                        double part,
                                        struct text *said);

/* They are whole again. */
void checkpoints_take_all(struct job *job, size_t first);

/* Of no task is more than one item taken: no smaller subset has each task.  Never
 * of whole tasks. */
bool checkpoints_take_is_least(const struct job *job,
                               size_t first,
                               const struct sweep *sweep);

#endif
