/*
 * archive.h - entries of a zip file.
 *
 * What comes from outside is capped: entries whose name is not a clean relative
 * path, too many entries and entries too large to be a data file are refused.
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct text;
struct archive;

enum { ARCHIVE_MAX_ENTRIES = 4096, ARCHIVE_MAX_BYTES = 64 << 20 };

/* errors  ERR_IO, ERR_FORMAT */
struct archive *archive_open(const char *path, struct error *err);
void archive_close(struct archive *self); /* accepts NULL */

const char *archive_library(void); /* "1.7.3", of libzip */

size_t archive_num(const struct archive *self);
const char *archive_name(const struct archive *self, size_t at); /* borrowed */

/*
 * Inflate one entry to the end of `out`.
 *
 * returns  1 when it is there, 0 when there is no entry of that name, -1
 * errors   ERR_FORMAT for damaged, encrypted or too large entries
 */
int archive_read(struct archive *self,
                 const char *name,
                 struct text *out,
                 struct error *err);

/* Whether an entry may have this name: relative, no "..", no back slash, no
 * empty part, no control characters.  A folder's may end with a slash. */
bool archive_is_clean(const char *name);

#endif
