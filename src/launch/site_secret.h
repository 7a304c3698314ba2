/*
 * site_secret.h - names and values that would bring a secret into a batch
 * script.
 */
#ifndef SITE_SECRET_H
#define SITE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Whether a variable or option of that name holds a secret, by the words in it:
 * HF_TOKEN, PGPASS, api-key; not TOKENIZERS_PARALLELISM. */
bool site_secret_is_name(const char *name, size_t len);

/* Look for NAME=VALUE of such a name, whose value stands there as it is ("$(cat
 * FILE)" does not), and for a URL with a password.  ERR_USAGE; the message does
 * not hold the secret. */
int site_secret_check(const char *text, struct error *err);

#endif
