/*
 * writer_ledger.h - the rows of /ledger: where the time of every worker went, by
 * model, and the same seconds by what they were for.
 */
#ifndef WRITER_LEDGER_H
#define WRITER_LEDGER_H

#include "store/writer.h"

#include <hdf5.h>

struct rows;

/* To be given to rows_flush() and rows_close(). */
struct rows *ledger_rows_open(hid_t file, struct error *err);

int ledger_rows_add(struct rows *self,
                    const struct writer_ledger *row,
                    struct error *err);
int ledger_rows_add_cell(struct rows *self,
                         const struct writer_cell *cell,
                         struct error *err);

#endif
