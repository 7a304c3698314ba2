/*
 * secret_name.h - names of variables and options that say what they hold: a key,
 * a token, a password.
 */
#ifndef SECRET_NAME_H
#define SECRET_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a word of `name` [len] is or ends in such a one, digits behind it left
 * aside: HF_TOKEN, PGPASS, GITHUB_PAT, api-key, KEY2; not TOKENIZERS_PARALLELISM,
 * MONKEY, PWD, nor what is about tokens of a text: MAX_TOKENS, EOS_TOKEN. */
bool secret_name_is(const char *name, size_t len);

#endif
