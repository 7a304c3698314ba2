/* gzip there and back, members, and torn or bloated data. */
#include "base/gzip.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_round_trip(void **state)
{
    static const size_t lens[] = { 0, 1, 65535, 65536, 65537, 1 << 20 };
    uint64_t seed = 5;
    char *bytes = mem_alloc(1 << 20, 1);

    (void)state;
    for (size_t i = 0; i < 1 << 20; i++) {
        bytes[i] = (char)random_below(&seed, 256);
    }
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        struct text packed = { 0 };
        struct text out = { 0 };
        text_add(&out, "+");
        gzip_deflate(bytes, lens[i], &packed);
        assert_true(gzip_is(packed.data, packed.len));
        assert_int_equal(
            gzip_inflate(packed.data, packed.len, lens[i], &out, NULL),
            0);
        assert_int_equal(out.len, lens[i] + 1);
        assert_memory_equal(out.data + 1, bytes, lens[i]);
        text_release(&out);
        text_release(&packed);
    }
    free(bytes);
}

static void test_members(void **state)
{
    struct text packed = { 0 };
    struct text out = { 0 };
    struct error err = { 0 };

    (void)state;
    gzip_deflate("one ", 4, &packed);
    gzip_deflate("", 0, &packed);
    gzip_deflate("two", 3, &packed);
    assert_int_equal(gzip_inflate(packed.data, packed.len, 7, &out, &err), 0);
    assert_string_equal(out.data, "one two");
    text_clear(&out);
    /* The limit is for all members together. */
    assert_int_equal(gzip_inflate(packed.data, packed.len, 6, &out, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(out.len, 0);
    text_add(&packed, "tail");
    assert_int_equal(gzip_inflate(packed.data, packed.len, 9, &out, &err), -1);
    text_release(&out);
    text_release(&packed);
}

static void test_every_cut_is_torn(void **state)
{
    struct text packed = { 0 };
    struct text out = { 0 };

    (void)state;
    gzip_deflate("some text, some text, some more text", 36, &packed);
    text_add(&out, "kept");
    for (size_t len = 0; len < packed.len; len++) {
        struct error err = { 0 };
        char *cut = mem_copy(packed.data, len);
        assert_int_equal(gzip_inflate(cut, len, 100, &out, &err), -1);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_string_equal(out.data, "kept");
        free(cut);
    }
    text_release(&out);
    text_release(&packed);
}

static void test_flips_are_refused(void **state)
{
    struct text packed = { 0 };
    struct text out = { 0 };

    (void)state;
    gzip_deflate("some text, some text, some more text", 36, &packed);
    /* Behind the header, all bits are covered by the checks at the end. */
    for (size_t at = 10; at < packed.len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            char *bytes = mem_copy(packed.data, packed.len);
            bytes[at] = (char)(bytes[at] ^ 1 << bit);
            if (gzip_inflate(bytes, packed.len, 1000, &out, NULL) == 0) {
                /* A few bits of padding carry nothing. */
                assert_string_equal(out.data,
                                    "some text, some text, some more text");
            }
            text_clear(&out);
            free(bytes);
        }
    }
    text_release(&out);
    text_release(&packed);
}

static void test_bomb(void **state)
{
    struct text packed = { 0 };
    struct text out = { 0 };
    struct error err = { 0 };
    char *zeros = mem_alloc(10000000, 1);

    (void)state;
    gzip_deflate(zeros, 10000000, &packed);
    assert_true(packed.len < 20000);
    assert_int_equal(gzip_inflate(packed.data, packed.len, 9999999, &out, &err),
                     -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(out.len, 0);
    text_release(&out);
    text_release(&packed);
    free(zeros);
}

static void test_is(void **state)
{
    (void)state;
    assert_false(gzip_is(NULL, 0));
    assert_false(gzip_is("\x1F", 1));
    assert_true(gzip_is("\x1F\x8B", 2));
    assert_false(gzip_is("{}", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_every_cut_is_torn),
        cmocka_unit_test(test_flips_are_refused),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
