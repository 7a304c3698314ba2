/*
 * h5.h - HDF5 with our errors: silent, and with the innermost message kept.
 */
#ifndef H5_H
#define H5_H

#include "store/schema.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <stddef.h>
#include <stdint.h>

/* Silence the library's own messages; cheap, call before any other use. */
void h5_quiet(void);
/* The same for a further thread that uses the library; keeps the message. */
void h5_quiet_thread(void);

/* error_set() with the innermost message of the HDF5 stack at the end.  A
 * failed system call is told in the system's words.  Returns -1. */
int h5_fail(struct error *err, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* File access without locks: a rename makes a file whole, and locks fail on
 * some parallel file systems.  To be closed with H5Pclose(). */
hid_t h5_access(void);

/* The type in the file, and the one of a buffer in memory.  Close with
 * h5_type_close(), which knows the predefined ones. */
hid_t h5_type_file(enum schema_type type);
hid_t h5_type_memory(enum schema_type type);
void h5_type_close(enum schema_type type, hid_t id);

/* The descriptor behind an open file, or -1. */
int h5_descriptor(hid_t file);

/* All values of a dataset that is there; a new dataset of one text.  0 or -1
 * (HDF5's stack says why). */
int h5_write(hid_t file,
             const char *path,
             enum schema_type type,
             const void *values);
int h5_write_text(hid_t file, const char *path, const char *text);

/* Attributes; 0 or -1 (HDF5's stack says why). */
int h5_put_text(hid_t object, const char *name, const char *text);
int h5_put_int(hid_t object, const char *name, int32_t number);
int h5_put_bytes(hid_t object, const char *name, const uint8_t *v, size_t num);

/* A text attribute for the caller to free(), or NULL when it is absent or of
 * another kind.  Fixed and variable length are read. */
char *h5_get_text(hid_t object, const char *name);
int h5_get_int(hid_t object, const char *name, int32_t *out);

#endif
