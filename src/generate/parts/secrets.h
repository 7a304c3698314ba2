/*
 * secrets.h - which variables of this process hold secrets.
 *
 * A process that is started gets none that it has not been promised, and what
 * it says is searched for the values of all of them (http_key_hide_known).
 */
#ifndef SECRETS_H
#define SECRETS_H

#include <stdbool.h>

/* A backend of this job reads its key from the variable `name`.  Any thread. */
void secrets_note(const char *name);

/* All that a backend's spec names: "http:...,key_env=NAME,...". */
void secrets_note_spec(const char *spec);

/* Whether a variable ("NAME=VALUE") was noted, is called like a secret
 * (OPENAI_API_KEY, GITHUB_PAT) or holds a login (base/secret_value.h). */
bool secrets_is(const char *variable);

/* This process's variables without those; NULL-terminated, free() of the list
 * only, as the variables are borrowed. */
char **secrets_environment(void);

#endif
