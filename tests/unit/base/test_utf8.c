/* Code points, lower case and letters without accents. */
#include "base/utf8.h"
#include "trustsweep/bug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_next(void **state)
{
    static const char text[] = "a\xC3\xA9\xE2\x88\x92\xF0\x9F\x98\x80\xC3z\x80";
    static const uint32_t want[] = { 'a',    0xE9, 0x2212, 0x1F600,
                                     0xFFFD, 'z',  0xFFFD };
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_int_equal(utf8_next(text, sizeof text - 1, &at), want[i]);
    assert_int_equal(at, sizeof text - 1);
    at = 0; /* cut in the middle */
    assert_int_equal(utf8_next("\xE2\x88", 2, &at), 0xFFFD);
    assert_int_equal(at, 1);
}

static void test_space(void **state)
{
    (void)state;
    assert_true(utf8_is_space(' ') && utf8_is_space('\n'));
    assert_true(utf8_is_space(0x1C) && utf8_is_space(0x3000));
    assert_false(utf8_is_space('.') || utf8_is_space(0x200B));
}

static void test_case(void **state)
{
    static const struct {
        const char *text;
        const char *lower;
        const char *fold;
    } rows[] = {
        { "", "", "" },
        { "A B@[z", "a b@[z", "a b@[z" },
        { "CR\xC3\x88ME", "cr\xC3\xA8me", "creme" },
        { "e\xCC\x81", "e\xCC\x81", "e" },
        { "\xC3\x97\xC3\x9F", "\xC3\x97\xC3\x9F", "\xC3\x97\xC3\x9F" },
        { "\xC5\xB8\xC5\xB9\xC5\x81", "\xC3\xBF\xC5\xBA\xC5\x82", "yzl" },
        { "\xCE\x86\xCE\x91\xCE\x8F",
          "\xCE\xAC\xCE\xB1\xCF\x8E",
          "\xCE\xAC\xCE\xB1\xCF\x8E" },
        { "\xD0\x81\xD0\x96\xD0\xAF",
          "\xD1\x91\xD0\xB6\xD1\x8F",
          "\xD1\x91\xD0\xB6\xD1\x8F" },
        { "\xE1\xBA\xA0", "\xE1\xBA\xA1", "\xE1\xBA\xA1" },
        { "\xFFX\xC3", "\xFFx\xC3", "\xFFx\xC3" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *lower = utf8_lower(rows[i].text);
        char *fold = utf8_fold(rows[i].text);

        assert_string_equal(lower, rows[i].lower);
        assert_string_equal(fold, rows[i].fold);
        free(fold);
        free(lower);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_space),
        cmocka_unit_test(test_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
