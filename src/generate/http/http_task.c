#include "generate/http/http_task.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "generate/http/http_client.h"
#include "generate/http/http_options.h"
#include "generate/http/http_settings.h"
#include "generate/http/http_usage.h"
#include "trustsweep/reply.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_REST_MS = 500,
    MAX_REST_MS = 30 * 1000,
    MAX_WAIT_MS = 300 * 1000, /* of what a server may ask for */
    MAX_DOUBLINGS = 10,
    SHORTEST_TRY_MS = 1000, /* less time is not worth one */
    LATE_MS = 500,          /* one that was worth it was kept waiting */
};

void http_task_init(struct http_task *self, const struct request *request)
{
    const struct sampling *sampling = &request->sampling;

    *self = (struct http_task){ .submitted_ns = clock_ns() };
    request_copy(&self->request, request);
    self->tokens = http_usage_prompt(request);
    if (request->kind != REQUEST_EMBED && request->kind != REQUEST_CLASSIFY) {
        self->tokens +=
            (double)sampling->max_tokens + sampling->thinking_tokens;
    }
}

void http_task_release(struct http_task *self)
{
    request_release(&self->request);
    text_release(&self->body);
    free(self->why);
}

void http_task_body(const struct http_target *target,
                    const struct request *request,
                    unsigned refused,
                    struct text *out)
{
    struct cJSON *settings;
    struct cJSON *body = target->dialect->body(target, request, &settings);

    http_settings_put(settings, request, target->dialect, refused);
    for (const struct cJSON *at = json_first(target->body); at;
         at = json_next(at))
        json_set(body, json_key(at), json_copy(at));
    json_write_line(body, out);
    json_free(body);
}

void http_task_send(struct http_task *self,
                    const struct http_options *options,
                    unsigned refused,
                    struct http_client *client)
{
    const struct http_target *target = &options->target;
    struct text url = { 0 };
    int64_t left_ms;

    self->refused = refused;
    self->sent = http_settings_sent(&self->request, target->dialect, refused);
    self->went_ms = clock_ms();
    if (self->num_tries++ == 0)
        self->began_ms = self->went_ms;
    left_ms = self->began_ms + options->patience_s * 1000 - self->went_ms;
    if (left_ms > options->timeout_s * 1000)
        left_ms = options->timeout_s * 1000;
    text_clear(&self->body);
    http_task_body(target, &self->request, refused, &self->body);
    target->dialect->address(target, self->request.kind, &url);
    self->is_running = true;
    self->ticket =
        http_client_post(client, text_data(&url), &self->body, left_ms);
    text_release(&url);
}

void http_task_note(struct http_task *self, const char *why, bool is_away)
{
    free(self->why);
    self->why = mem_text(why);
    self->is_away = is_away;
}

bool http_task_is_late(const struct http_task *self,
                       const struct http_options *options)
{
    return self->why
           && clock_ms() + LATE_MS
                  > self->began_ms + options->patience_s * 1000;
}

int64_t http_task_bounded_wait(const struct http_options *options, int64_t ms)
{
    const int64_t patience_ms = options->patience_s * 1000;

    if (ms > MAX_WAIT_MS)
        ms = MAX_WAIT_MS;
    return ms < patience_ms ? ms : patience_ms;
}

bool http_task_rest(struct http_task *self,
                    const struct http_options *options,
                    int64_t retry_ms,
                    bool is_limit,
                    double jitter)
{
    const int64_t now_ms = clock_ms();
    int doublings = self->num_tries - 1;
    double rest_ms;

    if (!is_limit && ++self->num_failed > options->retries)
        return false;
    if (doublings > MAX_DOUBLINGS)
        doublings = MAX_DOUBLINGS;
    rest_ms = (double)(FIRST_REST_MS << doublings);
    if (rest_ms > MAX_REST_MS)
        rest_ms = MAX_REST_MS;
    rest_ms *= 0.5 + jitter / 2;
    /* never before it may, and not all at once; "at once" would be for ever */
    if (retry_ms > 0) {
        rest_ms =
            fmax((double)retry_ms * (1 + jitter / 10), FIRST_REST_MS / 2.0);
    }
    if ((double)(now_ms - self->began_ms) + rest_ms + SHORTEST_TRY_MS
        > (double)options->patience_s * 1e3)
        return false;
    self->not_before_ms = now_ms + (int64_t)rest_ms;
    return true;
}

void http_task_complete(const struct http_task *self, struct reply *reply)
{
    const int64_t total_ns = clock_ns() - self->submitted_ns;

    reply->unit = self->request.unit;
    reply->decode_ns = (uint64_t)self->took_ns;
    reply->wait_ns =
        (uint64_t)(total_ns > self->took_ns ? total_ns - self->took_ns : 0);
}
