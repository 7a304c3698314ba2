/* JSON: what is refused and where, places by pointer, canonical bytes. */
#include "base/file.h"
#include "base/json.h"
#include "base/json_parts.h"
#include "base/json_plain.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cJSON *parse(const char *text)
{
    struct error err = { 0 };
    struct cJSON *value = json_parse(text, strlen(text), "t", &err);

    if (!value)
        print_error("%s\n", err.text);
    assert_non_null(value);
    return value;
}

static void expect_canonical(const char *text, const char *wanted)
{
    struct cJSON *value = parse(text);
    struct text out = { 0 };

    json_canonical(value, &out);
    assert_string_equal(text_data(&out), wanted);
    text_release(&out);
    json_free(value);
}

static void test_canonical_form(void **state)
{
    (void)state;
    expect_canonical("{\"b\": 1.0, \"a\": [true, null, {}], \"B\": []}",
                     "{\"B\":[],\"a\":[true,null,{}],\"b\":1}");
    expect_canonical("[0.1, 1e3, -0, 1e300, 0.30000000000000004, 1e-7]",
                     "[0.1,1000,0,1e+300,0.30000000000000004,1e-07]");
    expect_canonical("\"\\u00e9\\/\\n\\u0001\\\"\"",
                     "\"\xc3\xa9/\\n\\u0001\\\"\"");
    expect_canonical("\xef\xbb\xbf[NaN, -Infinity, Infinity, \"NaN\"]",
                     "[null,null,null,\"NaN\"]");
    expect_canonical("\"\\ud83d\\ude00 \\ud83d.\\ude00\"",
                     "\"\xf0\x9f\x98\x80 \xef\xbf\xbd.\xef\xbf\xbd\"");
    expect_canonical("[0.1000000000000000000000000000000000000000000000000000"
                     "00000000000000000000, 2]",
                     "[0.1,2]");
    expect_canonical("{\"k\": 2, \"k\": 1}", "{\"k\":2,\"k\":1}");
}

static void test_what_is_refused_and_where(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        { "", "t:1:1: nothing is in it" },
        { "[", "t:1:2: the text ends" },
        { "{\"a\": 1,\n  \"b\" 2}", "t:2:7: expected ':'" },
        { "[1,]", "t:1:4: expected a value" },
        { "{\"a\": 1,}", "t:1:9: expected a key" },
        { "[1 2]", "t:1:4: expected ',' or ']'" },
        { "[1}", "t:1:3: expected ',' or ']'" },
        { "[01]", "t:1:2: a number begins" },
        { "[1.]", "t:1:2: expected a digit" },
        { "[-]", "t:1:2: expected a digit" },
        { "[1] x", "t:1:5: something follows" },
        { "[\"\\u0000\"]", "t:1:3: \\u0000" },
        { "[\"\\x\"]", "t:1:3: a backslash" },
        { "[\"\\u12g4\"]", "t:1:3: \\u wants" },
        { "[\"\xc3\xa9\n\"]", "t:1:4: a control character" },
        { "[\"\xff\"]", "t:1:3: byte 0xff" },
        { "[\"abc", "t:1:2: a string does not end" },
        { "{\"a", "t:1:2: a string does not end" },
        { "[nul]", "t:1:2: expected a value" },
        { "[nan]", "t:1:2: expected a value" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = { 0 };

        assert_null(json_parse(rows[i].text, strlen(rows[i].text), "t", &err));
        assert_int_equal(err.code, ERR_FORMAT);
        if (!text_starts(err.text, rows[i].wanted))
            fail_msg("'%s' is not '%s'", err.text, rows[i].wanted);
    }
}

/* Every prefix of a text is refused, none crashes. */
static void test_a_cut_text_is_refused(void **state)
{
    static const char whole[] =
        "{\"a\": [1.5e3, \"x\\u00e9\\ud83d\", NaN], \"b\": {\"c\": null}}";

    (void)state;
    for (size_t len = 0; len < sizeof whole - 1; len++)
        assert_null(json_parse(whole, len, "t", NULL));
    json_free(parse(whole));
}

static void test_a_line_of_a_file(void **state)
{
    struct error err = { 0 };

    (void)state;
    json_free(json_parse_line("[1]", 3, "t", 7, &err));
    assert_null(json_parse_line("[1,]", 4, "t", 7, &err));
    assert_non_null(strstr(err.text, "t:7:4: "));
    assert_null(json_parse_line("[\"\xff\"]", 5, "t", 7, &err));
    assert_string_equal(err.text, "t:7:3: byte 0xff is not valid UTF-8");
}

static void test_depth_has_a_limit(void **state)
{
    char text[2 * JSON_MAX_DEPTH + 3];
    struct error err = { 0 };

    (void)state;
    memset(text, '[', JSON_MAX_DEPTH);
    memset(text + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
    text[2 * JSON_MAX_DEPTH] = '\0';
    json_free(parse(text));
    memset(text, '[', JSON_MAX_DEPTH + 1);
    memset(text + JSON_MAX_DEPTH + 1, ']', JSON_MAX_DEPTH + 1);
    assert_null(json_parse(text, sizeof text - 1, "t", &err));
    assert_non_null(strstr(err.text, "t:1:65: nested"));
}

static void test_places_by_pointer(void **state)
{
    static const char text[] = "{ \"skip\": { \"models\": [ [] ] },\n"
                               "  \"models\": [ { \"name\": \"\xc3\xa9\" },\n"
                               "    { \"a/b~\": NaN, \"name\": 2 } ] }";
    static const struct {
        const char *pointer;
        bool want_key;
        int line, column;
    } rows[] = {
        { "", false, 1, 1 },
        { "/skip", true, 1, 3 },
        { "/models", true, 2, 3 },
        { "/models", false, 2, 13 },
        { "/models/0/name", true, 2, 17 },
        { "/models/1", false, 3, 5 },
        { "/models/1", true, 3, 5 },
        { "/models/1/a~1b~0", true, 3, 7 },
        { "/models/1/a~1b~0", false, 3, 15 },
        { "/models/1/name", false, 3, 28 },
        { "/skip/models/0", false, 1, 25 },
    };
    static const char *const absent[] = {
        "/nothing", "/models/2", "/models/x", "/models/1/name/deeper", "models",
    };
    int line;
    int column;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(json_locate(text,
                                sizeof text - 1,
                                rows[i].pointer,
                                rows[i].want_key,
                                &line,
                                &column));
        assert_int_equal(line, rows[i].line);
        assert_int_equal(column, rows[i].column);
    }
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        assert_false(json_locate(text,
                                 sizeof text - 1,
                                 absent[i],
                                 false,
                                 &line,
                                 &column));
}

static void test_keys_that_stand_twice(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        { "{\"a\": 1,\n \"b\": 2, \"a\": 3}",
          "x:2:10: key 'a' stands at x:1:2 already; "
          "leave one of them out" },
        { "[1, {\"a\": {\"b\": 1, \"b\": 2}}]",
          "x:1:20: key 'b' stands at x:1:12 already; "
          "leave one of them out" },
        { "{\"ab\": [{}], \"a\\u0062\": 1}",
          "x:1:14: key 'ab' stands at x:1:2 already; "
          "leave one of them out" },
        { "{\"b\": 1, \"a\": 1, \"b\": 2, \"a\": 2, \"b\": 3}",
          "x:1:18: key 'b' stands at x:1:2 already; "
          "leave one of them out" },
    };
    static const char *const good[] = {
        "{\"a\": {\"a\": 1, \"b\": 2}, \"b\": [{\"a\": 1}, {\"a\": 2}]}",
        "{\"a\": 1, \"A\": 2, \"\": 3}",
        "[\"a\", \"a\"]",
        "1",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = { 0 };
        const char *text = rows[i].text;

        assert_int_equal(json_check_keys(text, strlen(text), "x", &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, rows[i].wanted);
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_int_equal(json_check_keys(good[i], strlen(good[i]), "x", NULL),
                         0);
}

/* Set "new" at a pointer; NULL when there is no such place. */
static char *set_at(const char *text, const char *pointer)
{
    struct cJSON *root = parse(text);
    struct cJSON *value = parse("\"new\"");
    struct text out = { 0 };
    bool is_done = json_set_at(root, pointer, value);

    json_canonical(root, &out);
    json_free(root);
    if (is_done)
        return text_take(&out);
    text_release(&out);
    return NULL;
}

static void test_setting_by_pointer(void **state)
{
    static const struct {
        const char *text, *pointer, *wanted;
    } rows[] = {
        { "{\"a\":1}", "/a", "{\"a\":\"new\"}" },
        { "{}", "/a/b", "{\"a\":{\"b\":\"new\"}}" },
        { "{\"a\":null}", "/a/b", "{\"a\":{\"b\":\"new\"}}" },
        { "{}", "/a~1b~0", "{\"a/b~\":\"new\"}" },
        { "[1,2]", "/0", "[\"new\",2]" },
        { "[1,2]", "/2", "[1,2,\"new\"]" },
        { "[1,{\"a\":2}]", "/1/a", "[1,{\"a\":\"new\"}]" },
        { "[null]", "/0/a", "[{\"a\":\"new\"}]" },
        { "[1]", "/1/a", "[1,{\"a\":\"new\"}]" },
        { "[1]", "/2", NULL },
        { "[1]", "/2/a", NULL },
        { "[1]", "/-1", NULL },
        { "[1]", "/x", NULL },
        { "{\"a\":\"text\"}", "/a/b", NULL },
        { "{\"a\":1}", "/a/b/c", NULL },
        { "1", "/a", NULL },
        { "{}", "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *out = set_at(rows[i].text, rows[i].pointer);

        if (rows[i].wanted && out)
            assert_string_equal(out, rows[i].wanted);
        else if (rows[i].wanted || out)
            fail_msg("row %zu: %s", i, out ? out : "refused");
        free(out);
    }
}

static void test_building_reads_back(void **state)
{
    struct cJSON *root = json_new_object();
    struct text out = { 0 };

    (void)state;
    json_add_text(root, "text", "a\xff");
    json_add_number(root, "nan", strtod("nan", NULL));
    json_append_number(json_add_array(root, "list"), 2.5);
    json_add_bool(root, "yes", true);
    json_set(root, "yes", json_new_array());
    json_add_null(root, "gone");
    json_remove(root, "gone");
    json_write(root, &out);
    assert_string_equal(text_data(&out),
                        "{\n  \"text\": \"a\xef\xbf\xbd\",\n"
                        "  \"nan\": null,\n  \"list\": [\n    2.5\n  ],\n"
                        "  \"yes\": []\n}\n");
    text_clear(&out);
    json_write_line(root, &out);
    assert_non_null(strstr(text_data(&out), "\"list\": [2.5], \"yes\": []}"));
    assert_true(json_number(json_element(json_member(root, "list"), 0)) == 2.5);
    assert_null(json_element(json_member(root, "list"), 1));
    assert_null(json_member_text(root, "list"));
    text_release(&out);
    json_free(root);
}

static void test_hash_is_of_the_content(void **state)
{
    struct cJSON *one = parse("{\"a\": 1, \"b\": [2.0]}");
    struct cJSON *two = parse("{\"b\":[2],\"a\":1.0}");
    struct cJSON *three = parse("{\"b\":[2],\"a\":1.5}");

    (void)state;
    assert_true(hash_equal(json_hash(one), json_hash(two)));
    assert_false(hash_equal(json_hash(one), json_hash(three)));
    json_free(one);
    json_free(two);
    json_free(three);
}

static void test_mends_what_others_wrote(void **state)
{
    static const char bytes[] = "{\"a\": \"x\\u0000y\", \"b\": \"z\xff\","
                                " \"c\": \"\\\\u0000\"}";
    const char *path = "json-mended.json";
    struct error err = { 0 };
    struct text text = { 0 };
    size_t num = 9;
    struct cJSON *value;

    (void)state;
    assert_int_equal(file_write(path, bytes, sizeof bytes - 1, &err), 0);
    assert_null(json_read(path, 1000, &err));
    assert_int_equal(json_mend_read(path, 1000, &text, &num, &err), 0);
    value = json_parse(text_data(&text), text.len, path, &err);
    text_release(&text);
    assert_non_null(value);
    assert_int_equal(num, 2);
    assert_string_equal(json_member_text(value, "a"), "x\xEF\xBF\xBDy");
    assert_string_equal(json_member_text(value, "b"), "z\xEF\xBF\xBD");
    assert_string_equal(json_member_text(value, "c"), "\\u0000");
    json_free(value);
    (void)remove(path);
}

/* What somebody else wrote, in keys and texts at any depth. */
static void test_what_is_shown_is_plain(void **state)
{
    static const char bytes[] =
        "{\"a\\u001b[1m\": [\"x\\u009b\", {\"b\": \"\\u202ey\\n\"}, 1, null]}";
    struct cJSON *root = json_parse(bytes, strlen(bytes), "x", NULL);
    struct text out = { 0 };

    (void)state;
    json_plain_make(root);
    json_write_line(root, &out);
    assert_string_equal(text_data(&out),
                        "{\"a?[1m\": [\"x?\", {\"b\": \"?y?\"}, 1, null]}");
    text_release(&out);
    json_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical_form),
        cmocka_unit_test(test_what_is_refused_and_where),
        cmocka_unit_test(test_a_cut_text_is_refused),
        cmocka_unit_test(test_a_line_of_a_file),
        cmocka_unit_test(test_depth_has_a_limit),
        cmocka_unit_test(test_places_by_pointer),
        cmocka_unit_test(test_keys_that_stand_twice),
        cmocka_unit_test(test_setting_by_pointer),
        cmocka_unit_test(test_building_reads_back),
        cmocka_unit_test(test_what_is_shown_is_plain),
        cmocka_unit_test(test_mends_what_others_wrote),
        cmocka_unit_test(test_hash_is_of_the_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
