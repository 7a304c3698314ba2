/*
 * redact.h - a results file once more, with other texts.
 *
 * Every dataset of the schema and every score are copied as they are; texts in
 * bytes and offsets, and those of the provenance, go through a function.  The new
 * file has a digest of its own; root attributes say what it was made of:
 * `redaction` and `redacted_from`, the digest of the first.
 */
#ifndef REDACT_H
#define REDACT_H

#include <stddef.h>

struct error;
struct reader;
struct text;

/* Adds to `out` what is to stand for a text of `path`, "/records/text"; of the
 * provenance row is 0. */
typedef void (*redact_fn)(void *context,
                          const char *path,
                          size_t row,
                          const char *bytes,
                          size_t len,
                          struct text *out);

/*
 * how     what `redaction` says
 * errors  ERR_IO, ERR_FORMAT; nothing stands at `path` then
 */
int redact_write(const struct reader *reader,
                 const char *path,
                 const char *how,
                 redact_fn fn,
                 void *context,
                 struct error *err);

#endif
