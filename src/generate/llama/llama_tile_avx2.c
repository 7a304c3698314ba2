#include "generate/llama/llama_tile_kinds.h"

#if defined(__x86_64__)
#    include <cpuid.h>
#    include <immintrin.h>

enum {
    AT_ONCE = 16, /* blocks whose scales are multiplied ahead */
    PAIR = 2,     /* columns whose sums are in registers together */
};

#    define TARGET __attribute__((target("avx2,fma,f16c")))
#    define INLINE TARGET __attribute__((always_inline)) static inline

/* Not every compiler knows that word; the registers it needs are AVX's. */
static bool has_f16c(void)
{
    unsigned a, b, c, d;

    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0;
}

bool llama_tile_avx2_works(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
           && has_f16c();
}

/* For each of four vectors the sum of its eight numbers, as the library adds
 * them: ((0+4)+(2+6)) + ((1+5)+(3+7)). */
INLINE __m128 add_up(const __m256 *all)
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

/* Scales of rows times that of a column, for some blocks; and the products of
 * their other numbers, summed. */
INLINE __m128 multiply_scales(const struct llama_tile_group *rows,
                              const struct llama_tile_group *columns,
                              int64_t num_blocks,
                              int column,
                              __m128 others,
                              float (*scales)[LLAMA_TILE])
{
    for (int64_t i = 0; i < num_blocks; i++) {
        _mm_store_ps(scales[i],
                     _mm_mul_ps(_mm_load_ps(rows[i].scale),
                                _mm_set1_ps(columns[i].scale[column])));
        others = _mm_fmadd_ps(_mm_load_ps(rows[i].other),
                              _mm_set1_ps(columns[i].other[column]),
                              others);
    }
    return others;
}

/* Bytes of a row, 0 to 15, times those of a column: sixteen bits hold the sum of
 * two products. */
INLINE __m256 products(__m256i weights, __m256i column)
{
    const __m256i pairs = _mm256_maddubs_epi16(weights, column);

    return _mm256_cvtepi32_ps(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

struct sums {
    __m256 all[PAIR][LLAMA_TILE]; /* of a column and a row, eight parts each */
    __m128 others[PAIR];          /* of a column, all rows */
};

/* A block of a column or two.
 * scales  of the first one; those of the second AT_ONCE further on */
INLINE void multiply_block(const struct llama_tile_group *rows,
                           const int8_t (*columns)[LLAMA_TILE_BLOCK],
                           const int num_columns,
                           const float (*scales)[LLAMA_TILE],
                           struct sums *sums)
{
#    pragma GCC unroll 4
    for (int r = 0; r < LLAMA_TILE; r++) {
        const __m256i weights =
            _mm256_load_si256((const __m256i *)rows->bytes[r]);

#    pragma GCC unroll 2
        for (int c = 0; c < num_columns; c++) {
            const __m256i column =
                _mm256_load_si256((const __m256i *)columns[c]);

            sums->all[c][r] = _mm256_fmadd_ps(
                _mm256_broadcast_ss(&scales[(ptrdiff_t)c * AT_ONCE][r]),
                products(weights, column),
                sums->all[c][r]);
        }
    }
}

INLINE void clear(struct sums *sums, const int num_columns)
{
    for (int c = 0; c < num_columns; c++) {
        sums->others[c] = _mm_setzero_ps();
        for (int r = 0; r < LLAMA_TILE; r++)
            sums->all[c][r] = _mm256_setzero_ps();
    }
}

INLINE void put(const struct sums *sums,
                int num_columns,
                float *out,
                size_t stride)
{
    for (int c = 0; c < num_columns; c++) {
        _mm_storeu_ps((float *)(void *)((char *)out + (size_t)c * stride),
                      _mm_add_ps(add_up(sums->all[c]), sums->others[c]));
    }
}

struct place {
    int at;     /* the first column of the group */
    float *out; /* its numbers */
    size_t stride;
};

/* The compiler is to know `num_columns`: then all sums are in registers. */
INLINE void multiply(const struct llama_tile_group *rows,
                     const struct llama_tile_group *columns,
                     int64_t num_blocks,
                     const int num_columns,
                     struct place place)
{
    _Alignas(32) float scales[PAIR][AT_ONCE][LLAMA_TILE];
    struct sums sums;

    clear(&sums, num_columns);
    for (int64_t first = 0; first < num_blocks; first += AT_ONCE) {
        const int64_t left = num_blocks - first;
        const int64_t num = left < AT_ONCE ? left : AT_ONCE;

        for (int c = 0; c < num_columns; c++) {
            sums.others[c] = multiply_scales(rows,
                                             columns,
                                             num,
                                             place.at + c,
                                             sums.others[c],
                                             scales[c]);
        }
        for (int64_t i = 0; i < num; i++, rows++, columns++) {
            multiply_block(rows,
                           columns->bytes + place.at,
                           num_columns,
                           (const float(*)[LLAMA_TILE]) & scales[0][i],
                           &sums);
        }
    }
    put(&sums, num_columns, place.out, place.stride);
}

TARGET void llama_tile_avx2(const struct llama_tile_group *rows,
                            const struct llama_tile_group *columns,
                            int64_t num_blocks,
                            int num_columns,
                            float *out,
                            size_t stride)
{
    struct place place = { .out = out, .stride = stride };

    while (place.at + PAIR <= num_columns) {
        multiply(rows, columns, num_blocks, PAIR, place);
        place.at += PAIR;
        place.out = (float *)(void *)((char *)place.out + PAIR * stride);
    }
    if (place.at < num_columns)
        multiply(rows, columns, num_blocks, 1, place);
}
#else
bool llama_tile_avx2_works(void)
{
    return false;
}

void llama_tile_avx2(const struct llama_tile_group *rows,
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
