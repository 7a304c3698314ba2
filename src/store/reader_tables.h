/*
 * reader_tables.h - the models, columns and scores of a file, which a reader
 * holds in memory.  For reader.c only.
 */
#ifndef READER_TABLES_H
#define READER_TABLES_H

struct error;
struct reader;

/* The lengths of the axes are known.  ERR_IO, ERR_FORMAT; what was read is for
 * reader_tables_release() then too. */
int reader_tables_load(struct reader *self, struct error *err);
void reader_tables_release(struct reader *self);

#endif
