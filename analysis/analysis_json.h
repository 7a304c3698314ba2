/*
 * analysis_json.h - the whole analysis of results files as one JSON document;
 * analysis/README.md says what its fields mean.
 */
#ifndef ANALYSIS_JSON_H
#define ANALYSIS_JSON_H

#include "analysis/analysis.h"

struct cJSON;
struct error;
struct reader;

/*
 * readers  [num_readers]: their models side by side; none: the published board
 * out      to be given to json_free()
 * errors   ERR_IO, ERR_FORMAT; ERR_USAGE for a utility table that does not fit
 */
int analysis_json(const struct reader *const *readers,
                  size_t num_readers,
                  const struct analysis_options *options,
                  struct cJSON **out,
                  struct error *err);

#endif
