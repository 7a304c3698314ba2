/*
 * journal_file.h - one file of the journal: its form, and how it is written.
 * Private to gather/.
 *
 *     header  "TSJOURNL", version u32, CRC u32 of what precedes it;
 *             job u64, run u64, CRC u32 of the header up to here
 *     entry   CRC u32 of what follows, length u32 of the bytes, kind u32,
 *             group u64, bytes
 *
 * All numbers little-endian.  The first 16 bytes are the same in every version.
 * `job` is a hash of the job's name, `run` a number that was drawn when the
 * journal was begun: a file that strayed in from elsewhere is told by them.
 *
 * `group` is the offset at which the write that brought this entry began.  A
 * group is written only after the one before it was synced, so an entry of a
 * later group proves that everything before its group was once whole: that is
 * how damage is told from a torn tail.  A seal is such an entry, a group of its
 * own without bytes: a run that ends well writes it, so that its last group is
 * proved, too.  More may be appended behind it.
 */
#ifndef JOURNAL_FILE_H
#define JOURNAL_FILE_H

#include "gather/journal_io.h"

#include <stdbool.h>
#include <stdint.h>

struct error;
struct text;

enum {
    JOURNAL_FILE_VERSION = 2,
    JOURNAL_FILE_HEADER = 36,
    JOURNAL_FILE_ENTRY = 20, /* in front of an entry's bytes */
    JOURNAL_FILE_MAX_BYTES = 256 * 1024 * 1024, /* of one entry */
    JOURNAL_FILE_KIND_RECORD = 1,
    JOURNAL_FILE_KIND_SEAL = 2,
};

/* What a header says. */
struct journal_head {
    uint32_t version;
    uint64_t job;
    uint64_t run;
};

/* What stands in front of an entry's bytes. */
struct journal_entry {
    uint32_t crc;
    uint32_t len;
    uint32_t kind;
    uint64_t group;
};

char *journal_file_path(const char *folder, uint32_t number); /* free() */

/* The number in a file's name, or 0 when it is none of ours. */
uint32_t journal_file_number(const char *name);

/* A number for the header: of a job's name (NULL: 0, any job); of a new run. */
uint64_t journal_file_job(const char *name);
uint64_t journal_file_run(void);

void journal_file_put_header(struct text *out, const struct journal_head *head);

/* Append an entry to `out`. */
void journal_file_put(struct text *out,
                      const void *bytes,
                      size_t len,
                      uint64_t group);

/* Append a seal, which will stand at `offset` of the file. */
void journal_file_put_seal(struct text *out, uint64_t offset);

/* Read what stands at `at`; `len` bytes are there.  False when they do not
 * hold a whole entry with the right CRC. */
bool journal_file_get(const unsigned char *at,
                      uint64_t len,
                      struct journal_entry *out);

/* Only the numbers in front, unchecked; JOURNAL_FILE_ENTRY bytes are there. */
void journal_file_peek(const unsigned char *at, struct journal_entry *out);

enum journal_header {
    JOURNAL_HEADER_GOOD = 1,
    JOURNAL_HEADER_VERSION, /* of another version, which `out` has */
    JOURNAL_HEADER_BAD,
};
enum journal_header journal_file_header(const unsigned char *at,
                                        uint64_t len,
                                        struct journal_head *out);

/* The size of a file that must not be there yet. */
#define JOURNAL_FILE_NEW UINT64_MAX

/*
 * Open a file for appending behind `size`, and give it a header where that is 0
 * or JOURNAL_FILE_NEW.
 *
 * returns  a file descriptor, or -1 with ERR_IO
 */
int journal_file_open(const char *folder,
                      uint32_t number,
                      uint64_t size,
                      const struct journal_head *head,
                      const struct journal_io *io,
                      struct error *err);

/* Whether the file ends at `offset`, as it must before more is written there:
 * else another process writes to it.  ERR_IO */
int journal_file_check_end(int fd, uint64_t offset, struct error *err);

/* Write all bytes at `offset` and sync.  On failure the file is cut back to
 * `offset` as far as the system lets us. */
int journal_file_write(int fd,
                       const struct text *bytes,
                       uint64_t offset,
                       const struct journal_io *io,
                       struct error *err);

#endif
