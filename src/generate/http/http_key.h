/*
 * http_key.h - the key of an account at a provider.
 *
 * It comes from an environment variable or from a file that only its owner can
 * read, is held here and put into one header.  No error names it, and what a
 * server sends back is searched for it (http_key_hide) before anything of that
 * is kept.  A process that has read one writes no core file.
 */
#ifndef HTTP_KEY_H
#define HTTP_KEY_H

#include <stdbool.h>
#include <stddef.h>

struct error;

struct http_key {
    char *text; /* NULL: none */
};

/* Whether that is the name of a variable.  A key written in its place is none,
 * and is not shown. */
bool http_key_is_name(const char *name);

/*
 * env    name of a variable, or NULL; it wins over `path`
 * path   a regular file of this user's without rights for others, or NULL; its
 *        first line is the key
 * returns 0, also when neither is given: `out` holds no key then
 * errors  ERR_USAGE: not set, rights too wide, no printable text; ERR_IO
 */
int http_key_read(struct http_key *out,
                  const char *env,
                  const char *path,
                  struct error *err);

/* Whether http_key_read() would find one; the key itself is not kept, and a
 * file's content is not read. */
int http_key_is_there(const char *env, const char *path, struct error *err);

/* Overwrite and free it. */
void http_key_release(struct http_key *self);

/* Write '*' over each place in `bytes` [len] where the key stands, as it is or
 * with characters escaped as in JSON (also in a text of it) or in an address. */
void http_key_hide(const struct http_key *self, char *bytes, size_t len);

/* The same for every key that this process has read and for the values of its
 * variables that are secrets (secrets.h). */
void http_key_hide_known(char *bytes, size_t len);

#endif
