/*
 * choice_examples.h - which of the examples may be shown before a question.
 */
#ifndef CHOICE_EXAMPLES_H
#define CHOICE_EXAMPLES_H

struct cJSON;

/* The first CHOICE_MAX_EXAMPLES of each subject, and none that is also a
 * question; an array of copies, json_free(). */
struct cJSON *choice_examples(const struct cJSON *items,
                              const struct cJSON *all);

#endif
