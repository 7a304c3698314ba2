/*
 * reply_cache.h - answers to follow-ups, kept for other runs: by an id that is
 * a hash of who answers, the rendered question and every setting.
 *
 * A folder of files NAME.tsc; each process that adds something has a file of
 * its own, so runs that go on at the same time may share a folder.  An entry is
 * checked (CRC, id) when it is read; one that is broken is as good as none.
 * Nothing is synced: what is lost is asked again.
 *
 *     file   "TSCACHE1"
 *     entry  CRC u32 of what follows, length u32 of the bytes, id 16 bytes,
 *            bytes (codec_put_reply)
 */
#ifndef REPLY_CACHE_H
#define REPLY_CACHE_H

#include "trustsweep/reply.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct reply_cache;

struct reply_cache_count {
    uint64_t hits;    /* found and whole */
    uint64_t misses;  /* looked for and not there */
    uint64_t damaged; /* entries or files that do not read */
    uint64_t added;
    uint64_t unwritten; /* a full disk is no reason to stop a run */
};

/* Makes the folder, and learns what its files hold.  ERR_IO. */
struct reply_cache *reply_cache_open(const char *folder, struct error *err);
void reply_cache_close(struct reply_cache *self); /* accepts NULL */

/* Whether the answer is there; `out` is the caller's to release then. */
bool reply_cache_get(struct reply_cache *self,
                     struct hash128 id,
                     struct reply *out);

/* Add an answer, under its unit's id.  One that says nothing (failed, blocked)
 * is left out: it may go otherwise next time. */
void reply_cache_add(struct reply_cache *self, const struct reply *reply);

struct reply_cache_count reply_cache_count(const struct reply_cache *self);

#endif
