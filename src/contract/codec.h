/*
 * codec.h - requests, replies and records as bytes: one form for leases and
 * results (MPI), for the pipe of an isolated backend and for the journal.
 *
 * Little-endian with a version byte in front of each value.  Decoding checks
 * every length against the bytes at hand and every enum against its range; it
 * never trusts a count.  On failure the output is released and zeroed, and the
 * error says what is wrong (ERR_FORMAT).
 */
#ifndef CODEC_H
#define CODEC_H

#include "base/buffer.h"
#include "trustsweep/record.h"
#include "trustsweep/request.h"

struct error;

void codec_put_request(struct text *out, const struct request *request);
int codec_get_request(struct buffer *in,
                      struct request *out,
                      struct error *err);

void codec_put_reply(struct text *out, const struct reply *reply);
int codec_get_reply(struct buffer *in, struct reply *out, struct error *err);

void codec_put_record(struct text *out, const struct record *record);
int codec_get_record(struct buffer *in, struct record *out, struct error *err);

#endif
