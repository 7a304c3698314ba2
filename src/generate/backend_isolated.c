/*
 * Another backend in a child process of this rank: a crash or a hang in a
 * library costs the child.  The rank only pumps pipes.
 */
#include "base/buffer.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "contract/codec.h"
#include "generate/child_process.h"
#include "generate/kinds.h"
#include "generate/last_words.h"
#include "generate/parts/ready.h"
#include "generate/pipe_frame.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdlib.h>

enum {
    MAX_RUNNING = 512, /* twice the most sequences of a llama model */
};

struct isolated {
    struct backend base;
    struct child_process process;
    struct pipe_frame pipe;
    struct last_words last_words;
    double load_s; /* -1 = not loaded yet */
    struct hash128 running[MAX_RUNNING];
    size_t num_running;
    struct ready ready;
};

static const char *inner(const char *args)
{
    return args;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    return backend_probe(args, out, err);
}

static void introduce(struct isolated *self,
                      const char *spec,
                      const struct slot *slot)
{
    struct text body = { 0 };

    buffer_put_u32(&body, (uint32_t)slot->threads);
    buffer_put_u32(&body, (uint32_t)slot->num_devices);
    for (size_t i = 0; i < 16; i++)
        buffer_put_u32(&body, (uint32_t)slot->devices[i]);
    buffer_put_u32(&body, (uint32_t)slot->max_context);
    buffer_put_u32(&body, (uint32_t)slot->parallel);
    buffer_put_text(&body, spec);
    pipe_frame_put(&self->pipe, FRAME_CREATE, &body);
    text_release(&body);
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct isolated *self = mem_alloc(1, sizeof *self);

    self->base.ops = &backend_isolated;
    self->load_s = -1;
    if (child_process_start(&self->process, args, err) < 0) {
        free(self);
        return NULL;
    }
    pipe_frame_init(&self->pipe, self->process.from, self->process.to);
    last_words_init(&self->last_words, self->process.said);
    introduce(self, args, slot);
    /* loading begins now; a child that is dead already is for step() to tell */
    (void)pipe_frame_pump(&self->pipe, 0, NULL);
    return &self->base;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct isolated *self = (struct isolated *)base;
    struct text body = { 0 };

    if (self->num_running >= MAX_RUNNING)
        return error_set(err, ERR_TRANSIENT, "the child has enough to do");
    codec_put_request(&body, request);
    pipe_frame_put(&self->pipe, FRAME_REQUEST, &body);
    text_release(&body);
    self->running[self->num_running++] = request->unit;
    return 0;
}

static void forget(struct isolated *self, struct hash128 unit)
{
    for (size_t i = 0; i < self->num_running; i++) {
        if (hash_equal(self->running[i], unit)) {
            self->running[i] = self->running[--self->num_running];
            return;
        }
    }
}

static int obituary(struct isolated *self, struct error *err)
{
    char how[64];
    const char *said;

    child_process_describe_end(&self->process, how, sizeof how);
    said = last_words_line(&self->last_words);
    return error_set(err,
                     ERR_IO,
                     "the child process of the backend %s%s%s",
                     how,
                     *said ? "; it said last: " : "",
                     said);
}

/* What it says of itself, and what a library below it wrote last. */
static int take_broken(struct isolated *self,
                       struct buffer *body,
                       struct error *err)
{
    uint32_t code = buffer_u32(body);
    char *text = buffer_text(body, NULL);
    const char *said = last_words_joined(&self->last_words);

    error_set(err,
              code == ERR_USAGE || code == ERR_FORMAT ? (enum error_code)code
                                                      : ERR_IO,
              "%s%s%s",
              text ? text : "the child is broken",
              *said ? "; it said last: " : "",
              said);
    free(text);
    return -1;
}

static int take(struct isolated *self,
                enum frame_kind kind,
                const void *bytes,
                size_t len,
                struct error *err)
{
    struct reply reply = { 0 };
    struct buffer body;
    char *why;

    buffer_init(&body, bytes, len);
    switch (kind) {
    case FRAME_READY:
        self->load_s = buffer_double(&body);
        why = buffer_text(&body, NULL);
        if (why && *why)
            log_info("%s", why);
        free(why);
        return 0;
    case FRAME_BROKEN:
        return take_broken(self, &body, err);
    case FRAME_REFUSED:
        reply.unit = buffer_hash(&body);
        why = buffer_text(&body, NULL);
        reply_fail(&reply, STATE_FAILED, why ? why : "refused");
        free(why);
        break;
    case FRAME_REPLY:
        if (codec_get_reply(&body, &reply, err) < 0)
            return -1;
        break;
    case FRAME_NONE:
    case FRAME_CREATE:
    case FRAME_REQUEST:
    case FRAME_CANCEL:
    case NUM_FRAME_KINDS:
        return error_set(err, ERR_FORMAT, "a frame that is not for a rank");
    }
    forget(self, reply.unit);
    ready_push(&self->ready, &reply);
    return 0;
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    struct isolated *self = (struct isolated *)base;
    struct error lost = { 0 };
    enum frame_kind kind;
    const void *body;
    size_t len;
    bool is_gone;
    int rc;

    if (ready_pop(&self->ready, out))
        return 1;
    if (self->process.pid == CHILD_PROCESS_NONE)
        return error_set(err, ERR_IO, "the child process is gone");
    last_words_hear(&self->last_words);
    is_gone = pipe_frame_pump(&self->pipe, budget_ms, &lost) < 0;
    while ((rc = pipe_frame_get(&self->pipe, &kind, &body, &len, err)) == 1) {
        if (take(self, kind, body, len, err) < 0)
            return -1;
    }
    if (rc < 0)
        return -1;
    if (ready_pop(&self->ready, out))
        return 1;
    return is_gone ? obituary(self, err) : 0;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    struct isolated *self = (struct isolated *)base;
    struct text body = { 0 };

    buffer_put_hash(&body, unit);
    pipe_frame_put(&self->pipe, FRAME_CANCEL, &body);
    text_release(&body);
    forget(self, unit);
    ready_drop(&self->ready, unit);
    return 0;
}

static void destroy(struct backend *base)
{
    struct isolated *self = (struct isolated *)base;

    if (!self)
        return;
    pipe_frame_release(&self->pipe);
    /* in a load or a long decode it is not waited for */
    child_process_end(&self->process,
                      self->load_s >= 0 && self->num_running == 0);
    last_words_release(&self->last_words);
    ready_release(&self->ready);
    free(self);
}

static double load_s(const struct backend *base)
{
    return ((const struct isolated *)base)->load_s;
}

const struct backend_ops backend_isolated = {
    .name = "isolated",
    .help = "another backend in a child process of its rank",
    .args_help = "SPEC",
    .inner = inner,
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .load_s = load_s,
    .destroy = destroy,
};
