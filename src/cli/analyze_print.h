/*
 * analyze_print.h - what `analyze` prints, as text.
 */
#ifndef ANALYZE_PRINT_H
#define ANALYZE_PRINT_H

#include "trustsweep/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct text;

struct analyze_wish {
    char *const *files; /* [num_files]; none: the published board alone */
    size_t num_files;
    enum profile profile; /* NUM_PROFILES: both, of the values only */
    const char *part;     /* "values", "all", or a name of parts_table.h */
    bool all_columns;     /* of the values */
    bool is_published;    /* the file beside the board */
    bool is_json;
    bool is_csv;
    bool is_terminal; /* bold titles */
    size_t resamples;
    uint64_t seed;
    const char *utility; /* NULL: the published figures */
    const char *facts;   /* NULL: the board's */
    const char *series;  /* NULL: none */
    struct text *notes;  /* lines for people, to stderr */
    void (*progress)(void *self, double share);
    void *progress_self;
};

int analyze_print(const struct analyze_wish *wish,
                  struct text *out,
                  struct error *err);

#endif
