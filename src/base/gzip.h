/*
 * gzip.h - gzip files in memory, by libdeflate, which is faster than zlib where
 * all of the input is there.
 */
#ifndef GZIP_H
#define GZIP_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct text;

bool gzip_is(const void *bytes, size_t len); /* starts like a gzip file */

/* Inflate (concatenated members too) to the end of `out`.  ERR_FORMAT when torn
 * or over `max_bytes`. */
int gzip_inflate(const void *bytes,
                 size_t len,
                 size_t max_bytes,
                 struct text *out,
                 struct error *err);

void gzip_deflate(const void *bytes, size_t len, struct text *out);

#endif
