/* The ASCII form of a pattern, by itself and against the full one. */
#include "base/random.h"
#include "base/text.h"
#include "evaluate/pattern.h"
#include "evaluate/pattern_ascii.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *pattern, const char *wanted)
{
    char *got = pattern_ascii(pattern);

    assert_string_equal(got, wanted);
    free(got);
}

static void test_forms(void **state)
{
    (void)state;
    expect("", "");
    expect("a[b]c", "a[b]c");
    expect("\\p{L}+", "[A-Za-z]+");
    expect("[^\\p{L}\\p{N}_]\\p{Ll}", "[^A-Za-z0-9_][a-z]");
    expect("[]\\p{L}]\\p{L}", "[]A-Za-z][A-Za-z]");
    expect("[^]\\p{L}]", "[^]A-Za-z]");
    expect("\\[\\p{Latin}", "\\[[A-Za-z]");
    expect("['\\x{2019}]|\\x{2212}", "['\\x00]|\\x00");
    expect("\\x{7f}\\x{80}", "\\x{7f}\\x00");
    expect("\\x{41}\\x1c\\w", "\\x{41}\\x1c\\w");
}

static void test_texts(void **state)
{
    char text[40];

    (void)state;
    assert_true(pattern_is_ascii(""));
    for (size_t len = 1; len < sizeof text; len++) {
        memset(text, 'a', len);
        text[len] = 0;
        assert_true(pattern_is_ascii(text));
        for (size_t i = 0; i < len; i++) {
            text[i] = (char)0x80;
            assert_false(pattern_is_ascii(text));
            text[i] = 'a';
        }
    }
}

/* A place of a match, or none, as one number. */
static size_t place(const char *pattern, const char *text)
{
    struct pattern_hit hit;

    if (!pattern_search(pattern, text, &hit))
        return SIZE_MAX;
    return hit.from * 1000 + hit.to;
}

/* With a character behind it that is not ASCII, a text is searched in full: as
 * far as that cannot matter, the same is found. */
static void test_finds_the_same(void **state)
{
    static const char *const patterns[] = {
        "(?i)\\bno\\b",
        "\\p{L}+\\s\\p{Ll}",
        "[^\\p{L}\\p{N}\\s]{2}",
        "(?<![\\p{Latin}\\p{N}])([A-H])(?![\\p{Latin}\\p{N}]|['\\x{2019}])",
        "\\A\\W*+yes\\b",
        "(?m)^[ \\t]*([0-9])[.:)]\\s",
        "(?<!\\S)good(?!\\S)",
    };
    static const char *const words[] = {
        "no", "No", "yes", "good", "A",   "B", "it's", "_",  " ",
        ".",  "1.", "\n",  "(a)",  "n't", "K", "ss",   "\t", "2) ",
    };
    uint64_t random = 7;
    size_t num_found = 0;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct text text = { 0 };
        size_t plain[7];

        for (int i = 0; i < 6; i++) {
            text_add(&text, words[random_below(&random, 18)]);
            text_add(&text, random_below(&random, 2) ? " " : "");
        }
        text_add(&text, " end ");
        for (size_t p = 0; p < 7; p++) {
            plain[p] = place(patterns[p], text_data(&text));
            num_found += plain[p] != SIZE_MAX;
        }
        text_add(&text, "\n\xE2\x82\xAC");
        for (size_t p = 0; p < 7; p++)
            assert_true(place(patterns[p], text_data(&text)) == plain[p]);
        text_release(&text);
    }
    assert_in_range(num_found, 3000, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_finds_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
