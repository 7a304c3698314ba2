/*
 * pipe_frame.h - messages over a pair of pipes between a rank and the child
 * process of an isolated backend: length, kind, body.
 */
#ifndef PIPE_FRAME_H
#define PIPE_FRAME_H

#include "base/text.h"

#include <stdint.h>

struct error;

enum frame_kind {
    FRAME_NONE = 0,
    FRAME_CREATE, /* to the child: slot, spec */
    FRAME_READY,  /* from it: seconds the loading took; what was chosen */
    FRAME_BROKEN, /* from it: error code and text; it ends */
    FRAME_REQUEST,
    FRAME_REFUSED, /* from it: unit, text; it can never answer this one */
    FRAME_REPLY,
    FRAME_CANCEL, /* to it: unit */
    NUM_FRAME_KINDS,
};

enum { FRAME_MAX_LEN = 64 * 1024 * 1024 };

/* One end: what was read and is no whole frame yet, what is to be written. */
struct pipe_frame {
    int in;  /* -1 = closed */
    int out; /* -1 = closed */
    struct text reading;
    size_t taken; /* of `reading`, already given out */
    struct text writing;
};

/* Makes both descriptors non-blocking. */
void pipe_frame_init(struct pipe_frame *self, int in, int out);
void pipe_frame_release(struct pipe_frame *self); /* closes them */

void pipe_frame_put(struct pipe_frame *self,
                    enum frame_kind kind,
                    const struct text *body);

/* Write what fits and read what is there, waiting at most `wait_ms` for either.
 * -1 when the other end is gone or speaks another language. */
int pipe_frame_pump(struct pipe_frame *self, int wait_ms, struct error *err);

/* The next whole frame: 1 = body is borrowed until the next pump, 0 = none. */
int pipe_frame_get(struct pipe_frame *self,
                   enum frame_kind *kind,
                   const void **body,
                   size_t *len,
                   struct error *err);

#endif
