/*
 * analysis_json.h - the whole analysis of a results file as one JSON document;
 * analysis/README.md says what its fields mean.
 */
#ifndef ANALYSIS_JSON_H
#define ANALYSIS_JSON_H

#include "trustsweep/verdict.h"

#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct reader;
struct text;

enum { ANALYSIS_RESAMPLES = 10000 };

struct analysis_options {
    enum profile profile;
    size_t resamples; /* of the items */
    uint64_t seed;
    const char *utility; /* a table or lm-eval results (analysis/utility.h);
                            NULL: the published figures */
    const char *facts; /* JSON file of facts of models (analysis/sheet.h); NULL:
                          those of the board alone */
    const char *series; /* pattern of the names of checkpoints; NULL: none */
    struct text *notes; /* gets what was passed over, lines for people; or
                           NULL */
};

/* Profile paper, ANALYSIS_RESAMPLES, seed 1, published utility. */
struct analysis_options analysis_defaults(void);

/*
 * reader   NULL: the published board alone
 * out      to be given to json_free()
 * errors   ERR_IO, ERR_FORMAT; ERR_USAGE for a utility table that does not fit
 */
int analysis_json(const struct reader *reader,
                  const struct analysis_options *options,
                  struct cJSON **out,
                  struct error *err);

/* The same of several files as one, readers[num_readers]: all their models. */
int analysis_json_of(const struct reader *const *readers,
                     size_t num_readers,
                     const struct analysis_options *options,
                     struct cJSON **out,
                     struct error *err);

#endif
