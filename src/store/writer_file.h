/*
 * writer_file.h - a results file on the disk: written under another name beside
 * its path, then put there whole.  For those that make one: writer.c, merge.c and
 * redact.c.
 */
#ifndef WRITER_FILE_H
#define WRITER_FILE_H

#include <hdf5.h>

struct error;

struct writer_file {
    char *path;
    char *temporary;
    hid_t id; /* -1: not open */
};

/* ERR_USAGE where a device or a folder stands at `path`; ERR_IO.  Either way
 * writer_file_release() is the caller's to do. */
int writer_file_create(struct writer_file *out,
                       const char *path,
                       struct error *err);

/* All is in it: give it the digest of that, see that it reaches the disk, close it
 * and put it at its path.  ERR_IO. */
int writer_file_commit(struct writer_file *self,
                       char digest[65],
                       struct error *err);

/* What is not committed is given up, and its room on the disk given back at
 * once: on a full one closing, which writes, succeeds only then. */
void writer_file_empty(struct writer_file *self);

/* Close what is open, once nothing in it is. */
void writer_file_release(struct writer_file *self);

#endif
