/* Growing texts, UTF-8, numbers, patterns and what people read. */
#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_grows(void **state)
{
    struct text text = { 0 };

    (void)state;
    assert_string_equal(text_data(&text), "");
    for (int i = 0; i < 1000; i++) {
        text_addf(&text, "%03d,", i);
    }
    assert_int_equal(text.len, 4000);
    assert_memory_equal(text.data, "000,001,", 8);
    assert_string_equal(text.data + 3992, "998,999,");
    text_clear(&text);
    assert_string_equal(text_data(&text), "");
    text_add(&text, "ab");
    text_add_len(&text, "\0c", 2);
    assert_int_equal(text.len, 4);
    assert_memory_equal(text.data, "ab\0c", 5);
    char *taken = text_take(&text);
    assert_memory_equal(taken, "ab\0c", 5);
    assert_null(text.data);
    free(taken);
    taken = text_take(&text);
    assert_string_equal(taken, "");
    free(taken);
    text_release(&text);
    taken = text_format("%s-%d", "x", 7);
    assert_string_equal(taken, "x-7");
    free(taken);
}

static void test_compares(void **state)
{
    (void)state;
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_false(text_equal("", NULL));
    assert_true(text_equal("a", "a"));
    assert_false(text_equal("a", "A"));
    assert_true(text_starts("abc", "ab"));
    assert_true(text_starts("abc", ""));
    assert_false(text_starts("a", "ab"));
    assert_true(text_ends("a.gz", ".gz"));
    assert_false(text_ends("gz", ".gz"));
    assert_true(text_ends("gz", ""));
}

static void test_glob(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool covers;
    } rows[] = {
        { "", "", true },
        { "", "a", false },
        { "*", "", true },
        { "*", "abc", true },
        { "?", "", false },
        { "?", "a", true },
        { "a?c", "abc", true },
        { "a?c", "ac", false },
        { "a*c", "ac", true },
        { "a*c", "abcbc", true },
        { "a*c", "abcb", false },
        { "*/jail*", "safety/jailbreak", true },
        { "*ab", "aab", true },
        { "*a*b*", "xxbxxa", false },
        { "[a]", "a", false },
        { "[a]", "[a]", true },
        { "safety/*", "safety/", true },
        { "safety", "safety/x", false },
        { "**a", "bba", true },
        { "a**", "a", true },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (text_glob(rows[i].pattern, rows[i].text) != rows[i].covers) {
            fail_msg("'%s' over '%s'", rows[i].pattern, rows[i].text);
        }
    }
}

static void test_glob_many_stars_is_fast(void **state)
{
    char text[4001];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(text_glob("*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void test_nearest(void **state)
{
    static const char *const words[] = {
        "max_tokens", "temperature", NULL, "top_p", "seed", "seeds", "id",
    };
    static const struct {
        const char *word, *nearest;
    } rows[] = {
        { "max_token", "max_tokens" },
        { "maxtokens", "max_tokens" },
        { "tempreature", "temperature" },
        { "sed", "seed" },
        { "seedz", "seed" },
        { "top-p", "top_p" },
        { "repetition", NULL },
        { "", NULL },
        { "x", NULL },
        { "zz", NULL },
    };
    char longest[200];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *found = text_nearest(rows[i].word, words, ARRAY_LEN(words));
        if (!text_equal(found, rows[i].nearest)) {
            fail_msg("'%s': %s", rows[i].word, found ? found : "nothing");
        }
    }
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(text_nearest(longest, words, ARRAY_LEN(words)));
    const char *one = longest;
    assert_null(text_nearest("aaaa", &one, 1));
}

static void test_int64(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t number;
    } rows[] = {
        { "0", true, 0 },
        { "-1", true, -1 },
        { "007", true, 7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "+1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1.0", false, 0 },
        { "0x10", false, 0 },
        { "--1", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t number = 99;
        bool ok = text_to_int64(rows[i].text, &number);
        if (ok != rows[i].ok || number != (ok ? rows[i].number : 99)) {
            fail_msg("'%s'", rows[i].text);
        }
    }
}

static void test_uint64(void **state)
{
    static const char *const bad[] = { "",   "-1", "+1", "18446744073709551616",
                                       " 1", "1a", "-0" };
    uint64_t number = 99;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (text_to_uint64(bad[i], &number) || number != 99) {
            fail_msg("'%s'", bad[i]);
        }
    }
    assert_true(text_to_uint64("18446744073709551615", &number));
    assert_true(number == UINT64_MAX);
}

static void test_double(void **state)
{
    static const struct {
        const char *text;
        double number;
    } good[] = {
        { "0", 0 },  { "-0.5", -0.5 }, { "1e3", 1000 },  { ".5", 0.5 },
        { "5.", 5 }, { "+2", 2 },      { "1E-2", 0.01 },
    };
    static const char *const bad[] = { "",      "nan", "inf",  "-inf", "1e999",
                                       "0x1p3", " 1",  "1 ",   "e",    ".",
                                       "1,5",   "1e",  "1.2.3" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        double number = 99;
        if (!text_to_double(good[i].text, &number)
            || number != good[i].number) {
            fail_msg("'%s'", good[i].text);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        double number = 99;
        if (text_to_double(bad[i], &number) || number != 99) {
            fail_msg("'%s'", bad[i]);
        }
    }
}

static void test_utf8(void **state)
{
    static const struct {
        const char *bytes;
        size_t len, valid;
        const char *repaired;
    } rows[] = {
        { "", 0, 0, "" },
        { "abc", 3, 3, "abc" },
        { "\xC3\xA9", 2, 2, "\xC3\xA9" },
        { "\xE2\x82\xAC!", 4, 4, "\xE2\x82\xAC!" },
        { "\xF0\x9F\x98\x80", 4, 4, "\xF0\x9F\x98\x80" },
        { "\xF4\x8F\xBF\xBF", 4, 4, "\xF4\x8F\xBF\xBF" },
        { "a\xFFz", 3, 1, "a\xEF\xBF\xBDz" },
        { "\xC0\x80", 2, 0, "\xEF\xBF\xBD\xEF\xBF\xBD" }, /* overlong NUL */
        { "\xE0\x9F\xBF", 3, 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "\xED\xA0\x80",
          3,
          0, /* a surrogate */
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "\xF4\x90\x80\x80",
          4,
          0, /* over U+10FFFF */
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "x\xE2\x82", 3, 1, "x\xEF\xBF\xBD\xEF\xBF\xBD" }, /* cut */
        { "\xE2\x28\xA1", 3, 0, "\xEF\xBF\xBD(\xEF\xBF\xBD" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct text text = { 0 };
        /* An exact copy lets ASan see a read past the end. */
        char *bytes = malloc(rows[i].len + (rows[i].len == 0));
        assert_non_null(bytes);
        memcpy(bytes, rows[i].bytes, rows[i].len);
        if (text_valid_utf8(bytes, rows[i].len) != rows[i].valid) {
            fail_msg("row %zu", i);
        }
        text_add_utf8(&text, bytes, rows[i].len);
        assert_string_equal(text.data, rows[i].repaired);
        assert_int_equal(text_valid_utf8(text.data, text.len), text.len);
        text_release(&text);
        free(bytes);
    }
    assert_int_equal(text_width("\xC3\xA9t\xC3\xA9"), 3);
    assert_int_equal(text_width(""), 0);
}

static void expect_left(double seconds, const char *want)
{
    char text[32];

    text_format_left(text, sizeof text, seconds);
    assert_string_equal(text, want);
}

/* Nothing that goes on is said to end in no time. */
static void test_what_is_left(void **state)
{
    (void)state;
    expect_left(0, "1 s");
    expect_left(0.42, "1 s");
    expect_left(12.34, "12.3 s");
    expect_left((double)NAN, "unknown");
}

static void test_for_people(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } sizes[] = {
        { 0, "0 B" },
        { 999, "999 B" },
        { 1000, "1.0 kB" },
        { 999949, "999.9 kB" },
        { 999950, "1.0 MB" },
        { 1234567890, "1.2 GB" },
        { UINT64_MAX, "18.4 EB" },
    };
    static const struct {
        double seconds;
        const char *text;
    } times[] = {
        { 0, "0 ms" },
        { 0.42, "420 ms" },
        { 0.9996, "1.0 s" },
        { 12.34, "12.3 s" },
        { 59.96, "1 min 0 s" },
        { 200, "3 min 20 s" },
        { 3600, "1 h 0 min" },
        { 7500, "2 h 5 min" },
        { 100000, "1 d 3 h" },
        { -1, "unknown" },
        { (double)NAN, "unknown" },
        { (double)INFINITY, "unknown" },
    };
    char out[32];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        text_format_bytes(out, sizeof out, sizes[i].bytes);
        assert_string_equal(out, sizes[i].text);
    }
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        text_format_seconds(out, sizeof out, times[i].seconds);
        assert_string_equal(out, times[i].text);
    }
}

static void test_memory(void **state)
{
    int *numbers = NULL;
    size_t cap = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        numbers = mem_reserve(numbers, &cap, (size_t)i + 1, sizeof *numbers);
        assert_true(cap > (size_t)i);
        numbers[i] = i;
    }
    assert_int_equal(numbers[999], 999);
    free(numbers);
    char *copy = mem_text_len("abcdef", 3);
    assert_string_equal(copy, "abc");
    free(copy);
    assert_null(mem_text(NULL));
    void *nothing = mem_alloc(0, 8);
    assert_non_null(nothing);
    free(nothing);
}

/* Each kind of what a terminal would obey. */
static void test_shown_texts_do_nothing(void **state)
{
    static const char *const cases[][2] = {
        { "", "" },
        { "plain", "plain" },
        { "a\033[31mb\a", "a?[31mb?" },
        { "a\nb\tc\r\x7f", "a?b?c??" },
        { "\xc2\x9b"
          "1m \xc2\xa0",
          "?1m \xc2\xa0" }, /* CSI; a blank */
        { "x\xe2\x80\xaegnp\xe2\x81\xa6", "x?gnp?" },
        { "a\xe2\x80\xa8", "a?" },
        { "\xe2\x80\x94 \xe6\xa8\xa1\xc3\xa9",
          "\xe2\x80\x94 \xe6\xa8\xa1\xc3\xa9" },
        { "cut \xe2\x80", "cut \xe2\x80" },
        { "cut \xc2", "cut \xc2" },
    };
    struct text out = { 0 };
    char empty = '\0';

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&out);
        text_show_plain(&out, cases[i][0]);
        assert_string_equal(text_data(&out), cases[i][1]);
        assert_int_equal(text_show_hides(cases[i][0]),
                         strcmp(cases[i][0], cases[i][1]) != 0);
        text_clear(&out);
        text_add(&out, cases[i][0]);
        text_show_clean(out.data ? out.data : &empty, '?');
        assert_string_equal(out.data ? out.data : "", cases[i][1]);
    }
    text_release(&out);
}

static void test_fields_are_no_formulas(void **state)
{
    static const char *const cases[][2] = {
        { "", "" },           { "a b", "a b" },
        { "a,b", "\"a,b\"" }, { "a \"b\"\n", "\"a \"\"b\"\"\n\"" },
        { "=1+1", "'=1+1" },  { "@SUM(A1,B1)", "\"'@SUM(A1,B1)\"" },
        { "-1", "'-1" },      { "+x", "'+x" },
        { "\tx", "'\tx" },    { "a=b", "a=b" },
    };
    struct text out = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&out);
        text_show_field(&out, cases[i][0]);
        assert_string_equal(text_data(&out), cases[i][1]);
    }
    text_release(&out);
}

static void test_fields_always_in_quotes(void **state)
{
    static const char with_nul[] = "-\0\"";
    struct text out = { 0 };

    (void)state;
    text_show_quoted(&out, "", 0);
    text_show_quoted(&out, "a b, more", 3);
    assert_string_equal(text_data(&out), "\"\"\"a b\"");
    text_clear(&out);
    text_show_quoted(&out, with_nul, 3);
    assert_int_equal(out.len, 7);
    assert_memory_equal(text_data(&out), "\"'-\0\"\"\"", 7);
    text_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows),
        cmocka_unit_test(test_compares),
        cmocka_unit_test(test_glob),
        cmocka_unit_test(test_glob_many_stars_is_fast),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_int64),
        cmocka_unit_test(test_uint64),
        cmocka_unit_test(test_double),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_what_is_left),
        cmocka_unit_test(test_for_people),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_shown_texts_do_nothing),
        cmocka_unit_test(test_fields_are_no_formulas),
        cmocka_unit_test(test_fields_always_in_quotes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
