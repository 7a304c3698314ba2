/*
 * journal_compact.h - files of a journal without what does not count any more.
 * Private to gather/.
 *
 * A file a quarter of whose records were superseded is written anew without
 * them: beside it, synced, renamed over it, the folder synced.  Each file by
 * itself, and the records that stay are never but in a whole file: whatever
 * step is the last one, the journal says the same.
 */
#ifndef JOURNAL_COMPACT_H
#define JOURNAL_COMPACT_H

#include "gather/journal_file.h"

struct error;

/*
 * Before the journal is opened, by its owner; also takes away what an earlier
 * one that was cut short has left.
 *
 * head    as journal_folder_scan()
 * errors  those of reading; ERR_IO when the folder cannot be synced.  What
 *         could not be written is only logged: the journal is as it was.
 */
int journal_compact(const char *folder,
                    struct journal_head head,
                    const struct journal_io *io,
                    struct error *err);

#endif
