/*
 * Products of Q4_1 weights are those of the library to the last bit: one by
 * one, and as steps of a computation, where the library hands them over.
 */
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "generate/llama/llama_tile.h"
#    include "generate/llama/llama_tile_hook.h"
#    include "generate/llama/llama_tile_kinds.h"

#    include <ggml-cpu.h>
#    include <ggml.h>

enum { ROWS = 68, MOST_COLUMNS = 41 };

struct numbers {
    int64_t length;
    char *weights;   /* [ROWS][length] in Q4_1 */
    char *packed;    /* [MOST_COLUMNS][length] in Q8_1 */
    float *columns;  /* [MOST_COLUMNS][length] */
    float *expected; /* [MOST_COLUMNS][ROWS] */
    float *result;   /* the same */
};

static float draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (float)(int64_t)(*seed >> 40) / 65536.0F - 128.0F;
}

static size_t bytes_of(enum ggml_type type, int64_t length)
{
    return ggml_row_size(type, length);
}

/* Each product by the library, one row and one column at a time. */
static struct numbers make(int64_t length)
{
    const struct ggml_type_traits_cpu *rows =
        ggml_get_type_traits_cpu(GGML_TYPE_Q4_1);
    const struct ggml_type_traits_cpu *columns =
        ggml_get_type_traits_cpu(GGML_TYPE_Q8_1);
    const size_t row = bytes_of(GGML_TYPE_Q4_1, length);
    const size_t column = bytes_of(GGML_TYPE_Q8_1, length);
    const size_t num = (size_t)length;
    float *raw = mem_alloc(ROWS * num, sizeof *raw);
    uint64_t seed = (uint64_t)length;
    struct numbers out = {
        .length = length,
        .weights = mem_alloc(ROWS, row),
        .packed = mem_alloc(MOST_COLUMNS, column),
        .columns = mem_alloc(MOST_COLUMNS * num, sizeof(float)),
        .expected = mem_alloc(MOST_COLUMNS * ROWS, sizeof(float)),
        .result = mem_alloc(MOST_COLUMNS * ROWS, sizeof(float)),
    };

    for (size_t i = 0; i < ROWS * num; i++)
        raw[i] = draw(&seed);
    for (size_t i = 0; i < MOST_COLUMNS * num; i++)
        out.columns[i] = draw(&seed) * (float)(i % 7);
    (void)ggml_quantize_chunk(GGML_TYPE_Q4_1,
                              raw,
                              out.weights,
                              0,
                              ROWS,
                              length,
                              NULL);
    for (size_t c = 0; c < MOST_COLUMNS; c++) {
        columns->from_float(&out.columns[c * num],
                            out.packed + c * column,
                            length);
        for (size_t r = 0; r < ROWS; r++) {
            rows->vec_dot((int)length,
                          &out.expected[c * ROWS + r],
                          0,
                          out.weights + r * row,
                          0,
                          out.packed + c * column,
                          0,
                          1);
        }
    }
    free(raw);
    return out;
}

static void release(struct numbers *numbers)
{
    free(numbers->weights);
    free(numbers->packed);
    free(numbers->columns);
    free(numbers->expected);
    free(numbers->result);
}

static void expect_equal(const struct numbers *numbers, size_t num_columns)
{
    assert_memory_equal(numbers->result,
                        numbers->expected,
                        num_columns * ROWS * sizeof(float));
}

/* The first `num_columns`, in groups of four and what is left. */
static void multiply(const struct numbers *numbers,
                     llama_tile_product *product,
                     int num_columns)
{
    const int64_t blocks = numbers->length / LLAMA_TILE_BLOCK;
    const size_t row = bytes_of(GGML_TYPE_Q4_1, numbers->length);
    const size_t column = bytes_of(GGML_TYPE_Q8_1, numbers->length);
    const size_t bytes = llama_tile_bytes(blocks);
    char *rows = aligned_alloc(LLAMA_TILE_ALIGN, bytes);
    char *columns = aligned_alloc(LLAMA_TILE_ALIGN, bytes);

    for (int c = 0; c < num_columns; c += LLAMA_TILE) {
        const int num =
            num_columns - c < LLAMA_TILE ? num_columns - c : LLAMA_TILE;

        for (int at = 0; at < LLAMA_TILE; at++) {
            llama_tile_place(
                at < num ? numbers->packed + (size_t)(c + at) * column : NULL,
                blocks,
                at,
                columns);
        }
        for (int r = 0; r < ROWS; r += LLAMA_TILE) {
            llama_tile_unpack(numbers->weights + (size_t)r * row,
                              row,
                              blocks,
                              rows);
            product((const void *)rows,
                    (const void *)columns,
                    blocks,
                    num,
                    &numbers->result[c * ROWS + r],
                    ROWS * sizeof(float));
        }
    }
    free(columns);
    free(rows);
}

static void expect_products(llama_tile_product *product)
{
    static const int64_t lengths[] = { 32, 480, 512, 544, 576, 1536 };

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct numbers numbers = make(lengths[i]);

        for (int num = 1; num <= 9; num++) {
            memset(numbers.result, 0xFF, sizeof(float) * ROWS * MOST_COLUMNS);
            multiply(&numbers, product, num);
            expect_equal(&numbers, (size_t)num);
        }
        release(&numbers);
    }
}

static void a_product_is_the_librarys(void **state)
{
    (void)state;
    if (!llama_tile_avx2_works())
        skip();
    expect_products(llama_tile_avx2);
}

static void so_it_is_with_wider_instructions(void **state)
{
    (void)state;
    if (!llama_tile_vnni_works())
        skip();
    expect_products(llama_tile_vnni);
}

/* As a model's layer does it.  Bytes of work memory that it asked for. */
static size_t compute(const struct numbers *numbers,
                      int64_t num_columns,
                      int num_threads)
{
    struct ggml_init_params params = { .mem_size = (size_t)16 << 20 };
    struct ggml_context *memory = ggml_init(params);
    struct ggml_tensor *weights =
        ggml_new_tensor_2d(memory, GGML_TYPE_Q4_1, numbers->length, ROWS);
    struct ggml_tensor *columns =
        ggml_new_tensor_2d(memory, GGML_TYPE_F32, numbers->length, num_columns);
    struct ggml_tensor *result = ggml_mul_mat(memory, weights, columns);
    struct ggml_cgraph *graph = ggml_new_graph(memory);
    size_t work;

    memcpy(weights->data, numbers->weights, ggml_nbytes(weights));
    memcpy(columns->data, numbers->columns, ggml_nbytes(columns));
    ggml_build_forward_expand(graph, result);
    work = ggml_graph_plan(graph, num_threads, NULL).work_size;
    assert_int_equal(ggml_graph_compute_with_ctx(memory, graph, num_threads),
                     GGML_STATUS_SUCCESS);
    memcpy(numbers->result, result->data, ggml_nbytes(result));
    ggml_free(memory);
    return work;
}

static void the_library_hands_them_over(void **state)
{
    static const int64_t nums[] = { 1, 2, 3, 4, 5, 32, MOST_COLUMNS };
    struct numbers numbers;

    (void)state;
    if (!llama_tile_hook(true))
        skip();
    assert_true(llama_tile_hook(true));
    numbers = make(576);
    for (size_t i = 0; i < sizeof nums / sizeof *nums; i++) {
        for (int threads = 1; threads <= 3; threads++) {
            const int64_t blocks = 576 / LLAMA_TILE_BLOCK;
            size_t work;

            memset(numbers.result, 0xFF, sizeof(float) * ROWS * MOST_COLUMNS);
            work = compute(&numbers, nums[i], threads);
            expect_equal(&numbers, (size_t)nums[i]);
            /* the library's own product needs the packed columns only */
            assert_true((work >= llama_tile_bytes(blocks)) == (nums[i] > 1));
        }
    }
    release(&numbers);
}

/* Where it does not, sweeps take twice the time and nobody is told. */
static void the_pinned_library_can(void **state)
{
    (void)state;
    if (!llama_tile_works() || !getenv("TRUSTSWEEP_LLAMA"))
        skip();
    assert_true(llama_tile_hook(true));
}

/* To compare: the library's own products then, with the same bits. */
static void it_can_be_turned_off(void **state)
{
    struct numbers numbers;
    size_t work;

    (void)state;
    if (!llama_tile_hook(true))
        skip();
    numbers = make(576);
    assert_false(llama_tile_hook(false));
    work = compute(&numbers, MOST_COLUMNS, 2);
    expect_equal(&numbers, MOST_COLUMNS);
    memset(numbers.result, 0xFF, sizeof(float) * ROWS * MOST_COLUMNS);
    assert_true(llama_tile_hook(true));
    /* the library's needs the packed columns only */
    assert_true(work < compute(&numbers, MOST_COLUMNS, 2));
    expect_equal(&numbers, MOST_COLUMNS);
    release(&numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_is_the_librarys),
        cmocka_unit_test(so_it_is_with_wider_instructions),
        cmocka_unit_test(the_library_hands_them_over),
        cmocka_unit_test(the_pinned_library_can),
        cmocka_unit_test(it_can_be_turned_off),
    };

    ggml_cpu_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
