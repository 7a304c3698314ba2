/*
 * model_file.h - what identifies a model file: the SHA-256 of its bytes, hashed
 * once and remembered by device, inode, size and time.
 */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct hash_stream;

/* "sha256:..." into `out`; ERR_IO. */
int model_file_identify(const char *path,
                        char *out,
                        size_t size,
                        struct error *err);

/* Add what identifies a file, or each file of a folder (a model of safetensors)
 * with its name; names that begin with a dot and folders below are passed over.
 * `bytes` gets their size.  ERR_IO */
int model_file_hash(const char *path,
                    struct hash_stream *stream,
                    uint64_t *bytes,
                    struct error *err);

#endif
