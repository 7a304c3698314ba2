/* What is added to an error of a full disk, and to no other. */
#include "cli/parts/way_out.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_full_disk(void **state)
{
    struct error err = { 0 };

    (void)state;
    (void)error_set_errno(&err, ENOSPC, "a/b");
    way_out_add(&err);
    assert_non_null(strstr(err.text, "a/b"));
    assert_non_null(strstr(err.text, "; free space there"));
    assert_int_equal(err.code, ERR_IO);
    (void)error_set_errno(&err, EFBIG, "a/b");
    way_out_add(&err);
    assert_non_null(strstr(err.text, "ulimit -f"));
}

static void another_error(void **state)
{
    struct error err = { 0 };
    struct error before;

    (void)state;
    (void)error_set_errno(&err, EIO, "a/b");
    before = err;
    way_out_add(&err);
    assert_string_equal(err.text, before.text);
    (void)error_set(&err, ERR_IO, "No space left on device; do that");
    before = err;
    way_out_add(&err);
    assert_string_equal(err.text, before.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk),
        cmocka_unit_test(another_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
