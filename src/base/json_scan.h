/*
 * json_scan.h - JSON text as a stream of tokens, for src/base/json_*.c only.
 *
 * The scanner is strict (RFC 8259) but for the bare words NaN, Infinity and
 * -Infinity, which it reports as tokens of their own.  It checks the order of
 * tokens and the depth, allocates nothing and does not recurse.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "base/json.h"

#include <stddef.h>

enum json_token {
    JSON_TOKEN_ERROR = 0, /* `problem` says what, `start` where */
    JSON_TOKEN_END,
    JSON_TOKEN_OBJECT, /* { */
    JSON_TOKEN_ARRAY,  /* [ */
    JSON_TOKEN_CLOSE,  /* } or ] */
    JSON_TOKEN_KEY,    /* with its quotes; the colon is passed over */
    JSON_TOKEN_STRING, /* with its quotes */
    JSON_TOKEN_NUMBER,
    JSON_TOKEN_WORD, /* true, false, null */
    JSON_TOKEN_NAN,  /* NaN, Infinity, -Infinity */
};

enum json_expect {
    JSON_EXPECT_VALUE = 0,
    JSON_EXPECT_FIRST, /* key, value or the end of the container */
    JSON_EXPECT_KEY,
    JSON_EXPECT_NEXT, /* a comma or the end of the container */
    JSON_EXPECT_NOTHING,
};

struct json_scan {
    const char *bytes; /* [len], borrowed */
    size_t len;
    size_t at;
    size_t start; /* of the token that was read last */
    size_t end;
    size_t depth;
    char open[JSON_MAX_DEPTH]; /* [depth]; '{' or '[' */
    enum json_expect expect;
    const char *problem;
};

/* Begins after a byte-order mark. */
void json_scan_init(struct json_scan *self, const char *bytes, size_t len);
enum json_token json_scan_next(struct json_scan *self);

/* Line and column (in code points), from 1, of an offset. */
void json_scan_place(const char *bytes, size_t at, int *line, int *column);

#endif
