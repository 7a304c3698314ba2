/*
 * journal.h - the truth of a run: every finished unit, appended once.
 *
 * Files journal/000001.tsj, ...: a header with format version, job and run,
 * then entries of length + CRC + kind + bytes.  Appending only fills memory; a
 * thread of its own writes and syncs in groups, so that a sync of two minutes
 * stalls nobody.  When the journal is opened again, a torn tail is cut, and
 * files that hold many records which do not count any more are written anew
 * without them.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "trustsweep/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct journal;

struct journal_params {
    const char *folder;      /* made when absent */
    int group_ms;            /* sync at most so often; default 50 */
    uint64_t max_file_bytes; /* then the next file; default 256 MiB */
    bool is_read_only;       /* no repair, no append: for `score` */
    bool is_by_hand;         /* no thread, journal_flush() writes: for what
                                moves time itself */
    const char *job;         /* whose journal it must be; NULL = any */
};

void journal_params_defaults(struct journal_params *params);

/* Called for records found, in order of writing; `place` finds one again
 * through journal_read().  Of several of one unit those come that count when
 * they are written: the last one that comes is the one to keep.  -1 ends the
 * opening with its error. */
typedef int (*journal_visit_fn)(void *context,
                                const struct record *record,
                                uint64_t place,
                                struct error *err);

/*
 * Open a journal and read what it holds.
 *
 * visit    may be NULL
 * errors   ERR_IO, ERR_FORMAT: another version, another job or run, damage
 *          before the tail (named with file and offset)
 */
struct journal *journal_open(const struct journal_params *params,
                             journal_visit_fn visit,
                             void *context,
                             struct error *err);

/* Whether a folder holds the first file of a journal. */
bool journal_is_there(const char *folder);

/* Whether the journal in `folder`, if there is one, is of that job and of a
 * version that this program reads: by the header of its first file alone.
 * errors  ERR_IO, ERR_FORMAT as journal_open() */
int journal_expect(const char *folder, const char *job, struct error *err);

/* Queue one record.  Its ticket counts up from 1 in each opening; the record
 * is safe once journal_synced() has reached it.
 * place: where it will stand, for journal_read() once synced.
 * errors  ERR_IO when an earlier write failed (disk full): nothing is lost that
 *         was synced, and the run must stop */
int journal_append(struct journal *self,
                   const struct record *record,
                   uint64_t *ticket,
                   uint64_t *place,
                   struct error *err);

/* The highest ticket that is on disk; -1 with the error of a failed write. */
int journal_synced(struct journal *self, uint64_t *ticket, struct error *err);

/* Wait until everything appended is on disk.  Blocks: at the end only. */
int journal_flush(struct journal *self, struct error *err);

/* The same, and mark that all of it is: what is broken later is damage then,
 * and no write that was cut short.  More may be appended. */
int journal_seal(struct journal *self, struct error *err);

/* Read one record again. */
int journal_read(struct journal *self,
                 uint64_t place,
                 struct record *out,
                 struct error *err);

/* Bytes cut from the tail when it was opened; 0 = it was whole. */
uint64_t journal_cut_bytes(const struct journal *self);

/* Flushes; accepts NULL. */
void journal_close(struct journal *self);

#endif
