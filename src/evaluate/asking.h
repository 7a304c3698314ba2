/*
 * asking.h - what evaluators that ask share: making asks, finding answers, and
 * reading what was recorded beside a reply.
 */
#ifndef ASKING_H
#define ASKING_H

#include "trustsweep/evaluator.h"

/* The answer to `question` about one member; NULL when it was not asked yet or
 * is not there yet.  Its state says whether it is of use. */
const struct reply *asking_answer(const struct group *group,
                                  const char *question,
                                  size_t member);

/* Ask a role for a text: one user message, greedy.  `text` is copied. */
void asking_chat(struct ask_list *asks,
                 enum role role,
                 const char *question,
                 size_t member,
                 const char *text,
                 int32_t max_tokens);

/* Ask the embedder for the vector of a text. */
void asking_embed(struct ask_list *asks,
                  const char *question,
                  size_t member,
                  const char *text);

/*
 * Ask a role for scores of a text.
 *
 * ROLE_REFUSAL answers values[0]: probability that the text refuses; values[1]
 * and [2], where there: the same at -1.96 and +1.96 standard deviations of the
 * classifier's own error.  A chat model in that role answers with a text.
 * ROLE_TOXICITY answers values[0]: toxicity, 0 to 1.
 */
void asking_classify(struct ask_list *asks,
                     enum role role,
                     const char *question,
                     size_t member,
                     const char *text);

/* A place in a wording: "{name}" becomes `text`. */
struct asking_place {
    const char *name;
    const char *text;
};

/* The wording of that name with its places filled in one pass (what is filled
 * in is not looked at again); NULL when the data set has no such wording.
 * places: [num].  free(). */
char *asking_fill(const struct group *group,
                  const char *wording,
                  const struct asking_place *places,
                  size_t num);

/* What was recorded beside a reply: a text (free()) or NULL; a number, NaN. */
char *asking_recorded_text(const struct reply *reply, const char *field);
double asking_recorded_number(const struct reply *reply, const char *field);

/* The verdict of a reply that hangs on an answer nobody gave yet. */
struct verdict asking_unjudged(void);

#endif
