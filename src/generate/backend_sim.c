/*
 * A model that is none: replies made up (sim_reply.h), at a given speed.  For
 * trying schedules, faults and report pages without a model.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/options.h"
#include "generate/kinds.h"
#include "generate/parts/backend_args.h"
#include "generate/sim_reply.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sim_options {
    double load_s;
    double tokens_per_s;
    double prompt_tokens_per_s;
    struct sim_reply_rule made; /* reply_tokens, reply_spread, seed, answer */
    int64_t parallel;
    bool sleep;
};

/* One request in hand. */
struct running {
    struct reply reply;
    double ready_ms; /* clock_ms() at which it is done */
};

struct sim {
    struct backend base;
    struct sim_options options;
    double loaded_ms;
    struct running *running; /* [parallel] */
    size_t num_running;
};

static const struct option options[] = {
    { .name = "load_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct sim_options, load_s),
      .fallback = "0",
      .max = 1e6,
      .unit = "s",
      .help = "Time before the first request is answered." },
    { .name = "tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct sim_options, tokens_per_s),
      .fallback = "1000",
      .min = 1e-3,
      .max = 1e9,
      .unit = "tokens/s",
      .help = "Speed of one sequence." },
    { .name = "prompt_tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct sim_options, prompt_tokens_per_s),
      .fallback = "100000",
      .min = 1e-3,
      .max = 1e9,
      .unit = "tokens/s",
      .help = "Speed of reading a prompt." },
    { .name = "reply_tokens",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct sim_options, made.tokens),
      .fallback = "12",
      .min = 1,
      .max = 1e6,
      .unit = "tokens",
      .help = "Median length of a reply." },
    { .name = "reply_spread",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct sim_options, made.spread),
      .fallback = "0.5",
      .max = 10,
      .help = "Spread of the log-normal reply length; 0 = all equal." },
    { .name = "parallel",
      .type = OPTION_INT,
      .offset = offsetof(struct sim_options, parallel),
      .fallback = "4",
      .min = 1,
      .max = 4096,
      .help = "Sequences at once." },
    { .name = "seed",
      .type = OPTION_INT,
      .offset = offsetof(struct sim_options, made.seed),
      .fallback = "0",
      .max = 9e15,
      .help = "Another seed is another model." },
    { .name = "sleep",
      .type = OPTION_FLAG,
      .offset = offsetof(struct sim_options, sleep),
      .help = "Take the time; without it replies come at once." },
    { .name = "answer",
      .type = OPTION_TEXT,
      .offset = offsetof(struct sim_options, made.answer),
      .value = "TEXT",
      .help = "Every reply is this text." },
    { .name = NULL },
};

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct sim *self = (struct sim *)base;
    struct running *at = &self->running[self->num_running];
    double now = (double)clock_ms();

    if (self->num_running >= (size_t)self->options.parallel)
        return error_set(err, ERR_TRANSIENT, "sim is full");
    if (request->kind == REQUEST_CHOICES && request->num_choices == 0)
        return error_set(err, ERR_PERMANENT, "no choices to weigh");
    sim_reply_make(&self->options.made, request, &at->reply);
    at->reply.prefill_ns = (uint64_t)(at->reply.prompt_tokens * 1e9
                                      / self->options.prompt_tokens_per_s);
    at->reply.decode_ns =
        (uint64_t)(at->reply.reply_tokens * 1e9 / self->options.tokens_per_s);
    at->ready_ms = now > self->loaded_ms ? now : self->loaded_ms;
    at->ready_ms += (double)(at->reply.prefill_ns + at->reply.decode_ns) / 1e6;
    self->num_running++;
    return 0;
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    struct sim *self = (struct sim *)base;
    double now = (double)clock_ms();

    (void)budget_ms;
    (void)err;
    for (size_t i = 0; i < self->num_running; i++) {
        if (self->options.sleep && self->running[i].ready_ms > now)
            continue;
        *out = self->running[i].reply;
        self->num_running--;
        memmove(self->running + i,
                self->running + i + 1,
                (self->num_running - i) * sizeof *self->running);
        return 1;
    }
    return 0;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    struct sim *self = (struct sim *)base;

    for (size_t i = self->num_running; i-- > 0;) {
        if (!hash_equal(self->running[i].reply.unit, unit))
            continue;
        reply_release(&self->running[i].reply);
        self->running[i] = self->running[--self->num_running];
    }
    return 0;
}

static double load_s(const struct backend *base)
{
    const struct sim *self = (const struct sim *)base;

    if (!self->options.sleep)
        return 0;
    return (double)clock_ms() < self->loaded_ms ? -1 : self->options.load_s;
}

static void destroy(struct backend *base)
{
    struct sim *self = (struct sim *)base;

    if (!self)
        return;
    for (size_t i = 0; i < self->num_running; i++)
        reply_release(&self->running[i].reply);
    free(self->running);
    options_release(options, &self->options);
    free(self);
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct sim_options given = { 0 };

    if (backend_args_parse(args, options, NULL, &given, err) < 0)
        return -1;
    /* speed and sleep change no reply */
    (void)snprintf(out->identity,
                   sizeof out->identity,
                   "sim:%lld:%g:%g",
                   (long long)given.made.seed,
                   given.made.tokens,
                   given.made.spread);
    if (given.made.answer) {
        (void)snprintf(out->identity,
                       sizeof out->identity,
                       "sim:answer:%016llx",
                       (unsigned long long)hash_bytes(given.made.answer,
                                                      strlen(given.made.answer))
                           .high);
    }
    options_release(options, &given);
    out->deterministic = true;
    out->can = BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE)
               | BACKEND_CAN(REQUEST_EMBED) | BACKEND_CAN(REQUEST_CLASSIFY)
               | BACKEND_CAN(REQUEST_CHOICES);
    out->load_s = given.load_s;
    out->has_no_load = !(given.load_s > 0);
    out->tokens_per_s = given.tokens_per_s * (double)given.parallel;
    return 0;
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct sim *self = mem_alloc(1, sizeof *self);

    (void)slot;
    self->base.ops = &backend_sim;
    if (backend_args_parse(args, options, NULL, &self->options, err) < 0) {
        free(self);
        return NULL;
    }
    self->running =
        mem_alloc((size_t)self->options.parallel + 1, sizeof *self->running);
    self->loaded_ms = (double)clock_ms() + 1000.0 * self->options.load_s;
    return &self->base;
}

const struct backend_ops backend_sim = {
    .name = "sim",
    .help = "made-up replies at a given speed, for trials",
    .args_help = "[key=value,...]",
    .options = options,
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .load_s = load_s,
    .destroy = destroy,
};
