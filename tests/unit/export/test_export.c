/* The list of forms, and what a model's name may be as a file's. */
#include "analysis/export/export.h"
#include "analysis/export/export_name.h"
#include "analysis/export/export_source.h"
#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_kinds(void **state)
{
    const struct export_ops *const *kinds = export_kinds();
    size_t num = 0;

    (void)state;
    for (; kinds[num]; num++) {
        assert_non_null(kinds[num]->write);
        assert_true(strlen(kinds[num]->help) > 10);
        /* the first of its name: no two have one */
        assert_ptr_equal(export_find(kinds[num]->name), kinds[num]);
        assert_string_equal(kinds[num]->name, export_names[num]);
    }
    assert_null(export_names[num]);
    assert_null(export_find("parquet"));
    assert_null(export_find(""));
}

static void test_file_names(void **state)
{
    static const char *const cases[][2] = {
        { "gpt-4", "gpt-4" },
        { "meta/llama-2", "meta_llama-2" },
        { "../../etc", "_._.._etc" },
        { "..", "_." },
        { "a.b", "a.b" },
        { "", "_" },
        { "tab\there", "tab_here" },
        { "csi\xc2\x9b"
          "1m\xe2\x80\xae",
          "csi_1m_" },
        { "Zo\xc3\xab", "Zo\xc3\xab" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *name = export_name_of(cases[i][0]);

        assert_null(strchr(name, '/'));
        assert_string_equal(name, cases[i][1]);
        free(name);
    }
}

static void test_long_file_names(void **state)
{
    char text[301] = "";
    char *name;

    (void)state;
    for (size_t i = 0; i < 100; i++)
        memcpy(&text[3 * i], "\xe2\x82\xac", 3);
    name = export_name_of(text);
    assert_int_equal(strlen(name), 198); /* whole characters */
    assert_memory_equal(name, text, 198);
    free(name);
}

static void test_paths(void **state)
{
    static const char *const cases[][2] = {
        { "safety/jailbreak", "safety/jailbreak" },
        { "../../etc/x", "_./_./etc/x" },
        { "/etc/x", "_/etc/x" },
        { "a//b/", "a/_/b/_" },
        { "", "_" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = export_name_of_path(cases[i][0]);

        assert_string_equal(path, cases[i][1]);
        free(path);
    }
}

static void test_numbers(void **state)
{
    struct text out = { 0 };

    (void)state;
    export_source_number(&out, 0.1);
    text_add(&out, " ");
    export_source_number(&out, (double)NAN);
    text_add(&out, " ");
    export_source_number(&out, (double)INFINITY);
    assert_string_equal(text_data(&out), "0.10000000000000001 null null");
    text_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_long_file_names),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
