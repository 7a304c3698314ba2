#include "generate/http/http_pace.h"

#include <math.h>

/* What is sent at first; it doubles with each round of replies. */
static const double first_window = 4;

static void set_bucket(struct http_bucket *bucket,
                       double per_minute,
                       int64_t now_ms)
{
    double per_ms = per_minute > 0 ? per_minute / 60000 : 0;

    if (bucket->per_ms > 0 && per_ms > 0) {
        bucket->per_ms = per_ms; /* a debt stays one */
        return;
    }
    *bucket = (struct http_bucket){
        .per_ms = per_ms,
        .room = per_ms > 0 ? 1 : 0,
        .filled_ms = now_ms,
    };
}

static void fill(struct http_bucket *bucket, int64_t now_ms)
{
    /* six seconds' worth, but always room for one request */
    double most = fmax(bucket->per_ms * 6000, 1);

    bucket->room += bucket->per_ms * (double)(now_ms - bucket->filled_ms);
    bucket->filled_ms = now_ms;
    if (bucket->room > most)
        bucket->room = most;
}

/* ms until there is room for `want`; 0 = now. */
static int64_t wait_for(struct http_bucket *bucket, double want, int64_t now_ms)
{
    if (bucket->per_ms <= 0)
        return 0;
    fill(bucket, now_ms);
    /* a count of whole requests, summed up of parts of them */
    if (bucket->room + 1e-6 >= want)
        return 0;
    return (int64_t)((want - bucket->room) / bucket->per_ms) + 1;
}

void http_pace_init(struct http_pace *self, int max, int64_t now_ms)
{
    *self = (struct http_pace){
        .window = max < first_window ? max : first_window,
        .max = max,
        .halved_ms = INT64_MIN,
        .paused_ms = INT64_MIN,
    };
    http_pace_set_rate(self, 0, 0, now_ms);
}

void http_pace_set_rate(struct http_pace *self,
                        double requests,
                        double tokens,
                        int64_t now_ms)
{
    set_bucket(&self->requests, requests, now_ms);
    set_bucket(&self->tokens, tokens, now_ms);
}

bool http_pace_may_go(struct http_pace *self,
                      int num_running,
                      int64_t now_ms,
                      int64_t *wait_ms)
{
    int64_t wait = 0;
    int64_t other;

    *wait_ms = 0;
    if (num_running + 1 > self->window)
        return false;
    if (self->paused_ms > now_ms)
        wait = self->paused_ms - now_ms;
    other = wait_for(&self->requests, 1, now_ms);
    wait = other > wait ? other : wait;
    /* tokens are spent ahead: what one reply costs is known when it is there */
    other = wait_for(&self->tokens, 0, now_ms);
    wait = other > wait ? other : wait;
    *wait_ms = wait;
    return wait == 0;
}

void http_pace_went(struct http_pace *self, double tokens)
{
    if (self->requests.per_ms > 0)
        self->requests.room -= 1;
    http_pace_came(self, tokens);
}

void http_pace_came(struct http_pace *self, double tokens)
{
    if (self->tokens.per_ms > 0)
        self->tokens.room -= tokens;
}

void http_pace_answered(struct http_pace *self)
{
    self->window += self->is_careful ? 1 / self->window : 1;
    if (self->window > self->max)
        self->window = self->max;
}

void http_pace_congested(struct http_pace *self,
                         int64_t went_ms,
                         int64_t now_ms)
{
    self->is_careful = true;
    if (went_ms <= self->halved_ms)
        return; /* on its way when the window was halved */
    self->halved_ms = now_ms;
    self->window = fmax(1, self->window / 2);
}

void http_pace_pause(struct http_pace *self, int64_t ms, int64_t now_ms)
{
    if (now_ms + ms > self->paused_ms)
        self->paused_ms = now_ms + ms;
}
