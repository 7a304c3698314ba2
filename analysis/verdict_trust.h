/*
 * verdict_trust.h - what is known of how far the verdicts of a file can be
 * trusted, for programs: labels of people and what was found of its judge.
 */
#ifndef VERDICT_TRUST_H
#define VERDICT_TRUST_H

struct cJSON;
struct reader;
struct validation;

/* Adds "labels" (validation_json()) and "judge" (the document that `calibrate`
 * made), each where there is one.  validation: NULL without labels. */
void verdict_trust_json(struct cJSON *object,
                        const struct reader *reader,
                        const struct validation *validation);

#endif
