/*
 * journal_window.h - a journal file, read.  Private to gather/.
 */
#ifndef JOURNAL_WINDOW_H
#define JOURNAL_WINDOW_H

#include "gather/journal_file.h"
#include "trustsweep/record.h"

/* A file read in windows; one entry at a time lies in memory. */
struct journal_window {
    int fd;
    uint64_t size;        /* of the file */
    unsigned char *bytes; /* [cap] */
    size_t cap;
    uint64_t start; /* offset of bytes[0] in the file */
    size_t len;
};

/* ERR_IO when the file cannot be opened. */
int journal_window_open(struct journal_window *window,
                        const char *path,
                        struct error *err);
void journal_window_close(struct journal_window *window);

/* `len` bytes at `offset`, valid until the next call; they must lie within the
 * file.  NULL with ERR_IO. */
const unsigned char *journal_window_bytes(struct journal_window *window,
                                          uint64_t offset,
                                          size_t len,
                                          struct error *err);

/* The entry at `offset` as it stands there, valid until the next call: 1 =
 * `bytes` holds it, 0 = none whole there, -1 = cannot read. */
int journal_window_raw(struct journal_window *window,
                       uint64_t offset,
                       struct journal_entry *entry,
                       const unsigned char **bytes,
                       struct error *err);

/* The entry at `offset`: 1 = whole and decoded, 0 = not whole, -1 = error. */
int journal_window_entry(struct journal_window *window,
                         uint64_t offset,
                         struct record *out,
                         struct error *err);

/* The record of an entry that journal_window_raw() gave.  ERR_FORMAT */
int journal_window_decode(const unsigned char *bytes,
                          const struct journal_entry *entry,
                          struct record *out,
                          struct error *err);

#endif
