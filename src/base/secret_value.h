/*
 * secret_value.h - values of variables and options that hold somebody's login.
 */
#ifndef SECRET_VALUE_H
#define SECRET_VALUE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a URL in `text` has a password, "://user:password@", or is one of the
 * web with a token, "https://token@", or has one in its query,
 * "?access_token=...", by its name (secret_name.h).  What a shell would put there
 * ("$TOKEN@") is none. */
bool secret_value_is(const char *text);

/* Whether a word of `text` has the form of a key that a provider gives out (OpenAI's
 * and Anthropic's "sk-...", Hugging Face's "hf_...", GitHub's "ghp_..." and
 * "github_pat_...", Google's "AIza..."), whatever stands around it. */
bool secret_value_has_key(const char *text);

/* Whether `value` [value_len] of an option or variable, with or without its dashes,
 * is a secret by its name [len]: not where one lies (--api-key-file PATH,
 * key_env=NAME), how many there are (--long-prefill-token-threshold 512) or where a
 * container works (--pwd /DIR). */
bool secret_value_is_option(const char *name,
                            size_t len,
                            const char *value,
                            size_t value_len);

/* Whether `text` is the value of such a header: "Bearer " and something. */
bool secret_value_is_bearer(const char *text);

/* Whether a variable is a secret: by its name [len] (secret_name.h) or by what
 * it holds.  A proxy needs no "://" before its login. */
bool secret_value_is_variable(const char *name, size_t len, const char *value);

#endif
