/*
 * http_reading.h - what a dialect finds in a reply, made into one.
 */
#ifndef HTTP_READING_H
#define HTTP_READING_H

#include "base/text.h"
#include "trustsweep/reply.h"

#include <stdbool.h>

struct cJSON;
struct error;

struct http_reading {
    struct text text;
    struct text reasoning;
    enum finish_reason finish;
    bool has_thought; /* it reasoned, whether that is shown or not */
};

/* Text, reasoning and state; a text that holds <think> tags is split at them,
 * white space between reasoning and text is no part of either.  Where a limit
 * of tokens left no text behind the reasoning the state is NO_FINAL.  Releases
 * `self`. */
void http_reading_end(struct http_reading *self, struct reply *out);

/* A provider withheld it; `why` is kept as the reply's detail. */
void http_reading_blocked(struct reply *out, const char *why);

/* An array of numbers, as the reply's values.  ERR_FORMAT */
int http_reading_vector(const struct cJSON *array,
                        struct reply *out,
                        struct error *err);

/* A count of tokens; 0 when it is none. */
uint32_t http_reading_count(const struct cJSON *number);

#endif
