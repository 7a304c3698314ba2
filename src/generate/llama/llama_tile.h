/*
 * llama_tile.h - weights in Q4_1 times many columns.
 *
 * llama.cpp multiplies such weights one row and one column at a time and
 * unpacks a row anew for each column; of other kinds it has products for many
 * columns.  Here four rows and four columns go together.  The sums are the
 * library's, in its order, so that a result is the same to the last bit.
 *
 * Rows and columns come in blocks of 32 numbers (ggml's block_q4_1 and
 * block_q8_1).
 */
#ifndef LLAMA_TILE_H
#define LLAMA_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    LLAMA_TILE = 4,        /* rows, and columns, of a group */
    LLAMA_TILE_BLOCK = 32, /* numbers of a block */
    LLAMA_TILE_ALIGN = 64,
};

/* Whether this processor has the instructions. */
bool llama_tile_works(void);

/* Bytes of a group of rows or columns of so many blocks, unpacked. */
size_t llama_tile_bytes(int64_t num_blocks);

/*
 * Put a column into its place.
 *
 * column  [num_blocks] of block_q8_1; NULL: zeros
 * at      its number in the group
 * group   of LLAMA_TILE columns, llama_tile_bytes(), aligned
 */
void llama_tile_place(const void *column,
                      int64_t num_blocks,
                      int at,
                      void *group);

/*
 * Unpack LLAMA_TILE rows.
 *
 * rows    [num_blocks] of block_q4_1 each, `stride` bytes apart
 * group   llama_tile_bytes(), aligned
 */
void llama_tile_unpack(const void *rows,
                       size_t stride,
                       int64_t num_blocks,
                       void *group);

/*
 * Multiply a group of rows with a group of columns.
 *
 * num_columns  of the group that are wanted, from the first on
 * out          LLAMA_TILE numbers, one for each row, for each column
 * stride       bytes between those of two columns
 */
void llama_tile_multiply(const void *rows,
                         const void *columns,
                         int64_t num_blocks,
                         int num_columns,
                         float *out,
                         size_t stride);

#ifdef __cplusplus
}
#endif

#endif
