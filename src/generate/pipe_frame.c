#include "generate/pipe_frame.h"

#include "base/buffer.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_LEN = 5, CHUNK = 65536 };

void pipe_frame_init(struct pipe_frame *self, int in, int out)
{
    *self = (struct pipe_frame){ .in = in, .out = out };
    (void)fcntl(in, F_SETFL, fcntl(in, F_GETFL) | O_NONBLOCK);
    (void)fcntl(out, F_SETFL, fcntl(out, F_GETFL) | O_NONBLOCK);
}

void pipe_frame_release(struct pipe_frame *self)
{
    if (self->in >= 0)
        (void)close(self->in);
    if (self->out >= 0 && self->out != self->in)
        (void)close(self->out);
    text_release(&self->reading);
    text_release(&self->writing);
    self->in = -1;
    self->out = -1;
}

void pipe_frame_put(struct pipe_frame *self,
                    enum frame_kind kind,
                    const struct text *body)
{
    buffer_put_u32(&self->writing, (uint32_t)body->len);
    buffer_put_u8(&self->writing, (uint8_t)kind);
    text_add_len(&self->writing, text_data(body), body->len);
}

static int write_some(struct pipe_frame *self, struct error *err)
{
    while (self->writing.len > 0) {
        ssize_t num = write(self->out, self->writing.data, self->writing.len);

        if (num < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (num < 0)
            return error_set_errno(err, errno, "cannot write to the child");
        self->writing.len -= (size_t)num;
        memmove(self->writing.data,
                self->writing.data + num,
                self->writing.len);
    }
    return 0;
}

static int read_some(struct pipe_frame *self, struct error *err)
{
    char chunk[CHUNK];

    for (;;) {
        ssize_t num = read(self->in, chunk, sizeof chunk);

        if (num < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (num < 0)
            return error_set_errno(err, errno, "cannot read from the pipe");
        if (num == 0)
            return error_set(err, ERR_IO, "the other end is gone");
        text_add_len(&self->reading, chunk, (size_t)num);
        if (self->reading.len > FRAME_MAX_LEN)
            return 0;
    }
}

static void forget_taken(struct pipe_frame *self)
{
    if (self->taken == 0)
        return;
    self->reading.len -= self->taken;
    memmove(self->reading.data,
            self->reading.data + self->taken,
            self->reading.len);
    self->taken = 0;
}

int pipe_frame_pump(struct pipe_frame *self, int wait_ms, struct error *err)
{
    struct pollfd ends[] = {
        { .fd = self->in, .events = POLLIN },
        { .fd = self->writing.len > 0 ? self->out : -1, .events = POLLOUT },
    };
    bool is_lost;

    forget_taken(self);
    if (poll(ends, 2, wait_ms) < 0 && errno != EINTR)
        return error_set_errno(err, errno, "cannot poll the pipe");
    is_lost = ends[1].revents && write_some(self, err) < 0;
    /* it may have said why before it went */
    if ((ends[0].revents || is_lost)
        && read_some(self, is_lost ? NULL : err) < 0)
        return -1;
    return is_lost ? -1 : 0;
}

int pipe_frame_get(struct pipe_frame *self,
                   enum frame_kind *kind,
                   const void **body,
                   size_t *len,
                   struct error *err)
{
    struct buffer head;
    size_t there = self->reading.len - self->taken;
    uint32_t size;
    uint8_t what;

    if (there < HEAD_LEN)
        return 0;
    buffer_init(&head, self->reading.data + self->taken, HEAD_LEN);
    size = buffer_u32(&head);
    what = buffer_u8(&head);
    if (size > FRAME_MAX_LEN || what == FRAME_NONE || what >= NUM_FRAME_KINDS)
        return error_set(err, ERR_FORMAT, "no frame of ours on the pipe");
    if (there < HEAD_LEN + (size_t)size)
        return 0;
    *kind = (enum frame_kind)what;
    *body = self->reading.data + self->taken + HEAD_LEN;
    *len = size;
    self->taken += HEAD_LEN + (size_t)size;
    return 1;
}
