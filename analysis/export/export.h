/*
 * export.h - a results file in the forms that other programs read.
 *
 * Each form is one file export_NAME.c with one public symbol, listed in
 * export.c.  A form writes below a folder that is there and empty of ours.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include <stddef.h>

struct error;
struct export_source;
struct text;

enum export_texts { EXPORT_TEXTS_MASKED = 0, EXPORT_TEXTS_NONE };

struct export_params {
    const char *folder;
    const char *file;        /* the results file, as given */
    enum export_texts texts; /* of what is given away (redacted) */
    const char *assets;      /* of the page of `leaderboard`; or NULL */
    void (*progress)(void *self, double share); /* or NULL */
    void *progress_self;
};

struct export_ops {
    const char *name, *help;
    /* Adds a line to `said` for what it wrote and for what it left out. */
    int (*write)(struct export_source *source,
                 const struct export_params *params,
                 struct text *said,
                 struct error *err);
};

/* Tells params->progress that so much is written. */
void export_progress(const struct export_params *params,
                     size_t done,
                     size_t num);

const struct export_ops *const *export_kinds(void); /* NULL-terminated */
extern const char *const export_names[];            /* of these, the same */
const struct export_ops *export_find(const char *name);

#endif
