#include "generate/llama/llama_tile.h"

#include "generate/llama/llama_tile_kinds.h"

#include <stdatomic.h>
#include <string.h>

/* As the file and the library have them; numbers of 16 bits are halves. */
struct q4_1 {
    uint16_t scale;
    uint16_t least;
    uint8_t nibbles[LLAMA_TILE_BLOCK / 2];
};

struct q8_1 {
    uint16_t scale;
    uint16_t sum; /* of the bytes, times the scale */
    int8_t bytes[LLAMA_TILE_BLOCK];
};

size_t llama_tile_bytes(int64_t num_blocks)
{
    size_t bytes = (size_t)num_blocks * sizeof(struct llama_tile_group);

    return (bytes + LLAMA_TILE_ALIGN - 1) / LLAMA_TILE_ALIGN * LLAMA_TILE_ALIGN;
}

#if defined(__x86_64__)
#    include <immintrin.h>

#    define TARGET __attribute__((target("avx2,fma,f16c")))

bool llama_tile_works(void)
{
    return llama_tile_avx2_works();
}

TARGET void llama_tile_place(const void *column,
                             int64_t num_blocks,
                             int at,
                             void *group)
{
    const struct q8_1 *from = column;
    struct llama_tile_group *to = group;

    for (int64_t i = 0; i < num_blocks; i++) {
        if (!from) {
            memset(to[i].bytes[at], 0, LLAMA_TILE_BLOCK);
            to[i].scale[at] = 0;
            to[i].other[at] = 0;
            continue;
        }
        memcpy(to[i].bytes[at], from[i].bytes, LLAMA_TILE_BLOCK);
        to[i].scale[at] = _cvtsh_ss(from[i].scale);
        to[i].other[at] = _cvtsh_ss(from[i].sum);
    }
}

TARGET void llama_tile_unpack(const void *rows,
                              size_t stride,
                              int64_t num_blocks,
                              void *group)
{
    const __m256i low = _mm256_set1_epi8(15);
    struct llama_tile_group *to = group;

    for (int at = 0; at < LLAMA_TILE; at++) {
        const struct q4_1 *from =
            (const void *)((const char *)rows + (size_t)at * stride);

        for (int64_t i = 0; i < num_blocks; i++) {
            __m128i nibbles = _mm_loadu_si128((const __m128i *)from[i].nibbles);
            __m256i both =
                _mm256_inserti128_si256(_mm256_castsi128_si256(nibbles),
                                        _mm_srli_epi16(nibbles, 4),
                                        1);

            _mm256_store_si256((__m256i *)to[i].bytes[at],
                               _mm256_and_si256(both, low));
            to[i].scale[at] = _cvtsh_ss(from[i].scale);
            to[i].other[at] = _cvtsh_ss(from[i].least);
        }
    }
}

#else
bool llama_tile_works(void)
{
    return false;
}

void llama_tile_place(const void *column,
                      int64_t num_blocks,
                      int at,
                      void *group)
{
    (void)column;
    (void)num_blocks;
    (void)at;
    (void)group;
}

void llama_tile_unpack(const void *rows,
                       size_t stride,
                       int64_t num_blocks,
                       void *group)
{
    (void)rows;
    (void)stride;
    (void)num_blocks;
    (void)group;
}
#endif

/* Asked once: a guest of a virtual machine waits long for that answer. */
static llama_tile_product *choose(void)
{
    static _Atomic(llama_tile_product *) chosen;
    llama_tile_product *out =
        atomic_load_explicit(&chosen, memory_order_relaxed);

    if (out)
        return out;
    out = llama_tile_vnni_works() ? llama_tile_vnni : llama_tile_avx2;
    atomic_store_explicit(&chosen, out, memory_order_relaxed);
    return out;
}

void llama_tile_multiply(const void *rows,
                         const void *columns,
                         int64_t num_blocks,
                         int num_columns,
                         float *out,
                         size_t stride)
{
    choose()(rows, columns, num_blocks, num_columns, out, stride);
}
