/*
 * journal_thread.h - the queue of a journal and the thread that empties it.
 * Private to gather/.
 *
 * The owner appends to memory; the thread takes all there is, writes it as one
 * group and syncs, then takes what has come meanwhile.  The first failure
 * ends the thread and is kept: after a failed sync nobody knows what the disk
 * holds, so there is no second try within one opening.
 */
#ifndef JOURNAL_THREAD_H
#define JOURNAL_THREAD_H

#include "base/text.h"
#include "gather/journal_file.h"

struct journal_thread;

/* Where the journal ends when the thread starts. */
struct journal_thread_params {
    const char *folder; /* copied */
    int fd;             /* of the last file; the thread's to close */
    uint32_t number;    /* of the last file */
    uint64_t offset;    /* its end */
    bool is_sealed;     /* which is a seal */
    uint64_t max_file_bytes;
    int group_ms;
    bool is_by_hand; /* no thread: journal_thread_flush() writes */
    const struct journal_head *head; /* of every file; copied */
    const struct journal_io *io;     /* copied */
};

/* NULL with ERR_IO when there is no thread to be had; fd is closed then. */
struct journal_thread *journal_thread_create(
    const struct journal_thread_params *params,
    struct error *err);

/* Writes what is queued, then ends; accepts NULL. */
void journal_thread_destroy(struct journal_thread *self);

/* Queue the bytes of one entry; see journal_append(). */
int journal_thread_append(struct journal_thread *self,
                          const struct text *bytes,
                          uint64_t *ticket,
                          uint64_t *place,
                          struct error *err);

int journal_thread_synced(struct journal_thread *self,
                          uint64_t *ticket,
                          struct error *err);

int journal_thread_flush(struct journal_thread *self, struct error *err);

/* The same, and a seal behind it, unless there is one already. */
int journal_thread_seal(struct journal_thread *self, struct error *err);

#endif
