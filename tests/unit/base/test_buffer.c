/* Bytes there and back, and what bad bytes must not do. */
#include "base/buffer.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_round_trip(void **state)
{
    struct hash128 hash = { 0x0123456789ABCDEF, 0xFEDCBA9876543210 };
    struct text out = { 0 };
    struct buffer in;
    uint64_t len;

    (void)state;
    buffer_put_u8(&out, 0xFE);
    buffer_put_u32(&out, 0xDEADBEEF);
    buffer_put_u64(&out, UINT64_MAX);
    buffer_put_i64(&out, INT64_MIN);
    buffer_put_double(&out, -0.1);
    buffer_put_double(&out, (double)NAN);
    buffer_put_hash(&out, hash);
    buffer_put_bytes(&out, "a\0b", 3);
    buffer_put_text(&out, NULL);
    buffer_put_text(&out, "");
    buffer_init(&in, out.data, out.len);
    assert_int_equal(buffer_u8(&in), 0xFE);
    assert_int_equal(buffer_u32(&in), 0xDEADBEEF);
    assert_true(buffer_u64(&in) == UINT64_MAX);
    assert_true(buffer_i64(&in) == INT64_MIN);
    assert_true(buffer_double(&in) == -0.1);
    assert_true(isnan(buffer_double(&in)));
    assert_true(hash_equal(buffer_hash(&in), hash));
    char *text = buffer_text(&in, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(text, "a\0b", 4);
    free(text);
    assert_null(buffer_text(&in, &len));
    assert_int_equal(len, 0);
    assert_true(buffer_failed(&in)); /* bytes are left over */
    text = buffer_text(&in, NULL);
    assert_string_equal(text, "");
    free(text);
    assert_false(buffer_failed(&in));
    assert_int_equal(buffer_left(&in), 0);
    text_release(&out);
}

/* Another byte order would make journals of two machines differ. */
static void test_is_little_endian(void **state)
{
    struct text out = { 0 };

    (void)state;
    buffer_put_u32(&out, 0x01020304);
    buffer_put_text(&out, "x");
    assert_int_equal(out.len, 13);
    assert_memory_equal(out.data, "\4\3\2\1\1\0\0\0\0\0\0\0x", 13);
    text_release(&out);
}

static void test_stays_failed(void **state)
{
    static const unsigned char bytes[] = { 1, 2, 3, 4, 5, 6 };
    struct buffer in;

    (void)state;
    buffer_init(&in, bytes, sizeof bytes);
    assert_int_equal(buffer_u64(&in), 0);
    assert_true(buffer_failed(&in));
    assert_int_equal(buffer_u8(&in), 0);
    assert_int_equal(buffer_left(&in), 0);
    assert_null(buffer_text(&in, NULL));
    buffer_init(&in, NULL, 0);
    assert_false(buffer_failed(&in));
    assert_int_equal(buffer_u8(&in), 0);
    assert_true(buffer_failed(&in));
}

static void test_lengths_are_not_believed(void **state)
{
    static const uint64_t lens[] = { 5, 1000, UINT64_MAX - 1, UINT64_MAX / 2 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        struct text out = { 0 };
        struct buffer in;
        uint64_t len = 99;
        buffer_put_u64(&out, lens[i]);
        text_add(&out, "four");
        buffer_init(&in, out.data, out.len);
        assert_null(buffer_text(&in, &len));
        assert_int_equal(len, 0);
        assert_true(buffer_failed(&in));
        text_release(&out);
    }
}

static void test_counts_are_not_believed(void **state)
{
    static const struct {
        uint32_t num;
        size_t item_bytes;
        bool ok;
    } rows[] = {
        { 0, 8, true },
        { 2, 8, true },
        { 3, 8, false },
        { 16, 1, true },
        { 17, 1, false },
        { 17, 0, false },
        { UINT32_MAX, SIZE_MAX, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct text out = { 0 };
        struct buffer in;
        buffer_put_u32(&out, rows[i].num);
        buffer_put_hash(&out, (struct hash128){ 0 });
        buffer_init(&in, out.data, out.len);
        uint32_t num = buffer_count(&in, rows[i].item_bytes);
        if (in.failed == rows[i].ok || num != (rows[i].ok ? rows[i].num : 0)) {
            fail_msg("row %zu gave %u", i, num);
        }
        text_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_is_little_endian),
        cmocka_unit_test(test_stays_failed),
        cmocka_unit_test(test_lengths_are_not_believed),
        cmocka_unit_test(test_counts_are_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
