/*
 * choice_item.h - one multiple-choice question as JSON:
 *
 *     {"subject": "anatomy", "id": "...", "question": "...",
 *      "choices": ["...", ...], "answer": "B"}
 *
 * Options have no labels of their own: the first is A, whatever a file calls
 * it.  "id" is there where the file has one.
 */
#ifndef CHOICE_ITEM_H
#define CHOICE_ITEM_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;

enum {
    CHOICE_LEAST = 2,
    CHOICE_MOST = 8, /* letters that a written answer is read for: A to H */
    CHOICE_MAX_ITEMS = 200000,
    CHOICE_MAX_SUBJECTS = 500,
    CHOICE_MAX_EXAMPLES = 32, /* of a subject */
    CHOICE_SUBJECT = 64,      /* bytes of a name, with the NUL */
    CHOICE_TEXT_BYTES = 64 * 1024,
};

struct choice_item {
    const char *subject;
    const char *id; /* or NULL */
    const char *question;
    const char *choices[CHOICE_MOST];
    size_t num_choices;
    size_t answer; /* which of them */
};

/* As JSON, json_free(). */
struct cJSON *choice_item_json(const struct choice_item *item);

/*
 * Back again; texts are borrowed from `json`.
 *
 * returns  NULL, or what is wrong with it: "'answer' is none of its choices"
 */
const char *choice_item_read(const struct cJSON *json, struct choice_item *out);

/* Whether it can name a subject or a data set: a-z, 0-9, '_', '-', '.', at
 * most CHOICE_SUBJECT - 1 of them, the first a letter or a digit; not "macro",
 * which names the mean over subjects. */
bool choice_item_is_name(const char *name);

#endif
