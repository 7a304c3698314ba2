/*
 * llama_file.h - what a GGUF file says of itself, read without its weights.
 */
#ifndef LLAMA_FILE_H
#define LLAMA_FILE_H

struct error;

/*
 * Whether `path` is a whole GGUF file.  Also turns the library's own messages
 * off, but for errors.
 *
 * errors  ERR_IO, ERR_FORMAT: no GGUF, torn
 */
int llama_file_check(const char *path, struct error *err);

#endif
