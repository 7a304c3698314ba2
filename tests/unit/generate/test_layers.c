/* How many layers of a model the GPUs of a slot hold. */
#include "generate/parts/layers.h"
#include "tests/unit/generate/asking.h"

#define MIB (UINT64_C(1) << 20)

/* 4000 MiB of blocks, and 1224 beside blocks and output on each GPU. */
static const struct backend_layers even = {
    .num = 41,
    .blocks = 4000 * MIB,
    .block = 100 * MIB,
    .output = 300 * MIB,
    .compute = 200 * MIB,
};

static int32_t choose(uint64_t first, uint64_t second)
{
    const uint64_t free[] = { first * MIB, second * MIB };

    return layers_choose(&even, free, second > 0 ? 2 : 1);
}

static void test_one_gpu(void **state)
{
    const uint64_t less = 5523 * MIB;

    (void)state;
    assert_int_equal(LAYERS_MARGIN, 1024 * MIB);
    assert_int_equal(choose(100000, 0), 41);
    assert_int_equal(choose(5524, 0), 41);
    assert_int_equal(choose(5523, 0), 40);
    assert_int_equal(choose(5424, 0), 40);
    assert_int_equal(choose(5423, 0), 39);
    assert_int_equal(choose(1524, 0), 1); /* the output */
    assert_int_equal(choose(1523, 0), 0);
    assert_int_equal(choose(0, 0), 0);
    assert_int_equal(layers_choose(&even, NULL, 0), 0);
    assert_int_equal(layers_lack(&even, 41, &less, 1), MIB);
    assert_int_equal(layers_lack(&even, 40, &less, 1), 0);
    assert_int_equal(layers_lack(&even, 999, &less, 1), MIB);
}

/* 21 blocks on the first, 19 and the output on the second. */
static void test_two_gpus(void **state)
{
    (void)state;
    assert_int_equal(choose(3424, 3424), 41);
    assert_int_equal(choose(3423, 3423), 39);
    /* shares follow what is free: 28 blocks, and 12 with the output */
    assert_int_equal(choose(5448, 2724), 41);
    assert_int_equal(choose(5446, 2723), 38);
}

static void test_a_gpu_without_memory_has_none(void **state)
{
    const uint64_t free[] = { 5524 * MIB, 0 };
    const uint64_t nothing[] = { 0, 0 };

    (void)state;
    assert_int_equal(layers_choose(&even, free, 2), 41);
    assert_int_equal(layers_choose(&even, nothing, 2), 0);
}

/* All are no more than they are, however large one is. */
static void test_blocks_differ(void **state)
{
    struct backend_layers odd = even;
    uint64_t free = 4524 * MIB;

    (void)state;
    odd.blocks = 3000 * MIB;
    assert_int_equal(layers_choose(&odd, &free, 1), 41);
    free -= 1;
    /* any may be the large ones: 29 of them, and the output */
    assert_int_equal(layers_choose(&odd, &free, 1), 30);
}

static void settle(const struct backend_layers *layers,
                   int64_t wanted,
                   uint64_t mib,
                   int32_t expected,
                   const char *says)
{
    const uint64_t free = mib * MIB;
    struct error err = { 0 };
    struct text how = { 0 };

    assert_int_equal(layers_settle(layers, wanted, &free, mib > 0, &how, &err),
                     expected);
    assert_string_equal(expected < 0 ? err.text : text_data(&how), says);
    text_release(&how);
}

static void test_what_was_chosen_is_told(void **state)
{
    const struct backend_layers unknown = { .blocks = 1 };

    (void)state;
    settle(&even,
           -1,
           5000,
           35,
           "gpu_layers auto: 35 of 41; all take 4300 MiB, and 200 to compute "
           "with and 1024 left alone on each GPU; free are 5000 MiB");
    settle(&even, 12, 5000, 12, "gpu_layers: 12 of 41");
    settle(&even, 999, 9000, 41, "gpu_layers: 41 of 41");
    settle(&even, 0, 9000, 0, "gpu_layers: 0 of 41");
    settle(&even,
           36,
           5000,
           -1,
           "gpu_layers=36 of 41 do not fit: all take 4300 MiB, and 200 to "
           "compute with and 1024 left alone on each GPU; free are 5000 MiB; "
           "35 fit, as gpu_layers=-1 finds, or lower cells=");
    settle(&even, 36, 0, 0, "");
    settle(&unknown,
           7,
           1,
           7,
           "gpu_layers: the file does not say how many there are");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_gpu),
        cmocka_unit_test(test_two_gpus),
        cmocka_unit_test(test_a_gpu_without_memory_has_none),
        cmocka_unit_test(test_blocks_differ),
        cmocka_unit_test(test_what_was_chosen_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
