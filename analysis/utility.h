/*
 * utility.h - how useful models are: as the results files measured it, or by
 * measures of others: the published figures, a table, results of
 * lm-evaluation-harness.
 */
#ifndef UTILITY_H
#define UTILITY_H

#include "analysis/grid.h"

struct error;
struct text;

enum { UTILITY_MAX_MEASURES = 1000 };

enum utility_kind {
    UTILITY_MEASURED = 1, /* in the results files */
    UTILITY_GIVEN,        /* in a file named by the user */
    UTILITY_PUBLISHED,
};

struct utility_measure {
    char *name;
    char *asked;  /* as the results file calls it that measured it; or NULL */
    char *source; /* where the figures come from */
    enum utility_kind kind;
    double *values;   /* [num_models] of the grid; NaN: none */
    double *low;      /* [num_models] 95 % interval; NaN: not known */
    double *high;     /* [num_models] */
    uint64_t *num;    /* [num_models] questions; 0: not known */
    uint8_t *methods; /* [num_models] METHOD_X of store/schema.h */
};

struct utility {
    struct utility_measure *measures; /* [num_measures]; higher is better */
    size_t num_measures;
    size_t num_models;
};

/* "measured", "given", "published". */
const char *utility_kind_name(enum utility_kind kind);

/*
 * path    NULL: what the files measured, and the published figures where they
 *         measured nothing.  Else one or several with commas between: the words
 *         "measured" and "published", and files: CSV ("model,MEASURE,..." and a
 *         line a model, empty: none; RFC 4180's quotes; no line with # in front),
 *         JSON ({"source": ..., "measures": [...], "values": {MODEL: [...]}}),
 *         or lm-eval's results.json; its model is the file's "model_name", or
 *         the name before '=' ("my-model=results.json")
 * notes   gets a line for each file some of whose models are nobody here; or NULL
 * errors  ERR_IO, ERR_FORMAT; ERR_USAGE when no model of the grid is in it, or
 *         "measured" is asked for and nothing was
 */
int utility_read(struct utility *out,
                 const struct grid *grid,
                 const struct published *board,
                 const char *path,
                 struct text *notes,
                 struct error *err);
/* A new measure without values; `path` is for errors.  NULL: too many. */
struct utility_measure *utility_add(struct utility *out,
                                    const char *name,
                                    const char *source,
                                    enum utility_kind kind,
                                    const char *path,
                                    struct error *err);
void utility_release(struct utility *utility);

#endif
