/*
 * choice_set.h - an imported set of multiple-choice questions, as it lies in a
 * data set folder:
 *
 *     FOLDER/utility/NAME.json
 *     {"format": "mmlu", "files": [{"file", "sha256", "items", "examples"}],
 *      "digest": ..., "examples": [...], "items": [...]}
 *
 * The digest is a SHA-256 over examples and items, so that a file that was
 * changed by hand is not taken for what was imported.
 */
#ifndef CHOICE_SET_H
#define CHOICE_SET_H

#include "base/hash.h"

#include <stddef.h>

struct cJSON;
struct error;
struct name_list;

/* The folder below a data set, and the dimension of the tasks. */
#define CHOICE_SET_FOLDER "utility"

struct choice_set {
    char *path;   /* of the file */
    char *format; /* "mmlu", "arc" */
    char digest[SHA256_TEXT];
    char sha256[SHA256_TEXT]; /* of the file's bytes */
    struct cJSON *root;       /* owns the rest */
    const struct cJSON *items;
    const struct cJSON *examples;
    size_t num_items;
    size_t num_examples;
    char **subjects; /* [num_subjects], in the order of the items */
    size_t num_subjects;
};

/*
 * location  "sample" or a data set's folder
 * errors    ERR_IO; ERR_FORMAT names file, item and field, and a digest that
 *           does not fit
 */
int choice_set_read(const char *location,
                    const char *name,
                    struct choice_set *out,
                    struct error *err);
void choice_set_release(struct choice_set *set);

/* Names of the sets in a folder, sorted; name_list_release().  None: no error.
 * errors  ERR_IO */
int choice_set_list(const char *location,
                    struct name_list *out,
                    struct error *err);

/* Compute the digest of examples and items. */
void choice_set_digest(const struct cJSON *examples,
                       const struct cJSON *items,
                       char out[SHA256_TEXT]);

#endif
