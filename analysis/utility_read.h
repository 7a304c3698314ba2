/*
 * utility_read.h - utility from files of others: a table as CSV or JSON, results
 * of lm-evaluation-harness; for utility.c only.
 */
#ifndef UTILITY_READ_H
#define UTILITY_READ_H

#include "analysis/utility.h"

struct cJSON;
struct utility_strangers;
struct published;

struct utility_reading {
    struct utility *out;
    const struct grid *grid;
    const struct published *board;
    const char *path;  /* of the file; for errors */
    const char *model; /* from "NAME=", or NULL */
    enum utility_kind kind;
    struct utility_strangers *strangers; /* of the file */
    struct text *notes;
    struct error *err;
};

/*
 * Add the values of one file.
 *
 * spec    [len] "PATH" or "NAME=PATH"
 * errors  ERR_IO, ERR_FORMAT; ERR_USAGE when lm-eval's results name no model
 */
int utility_read_file(struct utility_reading *reading,
                      const char *spec,
                      size_t len);

/* Add {"source", "measures", "values"}. */
int utility_read_table(const struct utility_reading *reading,
                       const struct cJSON *root);

/* For utility_read*.c only: the file at `path`. */
int utility_read_csv(const struct utility_reading *reading);

/* Count a model's name in, once: whether it is one of the grid is said at the
 * file's end. */
void utility_read_note(const struct utility_reading *reading, const char *name);

/* A value of a measure, which is made where it is new, of the model of that
 * name, else of all that the board calls so.  Nobody: passed over; NaN: none; a
 * second one is refused. */
int utility_read_put(const struct utility_reading *reading,
                     const char *measure,
                     const char *source,
                     const char *name,
                     double value);

#endif
