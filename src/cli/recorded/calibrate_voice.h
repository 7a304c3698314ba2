/*
 * calibrate_voice.h - one way to ask a judge: which backend, in which wording,
 * for the how manieth time.  Questions are collected and asked side by side.
 */
#ifndef CALIBRATE_VOICE_H
#define CALIBRATE_VOICE_H

#include "cli/sweep/roles.h"

struct error;
struct voice;

struct voice_params {
    const struct roles *roles; /* borrowed */
    const char *spec;          /* of the judge's backend */
    uint64_t salt; /* another one asks again: seeds differ, no answer is shared;
                      0: as a run would */
};

struct voice *voice_create(const struct voice_params *params);
void voice_destroy(struct voice *self); /* accepts NULL */

/* As struct answerer: ANSWER_LATER for a question that is then asked by
 * voice_ask(). */
enum answer voice_answer(void *voice, const struct ask *ask, struct reply *out);

/*
 * Ask all that is open.
 *
 * returns  how many were asked, or -1
 * errors   of the backend
 */
int voice_ask(struct voice *self, struct error *err);

/* The wording in which the order of what is to choose from, or of two texts, is
 * the other one; NULL where it has none.  free() */
char *voice_swapped(const char *wording);

#endif
