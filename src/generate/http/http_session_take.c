#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "generate/http/http_outcome.h"
#include "generate/http/http_session_parts.h"
#include "generate/http/http_usage.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"

#include <stdlib.h>
#include <string.h>

enum {
    STREAK = 8, /* requests that end for the same reason, and none answered */
};

static void answer(struct http_session *self,
                   struct http_task *task,
                   struct reply *reply)
{
    http_task_complete(task, reply);
    ready_push(&self->ready, reply);
    http_session_remove(self, (size_t)(task - self->tasks));
}

static void give_up(struct http_session *self,
                    struct http_task *task,
                    const char *last)
{
    struct reply reply = { 0 };
    char *why = text_format("%s (%d %s)",
                            last,
                            task->num_tries,
                            task->num_tries == 1 ? "try" : "tries");

    reply_fail(&reply, STATE_FAILED, why);
    free(why);
    answer(self, task, &reply);
}

/* Nothing more can be expected of this place. */
static int broken(const struct http_session *self,
                  enum error_code code,
                  const char *why,
                  struct error *err)
{
    return error_set(err,
                     code,
                     "%s of %s: %s",
                     self->options.model,
                     self->options.url,
                     why);
}

static int denied(struct http_session *self,
                  struct http_task *task,
                  const struct http_outcome *outcome,
                  struct error *err)
{
    if (!self->has_answered || outcome->is_sure || ++self->num_denied >= STREAK)
        return broken(self, ERR_USAGE, outcome->why, err);
    give_up(self, task, outcome->why);
    return 0;
}

int http_session_end(struct http_session *self,
                     struct http_task *task,
                     struct error *err)
{
    if (!self->has_answered || (task->is_away && ++self->num_away >= STREAK))
        return broken(self, ERR_IO, task->why, err);
    give_up(self, task, task->why);
    return 0;
}

/* Nobody of this account goes for so long, within reason. */
static void pause(struct http_session *self, int64_t ms)
{
    http_pace_pause(&self->pace,
                    http_task_bounded_wait(&self->options, ms),
                    clock_ms());
}

static int try_again(struct http_session *self,
                     struct http_task *task,
                     const struct http_response *response,
                     const struct http_outcome *outcome,
                     struct error *err)
{
    const int64_t now_ms = clock_ms();
    const int64_t retry_ms = outcome->retry_ms > response->hints.retry_ms
                                 ? outcome->retry_ms
                                 : response->hints.retry_ms;

    if (outcome->retry_ms > 0)
        pause(self, outcome->retry_ms);
    if (outcome->is_congestion)
        http_pace_congested(&self->pace, task->went_ms, now_ms);
    http_task_note(task, outcome->why, outcome->is_away);
    if (http_task_rest(task,
                       &self->options,
                       retry_ms,
                       outcome->is_limit,
                       random_unit(&self->random)))
        return 0;
    return http_session_end(self, task, err);
}

/* Once. */
static void say_estimated(struct http_session *self)
{
    if (self->has_estimated)
        return;
    self->has_estimated = true;
    log_warn("the provider counts no tokens of a reply: %s: they and their "
             "cost are estimated by lengths where it does not",
             self->options.model);
}

static int take_outcome(struct http_session *self,
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
        outcome.is_estimated =
            outcome.is_paid && http_usage_complete(&task->request, &reply);
        if (outcome.is_estimated)
            say_estimated(self);
        http_pace_came(&self->pace,
                       (double)reply.prompt_tokens + reply.reply_tokens
                           - task->tokens);
        reply.recorded = http_settings_note(&task->request,
                                            dialect,
                                            task->refused,
                                            self->options.model,
                                            &outcome);
        answer(self, task, &reply);
        return 0;
    case HTTP_WITHOUT:
        if (!(self->refused & 1u << outcome.setting)) {
            log_info("setting left out from now on: %s: %s",
                     self->options.model,
                     outcome.why);
        }
        self->refused |= 1u << outcome.setting;
        http_task_note(task, outcome.why, false);
        task->not_before_ms = 0;
        return 0;
    case HTTP_FAILED:
        self->has_answered = true;
        give_up(self, task, outcome.why);
        return 0;
    case HTTP_AGAIN:
        return try_again(self, task, response, &outcome, err);
    case HTTP_DENIED:
        return denied(self, task, &outcome, err);
    }
    return 0;
}

int http_session_take(struct http_session *self,
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
    if (pause_ms > 0)
        pause(self, pause_ms);
    return take_outcome(self, task, response, err);
}
