/* A list read without a tree has the hashes that a tree would have. */
#include "base/file.h"
#include "base/json.h"
#include "base/json_list.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const beside[] = { "res", "label", NULL };
static const char path[] = "json-list.json";

static struct json_list *read_list(const char *text, struct error *err)
{
    size_t num_mended;

    assert_int_equal(file_write(path, text, strlen(text), err), 0);
    return json_list_read(path, beside, 100000, &num_mended, err);
}

/* An item's hash is that of the same object, parsed. */
static void expect_item(const struct json_list *list,
                        size_t i,
                        const char *item)
{
    struct cJSON *json = json_parse(item, strlen(item), "item", NULL);

    assert_non_null(json);
    assert_true(hash_equal(json_hash(json), json_list_at(list, i)->item));
    json_free(json);
}

static void hashes_are_those_of_a_tree(void **state)
{
    static const char *const items[] = {
        "{}",
        "{\"b\":1,\"a\":\"x\",\"ab\":true,\"A\":null,\"c\":false}",
        "{\"a\":1.50,\"b\":-0,\"c\":1e3,\"d\":12345678901234567890,\"e\":-7}",
        "{\"a\":NaN,\"b\":Infinity,\"c\":-Infinity}",
        "{\"a\":\"\\u00e9\\/\\n\\\"\\\\\",\"b\":\"\\ud83d\\ude00\",\"c\":\"\\ud83d\"}",
        "{\"\\u0062\":1,\"a\":2,\"\\n\":3}",
        "{\"a\":[1, {\"z\":1,\"y\":[]}, \"q\"],\"b\":{ }}",
        "{\"ab\":1,\"a\":2,\"a b\":3,\"\":4}",
        "{\"a\":999999999999999,\"b\":1000000000000000,\"c\":0}",
    };
    struct error err = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        char text[400];
        struct json_list *list;

        /* with what stands beside it in front and behind, and nested */
        (void)snprintf(text,
                       sizeof text,
                       "\n[ 3, [{}], %s , {\"res\": \"r\" %s %.*s, \"label\": "
                       "{\"res\": 1}} ]\n",
                       items[i],
                       items[i][1] == '}' ? "" : ",",
                       (int)strlen(items[i]) - 2,
                       items[i] + 1);
        list = read_list(text, &err);
        if (!list)
            print_error("%s\n%s\n", text, err.text);
        assert_non_null(list);
        assert_int_equal(json_list_num(list), 2);
        assert_int_equal(json_list_at(list, 0)->index, 2);
        assert_int_equal(json_list_at(list, 1)->index, 3);
        expect_item(list, 0, items[i]);
        expect_item(list, 1, items[i]);
        assert_int_equal(json_list_kind(list, 0, 0), '\0');
        assert_int_equal(json_list_kind(list, 1, 0), '"');
        assert_int_equal(json_list_kind(list, 1, 1), '{');
        json_list_destroy(list);
    }
    (void)remove(path);
}

/* What is beside an item is hashed by content, too. */
static void beside_is_of_the_content(void **state)
{
    struct error err = { 0 };
    struct json_list *list =
        read_list("[{\"a\":1,\"res\":\"e\\u0301\",\"label\":0.50},"
                  "{\"label\":5e-1,\"a\":2,\"res\":\"e\xcc\x81\"},"
                  "{\"res\":null},{\"label\":null},{},{\"a\":1}]",
                  &err);
    struct cJSON *value;

    (void)state;
    assert_non_null(list);
    for (size_t i = 0; i < 6; i++) {
        for (size_t k = i + 1; k < 6; k++) {
            bool is_equal = hash_equal(json_list_at(list, i)->beside,
                                       json_list_at(list, k)->beside);

            assert_int_equal(is_equal,
                             (i == 0 && k == 1) || (i == 4 && k == 5));
        }
    }
    value = json_list_member(list, 0, 0);
    assert_string_equal(json_text(value), "e\xcc\x81");
    json_free(value);
    assert_null(json_list_member(list, 2, 1));
    value = json_list_object(list, 1);
    assert_true(json_member_number(value, "a") == 2);
    json_free(value);
    json_list_destroy(list);
    (void)remove(path);
}

/* A member is found by its key, whatever the spelling of either. */
static void members_have_hashes(void **state)
{
    struct error err = { 0 };
    struct json_list *list =
        read_list("[{\"x\":{\"p\":1},\"p\":\"\\u00e9\",\"p\":2},"
                  "{\"x\":[{}],\"\\u0070\":\"\xc3\xa9\"},"
                  "{\"res\":3,\"p\":[1,{\"p\":2.0}]},{\"x\":{\"p\":4}}]",
                  &err);
    struct hash128 hashes[3];
    struct hash128 none;

    (void)state;
    assert_non_null(list);
    for (size_t i = 0; i < 3; i++)
        assert_true(json_list_hash(list, i, "p", &hashes[i]));
    assert_false(json_list_hash(list, 3, "p", &none));
    assert_true(hash_equal(hashes[0], hash_bytes("\"\xc3\xa9\"", 4)));
    assert_true(hash_equal(hashes[0], hashes[1]));
    assert_true(hash_equal(hashes[2], hash_bytes("[1,{\"p\":2}]", 11)));
    json_list_destroy(list);
    (void)remove(path);
}

static void what_is_no_list_is_refused(void **state)
{
    static const char *const texts[] = {
        "",          "{}",        "[",           "[{]",    "[{\"a\":1}",
        "[{\"a\"}]", "[{}] more", "[{\"a\":[}]", "[1,,2]", "[{\"a\":1,}]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error err = { 0 };

        assert_null(read_list(texts[i], &err));
        assert_int_equal(err.code, ERR_FORMAT);
        assert_non_null(strstr(err.text, path));
    }
    (void)remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_a_tree),
        cmocka_unit_test(beside_is_of_the_content),
        cmocka_unit_test(members_have_hashes),
        cmocka_unit_test(what_is_no_list_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
