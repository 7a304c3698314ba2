/*
 * llama_tile_kinds.h - a group of rows times a group of columns, for each set of
 * instructions; llama_tile.c chooses.
 */
#ifndef LLAMA_TILE_KINDS_H
#define LLAMA_TILE_KINDS_H

#include "generate/llama/llama_tile.h"

/* A block of each row or column of a group. */
struct llama_tile_group {
    int8_t bytes[LLAMA_TILE][LLAMA_TILE_BLOCK];
    float scale[LLAMA_TILE];
    float other[LLAMA_TILE]; /* of rows the least number, of columns the sum of
                                the bytes times the scale */
};

typedef void llama_tile_product(const struct llama_tile_group *rows,
                                const struct llama_tile_group *columns,
                                int64_t num_blocks,
                                int num_columns,
                                float *out,
                                size_t stride);

/* AVX2, FMA and F16C. */
llama_tile_product llama_tile_avx2;
bool llama_tile_avx2_works(void);

/* AVX-512 with VNNI as well. */
llama_tile_product llama_tile_vnni;
bool llama_tile_vnni_works(void);

#endif
