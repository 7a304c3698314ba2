/*
 * dataset_json.h - what `dataset list` and `dataset verify` print with --json.
 */
#ifndef DATASET_JSON_H
#define DATASET_JSON_H

struct cJSON;
struct dataset;
struct error;
struct verify;

/* Imported questions of a folder, as "sets" of `root`.
 * errors  those of the last one that is broken; it is in the list, too */
int dataset_json_sets(struct cJSON *root,
                      const char *location,
                      struct error *err);

/* Whose wordings the judge is asked in; NULL: our own. */
void dataset_json_wordings(struct cJSON *root, const char *origin);

void dataset_json_list(struct cJSON *root, const struct dataset *dataset);
void dataset_json_verify(struct cJSON *root, const struct verify *verify);

#endif
