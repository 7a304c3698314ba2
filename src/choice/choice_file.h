/*
 * choice_file.h - one file of others -> questions, for choice_import.c only.
 */
#ifndef CHOICE_FILE_H
#define CHOICE_FILE_H

#include <stddef.h>

struct cJSON;
struct error;

struct choice_file {
    const char *path;    /* for errors */
    const char *subject; /* of all its questions */
    const char *bytes;   /* [len] */
    size_t len;
};

/*
 * MMLU's form: CSV of question, A, B, C, D, answer; a first line with these
 * names is passed over.
 *
 * out     JSON array; questions go to its end (choice_item.h)
 * errors  ERR_FORMAT with file, line and field
 */
int choice_mmlu_read(const struct choice_file *file,
                     struct cJSON *out,
                     struct error *err);

/*
 * ARC's form: a JSON object a line, {"id", "question": {"stem", "choices":
 * [{"label", "text"}]}, "answerKey"}, or as Hugging Face exports it: "question"
 * a text, "choices": {"label": [...], "text": [...]}.  Labels may be letters or
 * numbers, as texts or as numbers.
 *
 * out, errors  as above
 */
int choice_arc_read(const struct choice_file *file,
                    struct cJSON *out,
                    struct error *err);

#endif
