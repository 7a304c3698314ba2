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
