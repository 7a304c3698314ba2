/*
 * target.h - by when all can end, and who should move to make it so.  Pure.
 *
 * Work can be split over slots at the price of one load a slot.  For an end T,
 * every slot that holds a model gives it the time up to T; what a model lacks
 * then is put into slots that are free, or become free because the others on
 * their model are enough: whole slots first, then what is left over, largest
 * first, into the smallest gap that holds it with its load, cut in two where no
 * gap does.  The target is the smallest T for which this works out.
 *
 * Slots that are faster or slower than the one that is looked at count as more or
 * less than one.
 *
 * A model may need several slots at once.  The widest go first; what they leave,
 * at the end of their slots, is that many gaps for narrower ones.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stddef.h>

enum { TARGET_NONE = -1 };

struct target_model {
    double work_s; /* of one slot, what is under way included */
    double load_s;
    double late_s;    /* over its slots: what is left of loading there */
    double num_slots; /* that hold it or load it */
    bool is_closed;   /* all of it is under way: nobody can join */
    size_t width;     /* slots that it needs at once; 0 = one.  `num_slots` and
                         all seconds are of so many together */
};

struct target {
    double end_s; /* from now */
    /* the model that a free slot should take, or TARGET_NONE */
    int next;
};

/*
 * models    [num]
 * num_free  slots that hold nothing; those of a model without work count as
 *           free by themselves
 */
struct target target_find(const struct target_model *models,
                          size_t num,
                          double num_free);

/* How long the slots on it take; without any, one that has to load it. */
double target_held_s(const struct target_model *model);

/* Whether the slots on it end it by then. */
bool target_is_enough(const struct target_model *model, double end_s);

/* Whether one of the slots on a model may go: the others end it by then. */
bool target_may_leave(const struct target_model *model, double end_s);

#endif
