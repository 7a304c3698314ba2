/*
 * judge.h - the replies of one model to one task -> verdicts by an evaluator.
 *
 * Groups items, asks what the evaluator asks until it is done.  Who answers is
 * the caller's: the journal's records, a backend, nobody.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "trustsweep/evaluator.h"

enum answer {
    ANSWER_NONE = 0, /* nobody can */
    ANSWER_THERE,    /* `out` is filled */
    ANSWER_LATER,    /* somebody will */
};

/* Who answers follow-ups.  `self` is passed to every call. */
struct answerer {
    void *self;
    /* out: zeroed before, given to reply_release() after ANSWER_THERE */
    enum answer (*answer)(void *self, const struct ask *ask, struct reply *out);
};

struct judge {
    const struct evaluator_ops *evaluator;
    const struct prompts *prompts;
    struct answerer answerer; /* answer NULL: nobody can answer anything */
    /* told of each answer, with a text or scores, that the evaluator could make
     * nothing of; NULL: nobody is.  `self` of the answerer, too */
    void (*unread)(void *self, const struct reply *answer);
};

enum judged {
    JUDGED_ALL = 1, /* every verdict is as good as it gets */
    JUDGED_WAITS,   /* a follow-up is ANSWER_LATER; call again then */
    JUDGED_FAILED,  /* the evaluator failed; all its items count as failed */
};

/* Judge one group.  answers of `group` are filled here.  out: [num_items] */
enum judged judge_group(const struct judge *judge,
                        const struct group *group,
                        struct verdicts *out);

/*
 * Judge `num` units of one task and one model, plan order.
 *
 * items, replies  [num]; a reply in STATE_NONE is not there yet
 * repeats         [num]; items are grouped within one repeat
 * out             [num]
 * returns         JUDGED_WAITS when any group waits, else JUDGED_FAILED when
 *                 any failed
 */
enum judged judge_units(const struct judge *judge,
                        const struct item *const *items,
                        const struct reply *const *replies,
                        const uint32_t *repeats,
                        size_t num,
                        struct verdicts *out);

#endif
