#include "generate/child.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "contract/codec.h"
#include "generate/device_env.h"
#include "generate/kinds.h"
#include "generate/parts/waiting.h"
#include "generate/pipe_frame.h"
#include "trustsweep/error.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    STEP_MS = 50,
    REST_MS = 2, /* when a backend waits for something itself */
    WAIT_MS = 200,
    EXIT_LOST = 3,
    BUSY_NS = 500000, /* a step that took longer did some work */
};

struct child {
    struct pipe_frame pipe;
    struct backend *backend;
    struct waiting waiting;
    struct hash128 *running; /* [num_running]: units in the backend */
    size_t num_running;
    size_t cap_running;
};

static void tell_broken(struct child *self, const struct error *err)
{
    struct text body = { 0 };

    buffer_put_u32(&body, (uint32_t)err->code);
    buffer_put_text(&body, err->text);
    pipe_frame_put(&self->pipe, FRAME_BROKEN, &body);
    text_release(&body);
    for (int i = 0; i < 20 && self->pipe.writing.len > 0; i++) {
        if (pipe_frame_pump(&self->pipe, STEP_MS, NULL) < 0)
            return;
    }
}

static int create(struct child *self,
                  const void *bytes,
                  size_t len,
                  struct error *err)
{
    struct slot slot = { 0 };
    struct buffer body;
    struct text ready = { 0 };
    int64_t began = clock_ns();
    char *spec;

    buffer_init(&body, bytes, len);
    slot.threads = (int)buffer_u32(&body);
    slot.num_devices = (int)buffer_u32(&body);
    for (size_t i = 0; i < 16; i++)
        slot.devices[i] = (int)buffer_u32(&body);
    slot.max_context = (int)buffer_u32(&body);
    slot.parallel = (int)buffer_u32(&body);
    spec = buffer_text(&body, NULL);
    if (buffer_failed(&body) || !spec) {
        free(spec);
        return error_set(err, ERR_FORMAT, "a torn first frame");
    }
    device_env_apply(&slot);
    self->backend = backend_create_here(spec, &slot, err);
    free(spec);
    if (!self->backend)
        return -1;
    buffer_put_double(&ready, (double)(clock_ns() - began) / 1e9);
    buffer_put_text(&ready,
                    self->backend->ops->chosen
                        ? self->backend->ops->chosen(self->backend)
                        : "");
    pipe_frame_put(&self->pipe, FRAME_READY, &ready);
    text_release(&ready);
    return 0;
}

static void refuse(struct child *self, struct hash128 unit, const char *why)
{
    struct text body = { 0 };

    buffer_put_hash(&body, unit);
    buffer_put_text(&body, why);
    pipe_frame_put(&self->pipe, FRAME_REFUSED, &body);
    text_release(&body);
}

static void note_running(struct child *self, struct hash128 unit)
{
    self->running = mem_reserve(self->running,
                                &self->cap_running,
                                self->num_running + 1,
                                sizeof *self->running);
    self->running[self->num_running++] = unit;
}

static void note_done(struct child *self, struct hash128 unit)
{
    for (size_t i = self->num_running; i-- > 0;) {
        if (hash_equal(self->running[i], unit))
            self->running[i] = self->running[--self->num_running];
    }
}

/* Give the backend what it has room for. */
static void feed(struct child *self)
{
    struct waiting *waiting = &self->waiting;
    size_t done = 0;

    for (; done < waiting->num; done++) {
        const struct request *request = &waiting->requests[done];
        struct error err = { 0 };

        if (self->backend->ops->submit(self->backend, request, &err) == 0) {
            note_running(self, request->unit);
        } else if (err.code == ERR_TRANSIENT) {
            break;
        } else {
            refuse(self, request->unit, err.text);
        }
    }
    waiting_drop_first(waiting, done);
}

static void forget(struct child *self, struct hash128 unit)
{
    waiting_drop(&self->waiting, unit);
    /* without a cancel the reply still comes, and is dropped by the rank */
    if (self->backend->ops->cancel) {
        (void)self->backend->ops->cancel(self->backend, unit);
        note_done(self, unit);
    }
}

static int take(struct child *self,
                enum frame_kind kind,
                const void *bytes,
                size_t len,
                struct error *err)
{
    struct buffer body;
    struct request request;

    if (kind == FRAME_CREATE && !self->backend)
        return create(self, bytes, len, err);
    if (!self->backend)
        return error_set(err, ERR_FORMAT, "a request before the backend");
    buffer_init(&body, bytes, len);
    if (kind == FRAME_CANCEL) {
        forget(self, buffer_hash(&body));
        return 0;
    }
    if (kind != FRAME_REQUEST)
        return error_set(err, ERR_FORMAT, "a frame that is not for a child");
    if (codec_get_request(&body, &request, err) < 0)
        return -1;
    waiting_push(&self->waiting, &request);
    return 0;
}

/* `did`: whether a reply came or time went into making one. */
static int work(struct child *self, bool *did, struct error *err)
{
    int64_t began = clock_ns();
    struct reply reply = { 0 };
    int rc;

    if (!self->backend)
        return 0;
    feed(self);
    rc = self->backend->ops->step(self->backend, STEP_MS, &reply, err);
    *did = clock_ns() - began > BUSY_NS;
    while (rc == 1) {
        struct text body = { 0 };

        codec_put_reply(&body, &reply);
        pipe_frame_put(&self->pipe, FRAME_REPLY, &body);
        text_release(&body);
        /* now: what is made next may kill this process; that the parent is
         * gone shows in serve() */
        (void)pipe_frame_pump(&self->pipe, 0, NULL);
        note_done(self, reply.unit);
        reply_release(&reply);
        *did = true;
        rc = self->backend->ops->step(self->backend, 0, &reply, err);
    }
    return rc;
}

/* Every whole frame that is there. */
static int take_frames(struct child *self, struct error *err)
{
    enum frame_kind kind;
    const void *body;
    size_t len;
    int rc;

    while ((rc = pipe_frame_get(&self->pipe, &kind, &body, &len, err)) == 1) {
        if (take(self, kind, body, len, err) < 0)
            return -1;
    }
    return rc;
}

static int serve(struct child *self, struct error *err)
{
    bool did = false;
    int rc = 0;

    while (rc >= 0) {
        bool is_busy = self->num_running > 0 || self->waiting.num > 0;
        int wait_ms = did ? 0 : is_busy ? REST_MS : WAIT_MS;

        /* the parent is gone: so are we, without a word */
        if (pipe_frame_pump(&self->pipe, wait_ms, NULL) < 0)
            return 0;
        did = false;
        rc = take_frames(self, err);
        if (rc == 0)
            rc = work(self, &did, err);
    }
    return -1;
}

int child_run(int in_fd, int out_fd)
{
    struct child child = { 0 };
    struct error err = { 0 };
    int own = dup(out_fd);
    int rc;

    if (own < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return EXIT_LOST;
    /* signals of the process group are for the rank, which drains and then
     * closes the pipe */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGUSR1, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    pipe_frame_init(&child.pipe, in_fd, own);
    rc = serve(&child, &err);
    if (rc < 0)
        tell_broken(&child, &err);
    backend_destroy(child.backend);
    waiting_release(&child.waiting);
    free(child.running);
    pipe_frame_release(&child.pipe);
    return rc < 0 ? EXIT_LOST : 0;
}
