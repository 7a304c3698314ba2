/*
 * chosen.h - which option of a multiple-choice question a reply takes, for the
 * evaluators choice and choice_per_character.
 *
 * A reply that weighed the options takes the likeliest; of equal ones the
 * first.  A reply in words takes the letter that option_read() finds, else the
 * option that it is word by word.
 */
#ifndef CHOSEN_H
#define CHOSEN_H

#include "evaluate/rules.h"

#include <stdbool.h>

/* Labels "A" to "H", NULL-terminated; [0] is "". */
extern const char *const chosen_labels[];

/* Both profiles alike.  An answer in which no option is found is UNPARSED with
 * value 0: the question was put and not answered right.
 * per_character  log-likelihoods are divided by the options' characters */
void chosen_judge(const struct rules_case *one,
                  bool per_character,
                  struct verdicts *out);

#endif
