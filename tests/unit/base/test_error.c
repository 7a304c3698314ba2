/* Errors, the log and the clock. */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_set(void **state)
{
    struct error err = { 0 };

    (void)state;
    assert_int_equal(error_set(&err, ERR_FORMAT, "%s:%d: bad", "f", 3), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_string_equal(err.text, "f:3: bad");
    assert_int_equal(error_wrap(&err, "job %d", 7), -1);
    assert_string_equal(err.text, "job 7: f:3: bad");
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(error_set_errno(&err, ENOENT, "x"), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.text, "x: No such file or directory");
    assert_int_equal(error_set(&err, ERR_USAGE, "in: %s", err.text), -1);
    assert_string_equal(err.text, "in: x: No such file or directory");
    assert_int_equal(error_exit_status(&err), 2);
    (void)error_set(&err, ERR_IO, "two\nlines");
    assert_string_equal(err.text, "two lines");
    (void)error_set(&err,
                    ERR_IO,
                    "a\xc2\x9b"
                    "1m\xe2\x80\xae"
                    "b");
    assert_string_equal(err.text, "a 1m b");
    (void)error_wrap(&err, "\x1b[31m");
    assert_string_equal(err.text, " [31m: a 1m b");
    assert_int_equal(error_exit_status(&err), 3);
    assert_int_equal(error_set(NULL, ERR_IO, "x"), -1);
    assert_int_equal(error_set_errno(NULL, ENOENT, "x"), -1);
    assert_int_equal(error_wrap(NULL, "x"), -1);
}

/* Long texts are cut, between characters, and end in "...". */
static void test_cut(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct error err = { 0 };
        struct text text = { 0 };
        text_add_len(&text, "abc", shift % 4 == 3 ? 3 : shift);
        while (text.len < 2000) {
            text_add(&text, "\xE2\x82\xAC");
        }
        (void)error_set(&err, ERR_IO, "%s", text.data);
        size_t len = strlen(err.text);
        assert_in_range(len, sizeof err.text - 8, sizeof err.text - 1);
        assert_true(text_ends(err.text, "\xE2\x82\xAC..."));
        assert_int_equal(text_valid_utf8(err.text, len), len);
        (void)error_wrap(&err, "%s", text.data);
        assert_in_range(strlen(err.text),
                        sizeof err.text - 8,
                        sizeof err.text - 1);
        text_release(&text);
    }
}

static void test_simulated_clock(void **state)
{
    char text[24];

    (void)state;
    int64_t before = clock_ns();
    clock_sleep_ms(2);
    assert_true(clock_ns() - before >= 2000000);
    assert_true(clock_unix_ms() > INT64_C(1700000000000));
    clock_simulate(true, 1000);
    assert_int_equal(clock_ms(), 1000);
    clock_advance_ms(5);
    clock_sleep_ms(0.5);
    assert_int_equal(clock_ns(), 1005500000);
    assert_int_equal(clock_unix_ms(), 1005);
    clock_simulate(false, 0);
    assert_true(clock_ns() >= before);
    clock_format(INT64_C(1795540568123), text, sizeof text);
    assert_string_equal(text, "2026-11-24T17:16:08Z");
    clock_format(-1, text, sizeof text);
    assert_string_equal(text, "1969-12-31T23:59:59Z");
    clock_format(INT64_MAX, text, sizeof text);
    assert_true(strlen(text) < sizeof text);
}

static void test_log(void **state)
{
    char path[] = "/tmp/trustsweep-log-XXXXXX";
    struct error err = { 0 };
    struct text text = { 0 };
    char huge[5000];

    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    clock_simulate(true, INT64_C(1795540568123));
    assert_int_equal(log_open("/tmp/none/of/these", 0, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(log_open(path, 3, &err), 0);
    log_info("lease expired unit=%d", 7);
    log_error("two\nlines\xc2\x9b");
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    log_warn("%s", huge);
    log_close();
    clock_simulate(false, 0);
    assert_int_equal(file_read(path, 100000, &text, &err), 0);
    assert_true(text_starts(
        text.data,
        "2026-11-24T17:16:08Z INFO 3 test_error.c: lease expired unit=7\n"
        "2026-11-24T17:16:08Z ERROR 3 test_error.c: two lines \n"
        "2026-11-24T17:16:08Z WARN 3 test_error.c: xxx"));
    assert_true(text_ends(text.data, "xxx\n"));
    assert_true(text.len < 2300);
    text_release(&text);
    (void)unlink(path);
}

/* What `say` writes to stderr. */
static void catch_stderr(void (*say)(void), struct text *out)
{
    char path[] = "/tmp/trustsweep-log-XXXXXX";
    const int fd = mkstemp(path);
    const int before = dup(STDERR_FILENO);

    assert_true(fd >= 0 && before >= 0);
    assert_true(dup2(fd, STDERR_FILENO) >= 0);
    say();
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    (void)close(fd);
    assert_int_equal(file_read(path, 100000, out, NULL), 0);
    (void)unlink(path);
}

static void say_all(void)
{
    log_info("nobody hears it");
    log_warn("two\nlines of %s", "m");
    log_error("it broke");
}

/* A command speaks with one voice; the first rank's lines say when and who. */
static void test_who_speaks(void **state)
{
    struct text said = { 0 };

    (void)state;
    log_close();
    assert_int_equal(log_open(NULL, -1, NULL), 0);
    catch_stderr(say_all, &said);
    assert_string_equal(text_data(&said),
                        "trustsweep: warning: two lines of m\n"
                        "trustsweep: it broke\n");
    text_clear(&said);
    clock_simulate(true, INT64_C(1795540568123));
    assert_int_equal(log_open(NULL, 0, NULL), 0);
    catch_stderr(say_all, &said);
    clock_simulate(false, 0);
    assert_string_equal(
        text_data(&said),
        "2026-11-24T17:16:08Z WARN 0 test_error.c: two lines of m\n"
        "2026-11-24T17:16:08Z ERROR 0 test_error.c: it broke\n");
    text_release(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_simulated_clock),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_who_speaks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
