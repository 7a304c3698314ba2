/*
 * hash.h - XXH3-128 for ids and look-ups, SHA-256 for what others must be able
 * to check.
 */
#ifndef HASH_H
#define HASH_H

#include "trustsweep/hash128.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

enum { HASH_TEXT = 33, SHA256_TEXT = 65 }; /* buffer sizes, NUL included */

struct hash128 hash_bytes(const void *bytes, size_t len);
bool hash_equal(struct hash128 a, struct hash128 b);
int hash_compare(struct hash128 a, struct hash128 b);       /* <0, 0, >0 */
void hash_format(struct hash128 hash, char out[HASH_TEXT]); /* 32 hex digits */
bool hash_parse(const char *text, struct hash128 *out);

/*
 * Hash of a sequence of fields.  Each field goes in with its length, so that
 * ("ab", "c") and ("a", "bc") differ.
 */
struct hash_stream;
struct hash_stream *hash_stream_create(void);
void hash_stream_bytes(struct hash_stream *self, const void *bytes, size_t len);
void hash_stream_text(struct hash_stream *self, const char *text); /* or NULL */
void hash_stream_u64(struct hash_stream *self, uint64_t number);
void hash_stream_double(struct hash_stream *self, double number); /* one NaN */
struct hash128 hash_stream_end(struct hash_stream *self); /* destroys it */

/* SHA-256, in pieces; `out` is lower-case hex. */
struct sha256;
struct sha256 *sha256_create(void);
void sha256_add(struct sha256 *self, const void *bytes, size_t len);
void sha256_end(struct sha256 *self, char out[SHA256_TEXT]); /* destroys it */
void sha256_destroy(struct sha256 *self); /* unfinished; accepts NULL */
void sha256_bytes(const void *bytes, size_t len, char out[SHA256_TEXT]);

/* Of a file's content; ERR_IO. */
int sha256_file(const char *path, char out[SHA256_TEXT], struct error *err);

#endif
