/* How long replies are expected to be. */
#include "base/file.h"
#include "plan/reply_lengths.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct reply_lengths *read_text(const char *text, struct error *err)
{
    char path[] = "/tmp/trustsweep-lengths-XXXXXX";
    int fd = mkstemp(path);
    struct reply_lengths *lengths;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    lengths = reply_lengths_read(path, err);
    (void)unlink(path);
    return lengths;
}

static void test_a_model_that_is_listed_and_one_that_is_not(void **state)
{
    const char *const listed[2] = { NULL, "b" };
    const char *const published[2] = { "a", "mine" };
    const char *const other[2] = { NULL, "mine" };
    struct error err;
    struct reply_lengths *lengths = read_text(
        "{\"models\": [\"a\", \"b\", \"c\"], \"tasks\": [ { \"name\": \"x/y\","
        " \"mean\": [400, 800, null] }, { \"name\": \"x/z\","
        " \"mean\": [null, null, 1] } ] }",
        &err);

    (void)state;
    assert_non_null(lengths);
    assert_true(fabs(reply_lengths_tokens(lengths, "x/y", listed) - 200)
                < 1e-9);
    assert_true(fabs(reply_lengths_tokens(lengths, "x/y", published) - 100)
                < 1e-9);
    assert_true(fabs(reply_lengths_tokens(lengths, "x/y", other) - 150) < 1e-9);
    assert_true(fabs(reply_lengths_tokens(lengths, "x/z", listed) - 1) < 1e-9);
    assert_true(isnan(reply_lengths_tokens(lengths, "x/w", other)));
    reply_lengths_destroy(lengths);
}

static void test_what_is_no_such_file(void **state)
{
    struct error err;

    (void)state;
    assert_null(read_text("[]", &err));
    assert_int_equal(err.code, ERR_FORMAT);
    assert_null(reply_lengths_read("/nowhere/at/all", &err));
    assert_int_equal(err.code, ERR_IO);
}

static void test_the_file_that_comes_with_the_program(void **state)
{
    const char *const names[2] = { NULL, "nobody" };
    char *path = path_share("datasets/reply_lengths.json", NULL);
    struct error err;
    struct reply_lengths *lengths;

    (void)state;
    assert_non_null(path);
    lengths = reply_lengths_read(path, &err);
    assert_non_null(lengths);
    assert_true(reply_lengths_tokens(lengths, "safety/jailbreak", names) > 50);
    assert_true(reply_lengths_tokens(lengths, "robustness/AdvGLUE", names)
                < 50);
    reply_lengths_destroy(lengths);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_model_that_is_listed_and_one_that_is_not),
        cmocka_unit_test(test_what_is_no_such_file),
        cmocka_unit_test(test_the_file_that_comes_with_the_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
