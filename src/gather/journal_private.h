/*
 * journal_private.h - for tests of gather/: a journal over other I/O.
 */
#ifndef JOURNAL_PRIVATE_H
#define JOURNAL_PRIVATE_H

#include "gather/journal.h"
#include "gather/journal_file.h"

/* As journal_open(); `io` is copied, its context must outlive the journal. */
struct journal *journal_open_io(const struct journal_params *params,
                                const struct journal_io *io,
                                journal_visit_fn visit,
                                void *context,
                                struct error *err);

#endif
