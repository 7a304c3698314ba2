/*
 * evaluator.h - replies -> verdicts.  Pure: no I/O, no clock, no random.
 *
 * To add one: write src/evaluate/evaluator_NAME.c with one public symbol,
 * `const struct evaluator_ops evaluator_NAME`, and its line in
 * src/evaluate/kinds.h, name it in a column of datasets/trustllm.json
 * (datasets/README.md), and run tests/conform/evaluate/.
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

/*
 * The wordings that evaluators put to a judge, by name.  Our own stand in
 * datasets/trustllm.json; an imported data set may bring the toolkit's.
 */
struct prompt {
    char *name;
    char *text; /* with places to be filled: "{reply}", "{question}" */
};

struct prompts {
    struct prompt *list; /* [num], owned */
    size_t num;
};

/* The wording of that name, or NULL. */
const char *prompts_text(const struct prompts *prompts, const char *name);

/* Add copies of name and text. */
void prompts_add(struct prompts *prompts, const char *name, const char *text);

/* Free what it holds and zero it; the struct itself stays the caller's. */
void prompts_release(struct prompts *prompts);

/* Items that belong together, with their replies.  All borrowed. */
struct group {
    const struct item *const *items;    /* [num_items], file order */
    const struct reply *const *replies; /* [num_items] */
    size_t num_items;
    const struct follow_up *answers; /* [num_answers] */
    size_t num_answers;
    const struct prompts *prompts;
};

/* A request that an evaluator needs before it can judge. */
struct ask {
    enum role role;
    char question[32];         /* its own name for this follow-up */
    size_t member;             /* which item of the group it is about */
    const struct reply *about; /* that item's reply, as given to judge_units();
                                  filled by the caller, borrowed */
    struct request request; /* kind, messages, choices, sampling.max_tokens; the
                               rest is filled by the caller */
};

struct ask_list {
    struct ask *asks; /* [num_asks], grown with array_reserve() */
    size_t num_asks;
    size_t cap;
};

void ask_list_release(struct ask_list *list);

enum evaluator_result {
    EVALUATOR_DONE = 1, /* out is filled */
    EVALUATOR_ASKS,     /* asks is filled; call again with the answers.  out is
                           filled as well, for when nobody can answer: items
                           that hang on an answer are UNJUDGED with NaN */
    EVALUATOR_FAILED,   /* err is filled; the items count as failed */
};

struct evaluator_ops {
    const char *name;
    const char *help;   /* one line */
    const char *source; /* paper section or file:function of the toolkit */
    const char *const *labels; /* NULL-terminated; [LABEL_NONE] is "" */
    unsigned roles; /* whom judge() may ask: bits 1u << ROLE_X; 0 = nobody */

    /* may be NULL: every item is its own group.  Items with equal keys are
     * judged together and leased together */
    void (*group)(const struct item *item, struct group_key *out);

    /* required.  Never asks again what group->answers answers, also when that
     * answer is of no use (failed, blocked).  A label recorded beside the reply
     * goes before asking, with ORIGIN_RECORDED.  Replies whose state has no
     * text (state_has_text) get a verdict with that state, LABEL_NONE and NaN
     * unless the rule says otherwise.
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
