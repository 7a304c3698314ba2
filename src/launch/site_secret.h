/*
 * site_secret.h - texts that would bring a secret into a batch script.
 */
#ifndef SITE_SECRET_H
#define SITE_SECRET_H

struct error;

/* Look for NAME=VALUE or --NAME VALUE with the name of a secret, whose value stands
 * there as it is ("$(cat FILE)" does not), for a URL with a password, and for a
 * word of the form of a provider's key.  ERR_USAGE; the message does not hold the
 * secret. */
int site_secret_check(const char *text, struct error *err);

#endif
