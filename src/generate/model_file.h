/*
 * model_file.h - what identifies a model file: the SHA-256 of its bytes, hashed
 * once and remembered by device, inode, size and time.
 */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include <stddef.h>

struct error;

/* "sha256:..." into `out`; ERR_IO. */
int model_file_identify(const char *path,
                        char *out,
                        size_t size,
                        struct error *err);

#endif
