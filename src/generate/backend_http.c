/*
 * A model behind HTTP: many transfers of one thread, driven by step().
 *
 * Until the first answer one request is on its way: what is wrong with key,
 * address or model is then told as a failed load, and no other request was sent
 * for it.  Later what fails alone is that request's; when nothing else comes the
 * backend is broken.  A failure that may pass is tried again here, within
 * `retries` and `patience_s`; being told to slow down counts as time only.
 *
 * The order in which the requests go is that of submit().
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "generate/http/http_client.h"
#include "generate/http/http_key.h"
#include "generate/http/http_options.h"
#include "generate/http/http_outcome.h"
#include "generate/http/http_pace.h"
#include "generate/http/http_task.h"
#include "generate/kinds.h"
#include "generate/parts/ready.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    STREAK = 8, /* requests that end for the same reason, and none answered */
};

struct http {
    struct backend base;
    struct http_options options;
    struct http_key key;
    struct http_client *client;
    struct http_pace pace;
    struct http_task *tasks; /* [num_tasks], in the order of submit() */
    size_t num_tasks;
    int num_running;
    unsigned refused;  /* settings, as bits */
    bool has_answered; /* key, address and model are good */
    int num_denied;    /* in a row */
    int num_away;
    uint64_t random;
    struct ready ready;
};

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct http_options options;

    if (http_options_parse(&options, args, err) < 0)
        return -1;
    http_options_identity(&options, out->identity);
    out->can = options.target.dialect->can;
    http_options_account(&options, &out->account);
    out->patience_s = (double)options.patience_s;
    http_options_release(&options);
    return 0;
}

static int open_client(struct http *self, struct error *err)
{
    enum { MAX_HEADERS = 8 };
    const struct http_dialect *dialect = self->options.target.dialect;
    const char *headers[MAX_HEADERS] = { "Content-Type: application/json",
                                         "User-Agent: trustsweep",
                                         "Expect:" };
    size_t num = 3;
    struct http_client_params params = {
        .headers = headers,
        .proxy = self->options.proxy,
        .ca_file = self->options.ca_file,
        .parallel = (int)self->options.parallel,
        .connect_ms = (int)self->options.connect_s * 1000,
        .max_bytes = (size_t)self->options.max_mb << 20,
    };
    char *secret = NULL;

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

static void destroy(struct backend *base)
{
    struct http *self = (struct http *)base;

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

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct http *self = mem_alloc(1, sizeof *self);
    struct http_options *options = &self->options;

    self->base.ops = &backend_http;
    if (http_options_parse(options, args, err) < 0) {
        free(self);
        return NULL;
    }
    if (slot->parallel > 0 && slot->parallel < options->parallel)
        options->parallel = slot->parallel;
    if (http_key_read(&self->key, options->key_env, options->key_file, err) < 0
        || open_client(self, err) < 0) {
        destroy(&self->base);
        return NULL;
    }
    self->tasks = mem_alloc((size_t)options->parallel, sizeof *self->tasks);
    http_pace_init(&self->pace, (int)options->parallel, clock_ms());
    http_pace_set_rate(&self->pace,
                       options->requests_per_minute,
                       options->tokens_per_minute,
                       clock_ms());
    self->random = (uint64_t)clock_ns() ^ (uint64_t)getpid() << 32;
    return &self->base;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct http *self = (struct http *)base;

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

static void remove_task(struct http *self, size_t at)
{
    http_task_release(&self->tasks[at]);
    self->num_tasks--;
    for (; at < self->num_tasks; at++)
        self->tasks[at] = self->tasks[at + 1];
}

static struct http_task *find_task(struct http *self, struct hash128 unit)
{
    for (size_t i = 0; i < self->num_tasks; i++) {
        if (hash_equal(self->tasks[i].request.unit, unit))
            return &self->tasks[i];
    }
    return NULL;
}

/* Whether one more may be on its way; else `limit` is lowered to when it may. */
static bool may_send(struct http *self, int64_t now_ms, int64_t *limit)
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

/* Send what may go; the ms until more may, `limit` at most. */
static int64_t send_due(struct http *self, int64_t limit)
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

static void answer(struct http *self,
                   struct http_task *task,
                   struct reply *reply)
{
    http_task_complete(task, reply);
    ready_push(&self->ready, reply);
    remove_task(self, (size_t)(task - self->tasks));
}

static void give_up(struct http *self,
                    struct http_task *task,
                    const struct http_outcome *outcome)
{
    struct reply reply = { 0 };
    char *why = text_format("%s (%d %s)",
                            outcome->why,
                            task->num_tries,
                            task->num_tries == 1 ? "try" : "tries");

    reply_fail(&reply, STATE_FAILED, why);
    free(why);
    answer(self, task, &reply);
}

/* Nothing more can be expected of this place. */
static int broken(const struct http *self,
                  const struct http_outcome *outcome,
                  struct error *err)
{
    return error_set(err,
                     outcome->kind == HTTP_DENIED ? ERR_USAGE : ERR_IO,
                     "%s of %s: %s",
                     self->options.model,
                     self->options.url,
                     outcome->why);
}

static int denied(struct http *self,
                  struct http_task *task,
                  const struct http_outcome *outcome,
                  struct error *err)
{
    if (!self->has_answered || outcome->is_sure || ++self->num_denied >= STREAK)
        return broken(self, outcome, err);
    give_up(self, task, outcome);
    return 0;
}

static int try_again(struct http *self,
                     struct http_task *task,
                     const struct http_response *response,
                     const struct http_outcome *outcome,
                     struct error *err)
{
    const int64_t now_ms = clock_ms();

    if (outcome->is_congestion)
        http_pace_congested(&self->pace, task->went_ms, now_ms);
    if (http_task_rest(task,
                       &self->options,
                       response->hints.retry_ms,
                       response->status == 429 || response->status == 529,
                       random_unit(&self->random)))
        return 0;
    if (!self->has_answered || (outcome->is_away && ++self->num_away >= STREAK))
        return broken(self, outcome, err);
    give_up(self, task, outcome);
    return 0;
}

static int take_outcome(struct http *self,
                        struct http_task *task,
                        const struct http_response *response,
                        struct error *err)
{
    const struct http_dialect *dialect = self->options.target.dialect;
    struct http_outcome outcome;
    struct reply reply;

    http_outcome_judge(response,
                       dialect,
                       task->request.kind,
                       task->sent,
                       &reply,
                       &outcome);
    switch (outcome.kind) {
    case HTTP_ANSWERED:
        self->has_answered = true;
        self->num_denied = 0;
        self->num_away = 0;
        http_pace_answered(&self->pace);
        http_pace_came(&self->pace,
                       (double)reply.prompt_tokens + reply.reply_tokens
                           - task->tokens);
        reply.recorded =
            http_settings_note(&task->request,
                               dialect,
                               task->refused,
                               self->options.model,
                               outcome.served[0] ? outcome.served : NULL);
        answer(self, task, &reply);
        return 0;
    case HTTP_WITHOUT:
        self->refused |= 1u << outcome.setting;
        task->not_before_ms = 0;
        return 0;
    case HTTP_FAILED:
        self->has_answered = true;
        give_up(self, task, &outcome);
        return 0;
    case HTTP_AGAIN:
        return try_again(self, task, response, &outcome, err);
    case HTTP_DENIED:
        return denied(self, task, &outcome, err);
    }
    return 0;
}

static int take_response(struct http *self,
                         struct http_response *response,
                         struct error *err)
{
    struct http_task *task = NULL;
    const int64_t pause_ms = http_hints_wait(&response->hints);

    for (size_t i = 0; i < self->num_tasks; i++) {
        if (self->tasks[i].ticket == response->ticket)
            task = &self->tasks[i];
    }
    self->num_running--;
    if (!task)
        return 0;
    task->is_running = false;
    task->took_ns = response->took_ns;
    http_key_hide(&self->key, response->body.data, response->body.len);
    if (pause_ms > 0) {
        http_pace_pause(&self->pace,
                        http_task_bounded_wait(&self->options, pause_ms),
                        clock_ms());
    }
    return take_outcome(self, task, response, err);
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    struct http *self = (struct http *)base;
    const int64_t until = clock_ms() + budget_ms;
    int64_t left = budget_ms;
    int rc = 0;

    while (!ready_pop(&self->ready, out)) {
        struct http_response response;

        if (left <= 0 || self->num_tasks == 0)
            return 0;
        left = send_due(self, left);
        if (http_client_step(self->client, (int)left, err) < 0)
            return -1;
        while (rc == 0 && http_client_take(self->client, &response)) {
            rc = take_response(self, &response, err);
            text_release(&response.body);
        }
        if (rc < 0)
            return -1;
        left = until - clock_ms();
    }
    return 1;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    struct http *self = (struct http *)base;
    struct http_task *task;

    while ((task = find_task(self, unit))) {
        if (task->is_running) {
            http_client_cancel(self->client, task->ticket);
            self->num_running--;
        }
        remove_task(self, (size_t)(task - self->tasks));
    }
    ready_drop(&self->ready, unit);
    return 0;
}

static double load_s(const struct backend *base)
{
    return ((const struct http *)base)->has_answered ? 0 : -1;
}

static void set_rate(struct backend *base, double requests, double tokens)
{
    http_pace_set_rate(&((struct http *)base)->pace,
                       requests,
                       tokens,
                       clock_ms());
}

static void version(char *out, size_t size)
{
    http_client_version(out, size);
}

const struct backend_ops backend_http = {
    .name = "http",
    .help = "a model behind HTTP: providers and served models",
    .args_help = "MODEL[,key=value,...]",
    .options = http_options_table,
    .version = version,
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .load_s = load_s,
    .set_rate = set_rate,
    .destroy = destroy,
};
