/*
 * pipeline.h - two steps that overlap: pieces are made in a thread of their own
 * and used in the caller's, in the order in which they were made.
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <stddef.h>

struct pipeline {
    void *context; /* passed to each */
    /* the next piece; NULL = that was all, or it failed and `context` says so */
    void *(*make)(void *context);
    /* may be NULL; in the caller's thread, while the first pieces are made.  -1
     * ends it */
    int (*begin)(void *context);
    /* -1 ends it: no piece is used any more */
    int (*use)(void *context, void *piece);
    void (*drop)(void *piece); /* each piece once, at its end */
    /* what it costs to let a piece wait; NULL = 1 */
    size_t (*weigh)(const void *piece);
};

/* No piece is made while those that wait to be used weigh `ahead` (>= 1) or
 * more.  -1 when begin() or use() did.  make() and the others run at the same
 * time and share what `context` holds. */
int pipeline_run(const struct pipeline *pipeline, size_t ahead);

#endif
