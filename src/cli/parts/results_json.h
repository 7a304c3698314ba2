/*
 * results_json.h - what --json says of a results file: its digest, and how much is in
 * it.
 */
#ifndef RESULTS_JSON_H
#define RESULTS_JSON_H

struct cJSON;
struct reader;

/* "digest", "models" and "columns" (their names), "scores" (how many values there
 * are by the rules of the paper). */
void results_json_add(struct cJSON *root, const struct reader *reader);

#endif
