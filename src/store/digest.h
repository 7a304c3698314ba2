/*
 * digest.h - SHA-256 over the content of an open results file.
 *
 * One function for writer and reader.  It covers what the schema marks, in the
 * schema's order, then all score fields.  Of each there is a SHA-256, and it is
 * of these (as hexadecimal text): of path and lengths, numbers little-endian at
 * their stored width, NaN in one pattern, strings with their length in front.
 * How the file is chunked or compressed plays no part.  Datasets are hashed
 * several at a time.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <hdf5.h>

struct error;

/* The shapes must have been checked before.  ERR_IO. */
int digest_compute(hid_t file, char out[65], struct error *err);

#endif
