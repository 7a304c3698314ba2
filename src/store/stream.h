/*
 * stream.h - one dataset, filled from front to back.
 *
 * Values collect in a buffer of one chunk, so that each chunk is deflated once
 * and memory stays flat whatever the number of units.
 */
#ifndef STREAM_H
#define STREAM_H

#include "store/schema.h"

#include <hdf5.h>

#include <stddef.h>
#include <stdint.h>

struct background;
struct error;
struct stream;

/* `path` must be in the schema and have one dimension.  NULL with ERR_IO. */
struct stream *stream_open(hid_t file, const char *path, struct error *err);

/* Chunks are packed by `by`, which must outlive the stream, while more is
 * added. */
void stream_pack_by(struct stream *self, struct background *by);

/* Copies `num` elements (of a string: the pointers' texts). */
int stream_add(struct stream *self,
               const void *values,
               uint64_t num,
               struct error *err);

/* What was added so far. */
uint64_t stream_count(const struct stream *self);
enum schema_dim stream_dim(const struct stream *self);

/* Write what is left in the buffer. */
int stream_flush(struct stream *self, struct error *err);

/* The same for several, which are made ready at the same time. */
int stream_flush_all(struct stream *const *streams,
                     size_t num,
                     struct error *err);
void stream_close(struct stream *self); /* accepts NULL; does not flush */

/* All of a dataset at once: as stream_open(), stream_add() and stream_flush(). */
int stream_put(hid_t file,
               const char *path,
               const void *values,
               uint64_t num,
               struct error *err);

#endif
