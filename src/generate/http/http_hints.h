/*
 * http_hints.h - what the headers of a reply say about when to ask again.
 */
#ifndef HTTP_HINTS_H
#define HTTP_HINTS_H

#include <stddef.h>
#include <stdint.h>

struct http_hints {
    int64_t retry_ms;     /* Retry-After, retry-after-ms; -1 = not said */
    int64_t remaining[2]; /* requests, tokens; -1 = not said */
    int64_t reset_ms[2];  /* until those are filled up again; -1 = not said */
};

enum { HTTP_HINT_REQUESTS = 0, HTTP_HINT_TOKENS };

void http_hints_init(struct http_hints *self);

/*
 * One header line ("Name: value", no end of line needed) as it comes.  Others
 * are passed over.
 *
 * unix_ms  now, for what is said as a date
 */
void http_hints_take(struct http_hints *self,
                     const char *line,
                     size_t len,
                     int64_t unix_ms);

/* A span such as "39s", "1.5s" or "6m0s" in ms; -1 = it is none. */
int64_t http_hints_span(const char *text);

/* How long nothing should be sent, in ms; 0 = no reason to wait. */
int64_t http_hints_wait(const struct http_hints *self);

#endif
