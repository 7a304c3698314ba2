/*
 * opinion.h - what evaluators share that put a question about one reply to the
 * judge: one loop, one way to get an opinion, readings of it.
 *
 * An opinion is what was recorded beside the reply (eval_res), else what
 * ROLE_JUDGE answers.  An empty reply is never asked about: there is nothing to
 * judge, and its state has to stay.
 */
#ifndef OPINION_H
#define OPINION_H

#include "evaluate/asking.h"
#include "trustsweep/evaluator.h"

#include <stdbool.h>

/* One reply that has a text, and where to ask.  All borrowed. */
struct opinion_case {
    const struct group *group;
    size_t member;
    const struct item *item;
    const struct reply *reply;
    const char *text;      /* of the reply; never NULL */
    struct ask_list *asks; /* used only where something is asked */
};

/* Judge one reply; `out` holds verdict_none().  True when it asked. */
typedef bool (*opinion_judge_fn)(const struct opinion_case *one,
                                 struct verdicts *out);

/* The judge slot: calls `fn` where there is a text, gives verdict_none() to all
 * others. */
enum evaluator_result opinion_each(const struct group *group,
                                   struct verdicts *out,
                                   struct ask_list *asks,
                                   opinion_judge_fn fn);

/* What a profile makes of an opinion.  `opinion` is NULL when the judge gave
 * none (failed, blocked, empty).  `origin` is filled by the caller. */
typedef struct verdict (*opinion_read_fn)(const struct opinion_case *one,
                                          enum profile profile,
                                          const char *opinion);

struct opinion_question {
    const char *wording;               /* name of the prompt to fill */
    const struct asking_place *places; /* [num_places] */
    size_t num_places;
    opinion_read_fn read;
};

/*
 * Fill the profiles that are open by an opinion, got by asking if need be.  Of
 * an empty reply nothing is asked, and nothing filled.
 *
 * returns  true when it asked; what is open is asking_unjudged() then, and also
 *          where the data set lacks the wording
 */
bool opinion_fill(const struct opinion_case *one,
                  const struct opinion_question *question,
                  const bool is_open[NUM_PROFILES],
                  struct verdicts *out);

/* An opinion that says nothing, for a rule that does not count it: UNJUDGED. */
struct verdict opinion_unread(void);

/* The same where the published rule leaves such an item out: UNPARSED and no
 * value, so that the column has one.  `opinion` NULL: as opinion_unread(). */
struct verdict opinion_left_out(const struct opinion_case *one,
                                const char *opinion);

enum opinion_word { OPINION_NEITHER = 0, OPINION_YES, OPINION_NO };

/* Whole words "yes" and "no" in any case; of both, the one the text begins
 * with.  For the corrected profile. */
enum opinion_word opinion_yes_no(const char *text);

/* The one of them the text begins with. */
enum opinion_word opinion_starts(const char *text);

/* Characters (code points), as Python's len() counts them. */
size_t opinion_num_chars(const char *text);

#endif
