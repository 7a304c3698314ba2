#include "base/json.h"
#include "base/json_shape.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof *(array))

static const struct json_shape shapes[] = {
    { "a", JSON_OBJECT, false },      { "a/n", JSON_NUMBER, true },
    { "a/b", JSON_BOOL, false },      { "list", JSON_ARRAY, false },
    { "list/[]", JSON_OBJECT, true }, { "list/[]/name", JSON_TEXT, true },
};

static void test_what_fits_and_what_does_not(void **state)
{
    static const char *const cases[][2] = {
        { "{}", NULL },
        { "{\"a\": null, \"list\": []}", NULL },
        { "{\"a\": {\"n\": 1, \"b\": null}, \"x\": 3}", NULL },
        { "{\"list\": [{\"name\": \"x\"}, {\"name\": \"\"}]}", NULL },
        { "{\"a\": 3}", "\"a\" is to be an object" },
        { "{\"a\": {}}", "\"a/n\" is to be a number" },
        { "{\"a\": {\"n\": null}}", "\"a/n\" is to be a number" },
        { "{\"a\": {\"n\": 1, \"b\": 1}}", "\"a/b\" is to be true or false" },
        { "{\"list\": {}}", "\"list\" is to be an array" },
        { "{\"list\": [{\"name\": \"x\"}, null]}",
          "\"list/[]\" is to be an object" },
        { "{\"list\": [{\"name\": \"x\"}, {\"name\": 3}]}",
          "\"list/[]/name\" is to be a text" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cJSON *root =
            json_parse(cases[i][0], strlen(cases[i][0]), "case", NULL);
        struct error err = { 0 };
        int rc = json_shape_check(root, shapes, ARRAY_LEN(shapes), "f", &err);

        if ((rc < 0) != (cases[i][1] != NULL)
            || (cases[i][1] && !strstr(err.text, cases[i][1])))
            fail_msg("%s: %s", cases[i][0], err.text);
        if (rc < 0)
            assert_int_equal(err.code, ERR_FORMAT);
        json_free(root);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_fits_and_what_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
