/*
 * What goes wrong in the field, on purpose, around any other backend.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/random.h"
#include "base/text.h"
#include "generate/kinds.h"
#include "generate/parts/ready.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fault_options {
    int64_t kill_after;
    int64_t hang_after;
    int64_t break_after;
    int64_t fail_after;
    int64_t garbage_after;
    int64_t slow_ms;
    int64_t slow_load_ms;
    int64_t shuffle;
};

struct fault {
    struct backend base;
    struct fault_options options;
    struct backend *inner;
    int64_t num_replies;
    struct ready held;      /* with shuffle: what the inner one has answered */
    uint64_t shuffle_state; /* random_next() */
};

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a member has none */
#define NUMBER(member, text)                                                \
    {                                                                       \
        .name = #member, .type = OPTION_INT,                                \
        .offset = offsetof(struct fault_options, member), .fallback = "-1", \
        .min = -1, .max = 1e9, .help = text                                 \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct option options[] = {
    NUMBER(kill_after, "Kill the process after so many replies."),
    NUMBER(hang_after, "Answer nothing more after so many replies."),
    NUMBER(break_after, "Report the backend broken after so many replies."),
    NUMBER(fail_after, "Every further reply is a failed one."),
    NUMBER(garbage_after, "Every further reply is bytes that are no UTF-8."),
    NUMBER(slow_ms, "Wait so long before each reply."),
    NUMBER(slow_load_ms, "Block so long while it is made."),
    NUMBER(shuffle,
           "Seed: replies that are ready together come in an order drawn "
           "from it."),
    { .name = NULL },
};

/* Behind the first ':', as our own options have none. */
static const char *inner_of(const char *args)
{
    const char *colon = strchr(args, ':');

    return colon ? colon + 1 : NULL;
}

static int parse(const char *args, struct fault_options *out, struct error *err)
{
    const char *inner = inner_of(args);
    char *own;
    int rc;

    options_defaults(options, out);
    if (!inner)
        return error_set(err, ERR_USAGE, "fault: no inner backend");
    own = mem_text_len(args, (size_t)(inner - args) - 1);
    /* "kill-after" reads better in a spec than "kill_after" */
    rc = options_parse_args(options, own, out, err);
    free(own);
    return rc;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct fault_options given;

    if (parse(args, &given, err) < 0)
        return -1;
    return backend_probe(inner_of(args), out, err);
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct fault *self = mem_alloc(1, sizeof *self);

    self->base.ops = &backend_fault;
    if (parse(args, &self->options, err) < 0)
        goto fail;
    if (self->options.slow_load_ms > 0)
        clock_sleep_ms((double)self->options.slow_load_ms);
    self->inner = backend_create(inner_of(args), slot, err);
    if (!self->inner)
        goto fail;
    self->shuffle_state = (uint64_t)self->options.shuffle;
    return &self->base;

fail:
    free(self);
    return NULL;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct backend *inner = ((struct fault *)base)->inner;

    return inner->ops->submit(inner, request, err);
}

static bool reached(const struct fault *self, int64_t after)
{
    return after >= 0 && self->num_replies >= after;
}

static void spoil(const struct fault *self, struct reply *reply)
{
    static const char garbage[] = "\xff\xfe\x00\xc0 no \x80 text";

    if (reached(self, self->options.fail_after)) {
        reply_fail(reply, STATE_FAILED, "failed on purpose");
    } else if (reached(self, self->options.garbage_after)) {
        free(reply->text);
        reply->text = mem_copy(garbage, sizeof garbage);
        reply->text_len = sizeof garbage - 1;
        reply->state = STATE_ANSWERED;
    }
}

/* One step of the inner backend; with shuffle all it has ready is collected, and
 * any of that comes out. */
static int step_inner(struct fault *self,
                      int budget_ms,
                      struct reply *out,
                      struct error *err)
{
    struct ready *held = &self->held;
    struct reply reply;
    size_t at;
    int rc;

    if (self->options.shuffle < 0)
        return self->inner->ops->step(self->inner, budget_ms, out, err);
    while ((rc = self->inner->ops->step(self->inner, budget_ms, &reply, err))
           == 1) {
        ready_push(held, &reply);
        budget_ms = 0;
    }
    if (rc < 0 || held->num == 0)
        return rc;
    at = (size_t)random_below(&self->shuffle_state, held->num);
    reply = held->replies[at];
    held->replies[at] = held->replies[0];
    held->replies[0] = reply;
    return ready_pop(held, out) ? 1 : 0;
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    struct fault *self = (struct fault *)base;
    int rc;

    if (reached(self, self->options.hang_after))
        return 0;
    rc = step_inner(self, budget_ms, out, err);
    if (rc != 1)
        return rc;
    if (self->options.slow_ms > 0)
        clock_sleep_ms((double)self->options.slow_ms);
    if (reached(self, self->options.kill_after))
        (void)kill(getpid(), SIGKILL);
    if (reached(self, self->options.break_after)) {
        reply_release(out);
        return error_set(err, ERR_IO, "broken on purpose");
    }
    spoil(self, out);
    self->num_replies++;
    return 1;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    struct fault *self = (struct fault *)base;
    struct backend *inner = self->inner;

    ready_drop(&self->held, unit);
    return inner->ops->cancel ? inner->ops->cancel(inner, unit) : 0;
}

static double load_s(const struct backend *base)
{
    return backend_load_s(((const struct fault *)base)->inner);
}

static void destroy(struct backend *base)
{
    struct fault *self = (struct fault *)base;

    if (self) {
        backend_destroy(self->inner);
        ready_release(&self->held);
        free(self);
    }
}

const struct backend_ops backend_fault = {
    .name = "fault",
    .help = "faults on purpose around another backend",
    .args_help = "key=value,...:SPEC",
    .options = options,
    .inner = inner_of,
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .load_s = load_s,
    .destroy = destroy,
};
