/*
 * evaluator.h - replies -> verdicts.  Pure: no I/O, no clock, no random.
 *
 * To add one: write src/evaluate/evaluator_NAME.c with one public symbol,
 * `const struct evaluator_ops evaluator_NAME`, list it in
 * src/evaluate/evaluator.c, name it in a column of datasets/trustllm.json, and
 * run tests/conform/evaluate/.
 */
#ifndef TRUSTSWEEP_EVALUATOR_H
#define TRUSTSWEEP_EVALUATOR_H

#include "trustsweep/item.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"
#include "trustsweep/verdict.h"

struct error;

/* Which items are judged together; see the group slot. */
struct group_key {
    char text[120];
};

/* The answer to a follow-up that this group asked for earlier. */
struct follow_up {
    const char *question; /* the evaluator's own name for it, as in the ask */
    size_t member;        /* which item of the group it is about */
    const struct reply *reply;
};

/* Items that belong together, with their replies.  All borrowed. */
struct group {
    const struct item *const *items;    /* [num_items], file order */
    const struct reply *const *replies; /* [num_items] */
    size_t num_items;
    const struct follow_up *answers; /* [num_answers] */
    size_t num_answers;
};

/* A request that an evaluator needs before it can judge. */
struct ask {
    enum role role;
    char question[32];      /* its own name for this follow-up */
    size_t member;          /* which item of the group it is about */
    struct request request; /* unit, task, item are filled by the caller */
};

struct ask_list {
    struct ask *asks; /* [num_asks], grown with array_reserve() */
    size_t num_asks;
    size_t cap;
};

void ask_list_release(struct ask_list *list);

enum evaluator_result {
    EVALUATOR_DONE = 1, /* out is filled */
    EVALUATOR_ASKS,     /* asks is filled; call again with the answers */
    EVALUATOR_FAILED,   /* err is filled; the items count as failed */
};

struct evaluator_ops {
    const char *name;
    const char *help;   /* one line */
    const char *source; /* paper section or file:function of the toolkit */
    const char *const *labels; /* NULL-terminated; [LABEL_NONE] is "" */

    /* may be NULL: every item is its own group.  Items with equal keys are
     * judged together and leased together */
    void (*group)(const struct item *item, struct group_key *out);

    /* required.  Replies whose state has no text (state_has_text) get a verdict
     * with that state, LABEL_NONE and NaN unless the rule says otherwise.
     * out: [group->num_items] */
    enum evaluator_result (*judge)(const struct group *group,
                                   struct verdicts *out,
                                   struct ask_list *asks,
                                   struct error *err);
};

/* The evaluators of this build, NULL-terminated; and one by name or NULL. */
const struct evaluator_ops *const *evaluator_kinds(void);
const struct evaluator_ops *evaluator_find(const char *name);

/* A verdict without a finding: the reply's state, no label, NaN. */
struct verdict verdict_none(const struct reply *reply);

#endif
