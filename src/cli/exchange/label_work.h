/*
 * label_work.h - the two ways of `label`: replies out to people, labels back.
 */
#ifndef LABEL_WORK_H
#define LABEL_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct text;

struct label_options {
    char *output;
    char *key;
    char *models;
    char *columns;
    char *labeller;
    int64_t num;
    int64_t seed;
    bool replace;
    bool json;
};

struct label_work {
    const struct label_options *given;
    char *results;       /* the file */
    char *key_path;      /* the key's */
    char *const *sheets; /* [num_sheets], of import */
    size_t num_sheets;
};

/* Functions for guard_run(): `context` is a struct label_work, `out` what is
 * said at the end. */
int label_export(void *context, struct text *out, struct error *err);
int label_import(void *context, struct text *out, struct error *err);

#endif
