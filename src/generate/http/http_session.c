#include "generate/http/http_session.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/http/http_session_parts.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <unistd.h>

static int open_client(struct http_session *self, struct error *err)
{
    enum { MAX_HEADERS = 8 };
    const struct http_dialect *dialect = self->options.target.dialect;
    const char *headers[MAX_HEADERS] = { "Content-Type: application/json",
                                         "User-Agent: trustsweep",
                                         "Expect:" };
    size_t num = 3;
    struct http_client_params params = {
        .key = &self->key,
        .headers = headers,
        .proxy = self->options.proxy,
        .ca_file = self->options.ca_file,
        .socket = self->options.socket,
        .parallel = (int)self->options.parallel,
        .connect_ms = (int)self->options.connect_s * 1000,
        .max_bytes = (size_t)self->options.max_mb << 20,
    };
    char *secret = NULL;

    /* what a proxy would call 127.0.0.1 is another machine */
    if (!params.proxy && http_options_is_local(&self->options))
        params.proxy = "";
    for (const char *const *at = dialect->headers; at && *at; at++)
        headers[num++] = *at;
    if (self->key.text) {
        secret = text_format("%s%s", dialect->key_header, self->key.text);
        headers[num] = secret;
    }
    self->client = http_client_create(&params, err);
    for (volatile char *at = secret; at && *at; at++)
        *at = '\0';
    free(secret);
    return self->client ? 0 : -1;
}

void http_session_destroy(struct http_session *self)
{
    if (!self)
        return;
    http_client_destroy(self->client);
    for (size_t i = 0; i < self->num_tasks; i++)
        http_task_release(&self->tasks[i]);
    free(self->tasks);
    ready_release(&self->ready);
    http_key_release(&self->key);
    http_options_release(&self->options);
    free(self);
}

static int take_key(struct http_session *self,
                    const char *key,
                    struct error *err)
{
    const struct http_options *options = &self->options;

    if (key) {
        self->key.text = mem_text(key);
        return 0;
    }
    return http_key_read(&self->key, options->key_env, options->key_file, err);
}

struct http_session *http_session_create(const char *args,
                                         const char *key,
                                         int parallel,
                                         struct error *err)
{
    struct http_session *self = mem_alloc(1, sizeof *self);
    struct http_options *options = &self->options;

    if (http_options_parse(options, args, err) < 0) {
        free(self);
        return NULL;
    }
    if (parallel > 0 && parallel < options->parallel)
        options->parallel = parallel;
    if (take_key(self, key, err) < 0 || open_client(self, err) < 0) {
        http_session_destroy(self);
        return NULL;
    }
    self->tasks = mem_alloc((size_t)options->parallel, sizeof *self->tasks);
    http_pace_init(&self->pace, (int)options->parallel, clock_ms());
    http_pace_set_rate(&self->pace,
                       options->requests_per_minute,
                       options->tokens_per_minute,
                       clock_ms());
    self->random = (uint64_t)clock_ns() ^ (uint64_t)getpid() << 32;
    return self;
}

int http_session_submit(struct http_session *self,
                        const struct request *request,
                        struct error *err)
{
    if (!(self->options.target.dialect->can & BACKEND_CAN(request->kind))) {
        return error_set(err,
                         ERR_PERMANENT,
                         "dialect %s does not do this kind of work",
                         self->options.dialect);
    }
    if (self->num_tasks >= (size_t)self->options.parallel)
        return error_set(err, ERR_TRANSIENT, "enough requests are in hand");
    http_task_init(&self->tasks[self->num_tasks++], request);
    return 0;
}

void http_session_remove(struct http_session *self, size_t at)
{
    http_task_release(&self->tasks[at]);
    self->num_tasks--;
    for (; at < self->num_tasks; at++)
        self->tasks[at] = self->tasks[at + 1];
}

static struct http_task *find_task(struct http_session *self,
                                   struct hash128 unit)
{
    for (size_t i = 0; i < self->num_tasks; i++) {
        if (hash_equal(self->tasks[i].request.unit, unit))
            return &self->tasks[i];
    }
    return NULL;
}

/* Whether one more may be on its way; else `limit` is lowered to when it may. */
static bool may_send(struct http_session *self, int64_t now_ms, int64_t *limit)
{
    int64_t wait = 0;

    if (!self->has_answered && self->num_running > 0)
        return false;
    if (http_pace_may_go(&self->pace, self->num_running, now_ms, &wait))
        return true;
    if (wait > 0 && wait < *limit)
        *limit = wait;
    return false;
}

/* What has no time left for another try; -1: the session is broken. */
static int end_late(struct http_session *self, struct error *err)
{
    for (size_t i = 0; i < self->num_tasks;) {
        struct http_task *task = &self->tasks[i];

        if (task->is_running || !http_task_is_late(task, &self->options)) {
            i++;
        } else if (http_session_end(self, task, err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Send what may go; the ms until more may, `limit` at most. */
static int64_t send_due(struct http_session *self, int64_t limit)
{
    const int64_t now_ms = clock_ms();

    for (size_t i = 0; i < self->num_tasks; i++) {
        struct http_task *task = &self->tasks[i];
        const int64_t rest_ms = task->not_before_ms - now_ms;

        if (task->is_running)
            continue;
        if (rest_ms > 0) {
            limit = rest_ms < limit ? rest_ms : limit;
            continue;
        }
        if (!may_send(self, now_ms, &limit))
            break;
        http_task_send(task, &self->options, self->refused, self->client);
        http_pace_went(&self->pace, task->tokens);
        self->num_running++;
    }
    return limit;
}

int http_session_step(struct http_session *self,
                      int budget_ms,
                      struct reply *out,
                      struct error *err)
{
    const int64_t until = clock_ms() + budget_ms;
    int64_t left = budget_ms;
    int rc = 0;

    while (!ready_pop(&self->ready, out)) {
        struct http_response response;

        if (left <= 0 || self->num_tasks == 0)
            return 0;
        if (end_late(self, err) < 0)
            return -1;
        left = send_due(self, self->ready.num > 0 ? 0 : left);
        if (http_client_step(self->client, (int)left, err) < 0)
            return -1;
        while (rc == 0 && http_client_take(self->client, &response)) {
            rc = http_session_take(self, &response, err);
            text_release(&response.body);
        }
        if (rc < 0)
            return -1;
        left = until - clock_ms();
    }
    return 1;
}

void http_session_cancel(struct http_session *self, struct hash128 unit)
{
    struct http_task *task;

    while ((task = find_task(self, unit))) {
        if (task->is_running) {
            http_client_cancel(self->client, task->ticket);
            self->num_running--;
        }
        http_session_remove(self, (size_t)(task - self->tasks));
    }
    ready_drop(&self->ready, unit);
}

void http_session_set_rate(struct http_session *self,
                           double requests,
                           double tokens)
{
    http_pace_set_rate(&self->pace, requests, tokens, clock_ms());
}

bool http_session_has_answered(const struct http_session *self)
{
    return self->has_answered;
}
