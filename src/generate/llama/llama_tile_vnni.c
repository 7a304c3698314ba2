#include "generate/llama/llama_tile_kinds.h"

#if defined(__x86_64__)
#    include <immintrin.h>

enum { AT_ONCE = 16 }; /* blocks whose scales are multiplied ahead */

#    define TARGET                                                     \
        __attribute__((                                                \
            target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl," \
                   "avx512vnni")))
#    define INLINE TARGET __attribute__((always_inline)) static inline

bool llama_tile_vnni_works(void)
{
    return llama_tile_avx2_works() && __builtin_cpu_supports("avx512f")
           && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl")
           && __builtin_cpu_supports("avx512vnni");
}

/* For each of four vectors the sum of its eight numbers, as the library adds
 * them: ((0+4)+(2+6)) + ((1+5)+(3+7)). */
INLINE __m128 sums(const __m256 *all)
{
    __m128 half[LLAMA_TILE];

    for (int i = 0; i < LLAMA_TILE; i++) {
        half[i] = _mm_add_ps(_mm256_extractf128_ps(all[i], 1),
                             _mm256_castps256_ps128(all[i]));
    }
    _MM_TRANSPOSE4_PS(half[0], half[1], half[2], half[3]);
    return _mm_add_ps(_mm_add_ps(half[0], half[2]),
                      _mm_add_ps(half[1], half[3]));
}

/* Scales of rows times those of columns, [column][row], for some blocks; and
 * the products of their other numbers, summed. */
INLINE __m512 multiply_scales(const struct llama_tile_group *rows,
                              const struct llama_tile_group *columns,
                              int64_t num_blocks,
                              __m512 others,
                              float (*scales)[LLAMA_TILE * LLAMA_TILE])
{
    const __m512i fourfold =
        _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);

    for (int64_t i = 0; i < num_blocks; i++) {
        __m512 row = _mm512_broadcast_f32x4(_mm_load_ps(rows[i].scale));
        __m512 column = _mm512_permutexvar_ps(
            fourfold,
            _mm512_castps128_ps512(_mm_load_ps(columns[i].scale)));

        _mm512_store_ps(scales[i], _mm512_mul_ps(row, column));
        row = _mm512_broadcast_f32x4(_mm_load_ps(rows[i].other));
        column = _mm512_permutexvar_ps(
            fourfold,
            _mm512_castps128_ps512(_mm_load_ps(columns[i].other)));
        others = _mm512_fmadd_ps(row, column, others);
    }
    return others;
}

INLINE void clear(__m256 (*all)[LLAMA_TILE], const int num_columns)
{
    for (int c = 0; c < num_columns; c++) {
        for (int r = 0; r < LLAMA_TILE; r++)
            all[c][r] = _mm256_setzero_ps();
    }
}

/* The compiler is to know `num_columns`: then all sums are in registers. */
INLINE void multiply(const struct llama_tile_group *rows,
                     const struct llama_tile_group *columns,
                     int64_t num_blocks,
                     const int num_columns,
                     float *out,
                     size_t stride)
{
    _Alignas(64) float scales[AT_ONCE][LLAMA_TILE * LLAMA_TILE];
    __m256 all[LLAMA_TILE][LLAMA_TILE];
    __m512 others = _mm512_setzero_ps();

    clear(all, num_columns);
    for (int64_t first = 0; first < num_blocks; first += AT_ONCE) {
        const int64_t left = num_blocks - first;
        const int64_t num = left < AT_ONCE ? left : AT_ONCE;

        others = multiply_scales(rows, columns, num, others, scales);
        for (int64_t i = 0; i < num; i++, rows++, columns++) {
#    pragma GCC unroll 4
            for (int r = 0; r < LLAMA_TILE; r++) {
                __m256i weights =
                    _mm256_load_si256((const __m256i *)rows->bytes[r]);

#    pragma GCC unroll 4
                for (int c = 0; c < num_columns; c++) {
                    __m256i products = _mm256_dpbusd_epi32(
                        _mm256_setzero_si256(),
                        weights,
                        _mm256_load_si256((const __m256i *)columns->bytes[c]));

                    all[c][r] = _mm256_fmadd_ps(
                        _mm256_set1_ps(scales[i][c * LLAMA_TILE + r]),
                        _mm256_cvtepi32_ps(products),
                        all[c][r]);
                }
            }
        }
    }
    _mm512_store_ps(scales[0], others);
    for (int c = 0; c < num_columns; c++) {
        _mm_storeu_ps(
            (float *)((char *)out + (size_t)c * stride),
            _mm_add_ps(sums(all[c]),
                       _mm_load_ps(&scales[0][(size_t)c * LLAMA_TILE])));
    }
}

TARGET void llama_tile_vnni(const struct llama_tile_group *rows,
                            const struct llama_tile_group *columns,
                            int64_t num_blocks,
                            int num_columns,
                            float *out,
                            size_t stride)
{
    switch (num_columns) {
    case 1:
        multiply(rows, columns, num_blocks, 1, out, stride);
        break;
    case 2:
        multiply(rows, columns, num_blocks, 2, out, stride);
        break;
    case 3:
        multiply(rows, columns, num_blocks, 3, out, stride);
        break;
    default:
        multiply(rows, columns, num_blocks, LLAMA_TILE, out, stride);
        break;
    }
}
#else
bool llama_tile_vnni_works(void)
{
    return false;
}

void llama_tile_vnni(const struct llama_tile_group *rows,
                     const struct llama_tile_group *columns,
                     int64_t num_blocks,
                     int num_columns,
                     float *out,
                     size_t stride)
{
    (void)rows;
    (void)columns;
    (void)num_blocks;
    (void)num_columns;
    (void)out;
    (void)stride;
}
#endif
