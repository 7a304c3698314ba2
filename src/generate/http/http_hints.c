#include "generate/http/http_hints.h"

#include "base/mem.h"
#include "base/text.h"

#include <curl/curl.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const int64_t max_ms = 7 * INT64_C(86400000);

enum what { RETRY_S = 0, RETRY_MS, REMAINING, RESET };

/* OpenAI, Azure and those that follow them; Anthropic; the draft of the IETF. */
static const struct {
    const char *name;
    enum what what;
    int of;
} known[] = {
    { "retry-after", RETRY_S, 0 },
    { "retry-after-ms", RETRY_MS, 0 },
    { "x-ratelimit-remaining-requests", REMAINING, HTTP_HINT_REQUESTS },
    { "x-ratelimit-remaining-tokens", REMAINING, HTTP_HINT_TOKENS },
    { "x-ratelimit-reset-requests", RESET, HTTP_HINT_REQUESTS },
    { "x-ratelimit-reset-tokens", RESET, HTTP_HINT_TOKENS },
    { "anthropic-ratelimit-requests-remaining", REMAINING, HTTP_HINT_REQUESTS },
    { "anthropic-ratelimit-tokens-remaining", REMAINING, HTTP_HINT_TOKENS },
    { "anthropic-ratelimit-requests-reset", RESET, HTTP_HINT_REQUESTS },
    { "anthropic-ratelimit-tokens-reset", RESET, HTTP_HINT_TOKENS },
    { "ratelimit-remaining", REMAINING, HTTP_HINT_REQUESTS },
    { "ratelimit-reset", RESET, HTTP_HINT_REQUESTS },
};

void http_hints_init(struct http_hints *self)
{
    *self = (struct http_hints){ -1, { -1, -1 }, { -1, -1 } };
}

static int64_t bounded(double ms)
{
    if (!(ms > 0))
        return 0;
    return ms < (double)max_ms ? (int64_t)ms : max_ms;
}

/* A date as HTTP or RFC 3339 writes it, as ms from now; -1 = it is none. */
static int64_t until_date(const char *value, int64_t unix_ms)
{
    char plain[32];
    time_t at;

    if (strlen(value) >= 19 && value[4] == '-' && value[10] == 'T') {
        (void)snprintf(plain,
                       sizeof plain,
                       "%.4s%.2s%.2s %.8s GMT",
                       value,
                       value + 5,
                       value + 8,
                       value + 11);
        value = plain;
    }
    at = curl_getdate(value, NULL);
    return at < 0 ? -1 : bounded((double)at * 1e3 - (double)unix_ms);
}

/* One unit of "1m30.5s"; what follows it. */
static const char *unit_of(const char *at, double *ms)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {
        { "ms", 1 }, { "s", 1e3 }, { "m", 6e4 }, { "h", 36e5 }, { "d", 864e5 },
    };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (text_starts(at, units[i].name)) {
            *ms = units[i].ms;
            return at + strlen(units[i].name);
        }
    }
    return NULL;
}

int64_t http_hints_span(const char *text)
{
    const char *at = text;
    double sum = 0;

    while (*at >= '0' && *at <= '9') {
        char *end;
        double number = strtod(at, &end);
        double ms = 0;

        at = unit_of(end, &ms);
        if (!at)
            return -1;
        sum += number * ms;
    }
    return at == text || *at ? -1 : bounded(sum);
}

/* "20", "20ms", "6m0s", a date; as ms.  -1 = none of those. */
static int64_t until(const char *value, int64_t unix_ms)
{
    int64_t ms = http_hints_span(value);
    char *end;
    double number;

    if (ms >= 0 || *value < '0' || *value > '9')
        return ms >= 0 ? ms : until_date(value, unix_ms);
    number = strtod(value, &end);
    return *end == '\0' ? bounded(number * 1e3) : until_date(value, unix_ms);
}

static void take(struct http_hints *self,
                 size_t i,
                 const char *value,
                 int64_t unix_ms)
{
    double number;

    switch (known[i].what) {
    case RETRY_S:
        /* the finer one goes first, whichever comes first */
        if (self->retry_ms < 0)
            self->retry_ms = until(value, unix_ms);
        break;
    case RETRY_MS:
        if (text_to_double(value, &number))
            self->retry_ms = bounded(number);
        break;
    case REMAINING:
        if (text_to_double(value, &number))
            self->remaining[known[i].of] = bounded(number);
        break;
    case RESET:
        self->reset_ms[known[i].of] = until(value, unix_ms);
        break;
    }
}

void http_hints_take(struct http_hints *self,
                     const char *line,
                     size_t len,
                     int64_t unix_ms)
{
    char *copy = mem_text_len(line, len);
    char *value = strchr(copy, ':');

    if (value) {
        size_t end;

        *value++ = '\0';
        value += strspn(value, " \t");
        end = strlen(value);
        while (end > 0 && strchr(" \t\r\n", value[end - 1]))
            value[--end] = '\0';
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            if (strcasecmp(copy, known[i].name) == 0)
                take(self, i, value, unix_ms);
        }
    }
    free(copy);
}

int64_t http_hints_wait(const struct http_hints *self)
{
    int64_t wait = self->retry_ms > 0 ? self->retry_ms : 0;

    for (int of = 0; of < 2; of++) {
        if (self->remaining[of] == 0 && self->reset_ms[of] > wait)
            wait = self->reset_ms[of];
    }
    return wait;
}
