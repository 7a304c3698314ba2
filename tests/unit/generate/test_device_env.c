/* Which GPUs a child sees: those of its slot, by index or by name. */
#include "generate/device_env.h"
#include "trustsweep/backend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void check(const char *visible, int first, int num, const char *expected)
{
    struct slot slot = { .num_devices = num };
    char *list;

    for (int i = 0; i < num; i++)
        slot.devices[i] = first + i;
    list = device_env_list(visible, &slot);
    if (expected) {
        assert_string_equal(list, expected);
    } else {
        assert_null(list);
    }
    free(list);
}

static void test_by_index_and_by_name(void **state)
{
    (void)state;
    check(NULL, 2, 2, "2,3");
    check("4,5,6,7", 2, 2, "6,7");
    check("MIG-a,MIG-b,MIG-c", 1, 1, "MIG-b");
    check("4,5", 1, 2, NULL);
    check("4,5", 0, 0, "");
    check(NULL, 0, 0, "");
}

static void test_the_process_sees_them_from_0(void **state)
{
    struct slot slot = { .num_devices = 2, .devices = { 1, 2 } };

    (void)state;
    (void)setenv("CUDA_VISIBLE_DEVICES", "GPU-x,GPU-y,GPU-z", 1);
    device_env_apply(&slot);
    assert_string_equal(getenv("CUDA_VISIBLE_DEVICES"), "GPU-y,GPU-z");
    assert_int_equal(slot.devices[0], 0);
    assert_int_equal(slot.devices[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_index_and_by_name),
        cmocka_unit_test(test_the_process_sees_them_from_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
