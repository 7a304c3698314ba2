/*
 * choice_prompt.h - what is asked for one question: examples, the question, its
 * options.  The wording is ours.
 */
#ifndef CHOICE_PROMPT_H
#define CHOICE_PROMPT_H

#include "choice/choice_item.h"

#include <stddef.h>

struct choice_prompt {
    const struct cJSON **examples; /* [num_examples], choice_item.h */
    size_t num_examples;
    bool weighs_texts; /* no options are shown: the answers are weighed */
};

/* The item as it stands in the results: with "prompt" and "weighed".
 * json_free(). */
struct cJSON *choice_prompt_entry(const struct choice_prompt *self,
                                  const struct cJSON *question);

#endif
