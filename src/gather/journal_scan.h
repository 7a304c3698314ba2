/*
 * journal_scan.h - reading the files of a journal.  Private to gather/.
 */
#ifndef JOURNAL_SCAN_H
#define JOURNAL_SCAN_H

#include "gather/journal.h"
#include "gather/journal_file.h"

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
int journal_scan_open(struct journal_window *window,
                      const char *path,
                      struct error *err);
void journal_scan_close(struct journal_window *window);

/* `len` bytes at `offset`, valid until the next call; they must lie within the
 * file.  NULL with ERR_IO. */
const unsigned char *journal_scan_bytes(struct journal_window *window,
                                        uint64_t offset,
                                        size_t len,
                                        struct error *err);

/* The entry at `offset` as it stands there, valid until the next call: 1 =
 * `bytes` holds it, 0 = none whole there, -1 = cannot read. */
int journal_scan_raw(struct journal_window *window,
                     uint64_t offset,
                     struct journal_entry *entry,
                     const unsigned char **bytes,
                     struct error *err);

/* The entry at `offset`: 1 = whole and decoded, 0 = not whole, -1 = error.
 * next: where the next one stands. */
int journal_scan_entry(struct journal_window *window,
                       uint64_t offset,
                       struct record *out,
                       uint64_t *next,
                       struct error *err);

struct journal_scan {
    const char *path;
    uint32_t number;
    bool is_last; /* only there a torn tail is forgiven */
    /* What the header must say; a 0 in it is filled by the first file. */
    struct journal_head *head;
    journal_visit_fn visit;
    void *context;
};

/*
 * Visit the records of one file.
 *
 * good     up to where it is whole; 0 when not even the header is
 * size     of the file
 * errors   ERR_IO, ERR_FORMAT, and what visit() gives
 */
int journal_scan_file(const struct journal_scan *scan,
                      uint64_t *good,
                      uint64_t *size,
                      struct error *err);

#endif
