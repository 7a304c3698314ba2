/*
 * judge_trust.h - what `trustsweep calibrate` found of a judge, for people:
 * from the document that a results file keeps in its provenance.
 */
#ifndef JUDGE_TRUST_H
#define JUDGE_TRUST_H

#include <stdbool.h>

struct cJSON;
struct reader;
struct table;
struct text;

#define JUDGE_TRUST_FORMAT "trustsweep-calibration"
#define JUDGE_TRUST_FILE   "calibration.json" /* in a run directory */
#define JUDGE_TRUST_NAME   "calibration"      /* in the provenance */

/* The document of a file; NULL: none.  json_free() */
struct cJSON *judge_trust_read(const struct reader *reader);

/* Whether a judge decided a verdict of this file. */
bool judge_trust_is_wanted(const struct reader *reader);

struct table *judge_trust_table(const struct cJSON *document);

/* A sentence on self-preference. */
void judge_trust_self(struct text *out, const struct cJSON *document);

/* What stands below the values of a file in which a judge decided something:
 * what is known of it, or that nothing is. */
void judge_trust_note(struct text *out, const struct reader *reader);

#endif
