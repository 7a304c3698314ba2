/*
 * llama_file.h - what a GGUF file says of itself, read without its weights.
 */
#ifndef LLAMA_FILE_H
#define LLAMA_FILE_H

#include "base/hash.h"

#include <stdbool.h>
#include <stdint.h>

struct error;

struct llama_file {
    const char *path;   /* borrowed: as it was given to llama_file_read() */
    bool makes_vectors; /* it names how to pool: an embedding model.  Else it
                           writes text */
    int64_t context;    /* tokens it was trained for; 0 = it does not say */
    uint64_t weights;   /* bytes; of this file, where there are several */
    uint64_t token;     /* bytes of a token in the memory of a sequence, in all
                           layers; an estimate where they are of several kinds;
                           0 for an embedding model */

    int32_t num_blocks;   /* 0 = it does not say */
    uint64_t blocks;      /* weights of all blocks, bytes */
    uint64_t block;       /* of the largest one */
    uint64_t block_token; /* as `token`, of the block with the most */
    uint64_t output;      /* weights behind the blocks, bytes */
    uint64_t words;       /* the vectors of all tokens, bytes */
    bool has_output;      /* a matrix of its own; else `words` is it, too */

    bool has_template;
    struct hash128 template; /* of its text */
};

/*
 * Also turns the library's own messages off, but for errors.
 *
 * errors  ERR_IO; ERR_FORMAT: no GGUF, torn, or a model that makes neither
 *         text nor a vector (a reranker, an encoder without pooling)
 */
int llama_file_read(const char *path,
                    struct llama_file *out,
                    struct error *err);

/* The weights of another file of the same model. */
void llama_file_add(struct llama_file *self, const struct llama_file *part);

#endif
