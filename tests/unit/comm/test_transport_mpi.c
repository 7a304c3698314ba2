/* What of the MPI transport can be seen without starting MPI. */
#include "comm/transport_mpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_version(void **state)
{
    char text[128] = "";
    char cut[6] = "xxxxx";

    (void)state;
    transport_mpi_version(text, sizeof text);
    assert_true(strlen(text) > 4);
    assert_non_null(strstr(text, "MPI"));
    assert_null(strpbrk(text, "\r\n\t,"));
    assert_null(strstr(text, "  "));
    transport_mpi_version(cut, sizeof cut);
    assert_int_equal(strlen(cut), 5);
    assert_memory_equal(cut, text, 5);
}

static void test_is_rank(void **state)
{
    static const char *const names[] = { "OMPI_COMM_WORLD_RANK",
                                         "PMIX_RANK",
                                         "PMI_RANK" };

    (void)state;
    for (size_t i = 0; i < 3; i++)
        (void)unsetenv(names[i]);
    assert_false(transport_mpi_is_rank());
    for (size_t i = 0; i < 3; i++) {
        (void)setenv(names[i], "0", 1);
        assert_true(transport_mpi_is_rank());
        (void)unsetenv(names[i]);
    }
    assert_false(transport_mpi_is_rank());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_is_rank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
