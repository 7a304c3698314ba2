/*
 * http_pace.h - how many requests may be on their way, and when the next one
 * may go.  Pure: time is an argument.
 *
 * The window opens by one for each reply until the first sign of too much, then
 * by one for each window of replies; a sign (429, 5xx, a time-out) halves it,
 * once for all that were on their way.  Budgets are buckets: a minute's worth
 * fills in a minute, and at most a tenth of it is saved up.
 */
#ifndef HTTP_PACE_H
#define HTTP_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct http_bucket {
    double per_ms; /* 0 = no limit */
    double room;   /* may be below 0: what was spent ahead */
    int64_t filled_ms;
};

struct http_pace {
    double window;
    double max;
    bool is_careful; /* there was a sign of too much */
    int64_t halved_ms;
    int64_t paused_ms; /* nothing goes before this */
    struct http_bucket requests, tokens;
};

/* max: requests on their way at most, at least 1 */
void http_pace_init(struct http_pace *self, int max, int64_t now_ms);

/* Budgets in units a minute; 0 = none. */
void http_pace_set_rate(struct http_pace *self,
                        double requests,
                        double tokens,
                        int64_t now_ms);

/* Whether one more may go while `num_running` are on their way; else `wait_ms`
 * says when to ask again at the earliest (0 = when one has come back). */
bool http_pace_may_go(struct http_pace *self,
                      int num_running,
                      int64_t now_ms,
                      int64_t *wait_ms);

/* It goes; `tokens` is what it is expected to use. */
void http_pace_went(struct http_pace *self, double tokens);
/* It came back; `tokens` used more than expected, or fewer (below 0). */
void http_pace_came(struct http_pace *self, double tokens);

void http_pace_answered(struct http_pace *self);
/* went_ms: when the request went that met with it */
void http_pace_congested(struct http_pace *self,
                         int64_t went_ms,
                         int64_t now_ms);
/* Nothing goes for so long. */
void http_pace_pause(struct http_pace *self, int64_t ms, int64_t now_ms);

#endif
