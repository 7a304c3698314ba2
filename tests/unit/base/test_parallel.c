/* Every piece once, whatever the number of threads. */
#include "base/mem.h"
#include "base/parallel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void count(void *context, size_t i)
{
    atomic_int *times = context;

    atomic_fetch_add(&times[i], 1);
}

static void test_each_once(void **state)
{
    static const size_t nums[] = { 0, 1, 2, 1000 };

    (void)state;
    for (size_t k = 0; k < sizeof nums / sizeof nums[0]; k++) {
        atomic_int *times = mem_alloc(nums[k] + 1, sizeof *times);

        parallel_each(nums[k], count, times);
        for (size_t i = 0; i < nums[k]; i++)
            assert_int_equal(times[i], 1);
        assert_int_equal(times[nums[k]], 0);
        free(times);
    }
    assert_true(parallel_cores() >= 1);
}

struct inner {
    atomic_int num;
};

static void begin_more(void *context, size_t i)
{
    struct inner *inner = context;
    atomic_int times[3] = { 0 };

    (void)i;
    parallel_each(3, count, times);
    atomic_fetch_add(&inner->num, times[0] + times[1] + times[2]);
}

/* A piece may have pieces of its own. */
static void test_nests(void **state)
{
    struct inner inner = { 0 };

    (void)state;
    parallel_each(5, begin_more, &inner);
    assert_int_equal(inner.num, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once),
        cmocka_unit_test(test_nests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
