/*
 * results_json.h - what --json says of a results file: its digest, and how much is in
 * it.
 */
#ifndef RESULTS_JSON_H
#define RESULTS_JSON_H

struct cJSON;
struct reader;

/* What results_json_add() adds, for a command's table of fields. */
#define RESULTS_JSON_FIELDS                                                   \
    { "digest", "the content digest of the results file, 64 hex digits" },    \
        { "models", "their names" }, { "columns", "their names" },            \
    {                                                                         \
        "scores",                                                             \
            "how many values there are, of a model in a column by the rules " \
            "of the paper"                                                    \
    }

void results_json_add(struct cJSON *root, const struct reader *reader);

#endif
