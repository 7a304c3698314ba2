/*
 * journal_scan.h - what a journal file holds, and whether it is whole.  Private
 * to gather/.
 */
#ifndef JOURNAL_SCAN_H
#define JOURNAL_SCAN_H

#include "gather/journal.h"
#include "gather/journal_file.h"

struct journal_scan {
    const char *path;
    uint32_t number;
    bool is_last; /* only there a torn tail is forgiven */
    /* What the header must say; a 0 in it is filled by the first file. */
    struct journal_head *head;
    journal_visit_fn visit;
    void *context;
};

/* Up to where a file is whole, and whether that is proved. */
struct journal_extent {
    uint64_t good; /* 0 when not even the header is whole */
    uint64_t size;
    bool is_sealed; /* its last whole entry is a seal */
};

/*
 * Visit the records of one file.
 *
 * errors   ERR_IO, ERR_FORMAT, and what visit() gives
 */
int journal_scan_file(const struct journal_scan *scan,
                      struct journal_extent *out,
                      struct error *err);

/* Its header only: one of this journal, or none yet. */
int journal_scan_header(const struct journal_scan *scan, struct error *err);

#endif
