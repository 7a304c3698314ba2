/*
 * journal_folder.h - the files of a journal, all of them.  Private to gather/.
 */
#ifndef JOURNAL_FOLDER_H
#define JOURNAL_FOLDER_H

#include "gather/journal.h"
#include "gather/journal_file.h"
#include "gather/journal_scan.h"

/* Where a journal ends. */
struct journal_end {
    uint32_t number; /* of the last file; 0 = none */
    struct journal_extent extent;
};

/* The files must be 1, 2, ..., `num`: a gap is lost truth, ERR_FORMAT. */
int journal_folder_count(const char *folder, uint32_t *num, struct error *err);

/*
 * Visit every record.
 *
 * head    in: job and run that the files must be of, 0 = any; out: theirs
 * visit   may be NULL
 * errors  ERR_IO, ERR_FORMAT, and what visit() gives
 */
int journal_folder_scan(const char *folder,
                        struct journal_head *head,
                        journal_visit_fn visit,
                        void *context,
                        struct journal_end *end,
                        struct error *err);

/* A name that a rewriting which was cut short may have left: "....tsj.new". */
bool journal_folder_is_left_over(const char *name);

#endif
