/* The order in which checkpoints are shown, whatever that of their rounds. */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/folder/checkpoints_order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_numbers_count_as_numbers(void **state)
{
    (void)state;
    assert_true(checkpoints_order("step-9", "step-10") < 0);
    assert_true(checkpoints_order("step-10", "step-9") > 0);
    assert_true(checkpoints_order("a-2-b10", "a-2-b9") > 0);
    assert_true(checkpoints_order("step-1", "step-1x") < 0);
    assert_true(checkpoints_order("a", "b") < 0);
    assert_true(checkpoints_order("step-007", "step-8") < 0);
    assert_true(checkpoints_order("step-07", "step-7") != 0);
    assert_int_equal(checkpoints_order("step-7", "step-7"), 0);
    assert_true(checkpoints_order("99999999999999999999999", "1") > 0);
}

/* "NAME NAME": of objects or of texts. */
static void expect(const struct cJSON *list, const char *names)
{
    struct text said = { 0 };

    for (const struct cJSON *one = json_first(list); one;
         one = json_next(one)) {
        text_addf(&said,
                  "%s%s",
                  said.len > 0 ? " " : "",
                  json_is_text(one) ? json_text(one)
                                    : json_member_text(one, "name"));
    }
    assert_string_equal(text_data(&said), names);
    text_release(&said);
}

static const char text[] =
    "{ \"models\": [ { \"name\": \"base\", \"left\": 1 },"
    "  { \"name\": \"step-10\", \"left\": 10 }, { \"name\": \"judge\" },"
    "  { \"name\": \"step-2\", \"left\": 2 }, { \"name\": \"step-1\" } ],"
    "  \"checkpoints_left_out\": [ \"step-12\", \"last\", \"step-3\" ],"
    "  \"ledger\": { \"models\": [ { \"name\": \"step-2\" }, { \"name\": \"\" },"
    "  { \"name\": \"step-1\" } ] } }";

static void test_only_they_change_places(void **state)
{
    char folder[] = "/tmp/trustsweep-order.XXXXXX";
    struct cJSON *run = json_parse(text, strlen(text), "run.json", NULL);
    char *path;

    (void)state;
    assert_non_null(mkdtemp(folder));
    checkpoints_order_run(folder, run); /* no run of checkpoints */
    expect(json_member(run, "models"), "base step-10 judge step-2 step-1");
    expect(json_member(run, "checkpoints_left_out"), "last step-3 step-12");
    path = path_join(folder, "checkpoints.json");
    assert_int_equal(file_write(path, "{}\n", 3, NULL), 0);
    checkpoints_order_run(folder, run);
    expect(json_member(run, "models"), "base step-1 judge step-2 step-10");
    assert_true(
        json_member_number(json_element(json_member(run, "models"), 4), "left")
        == 10);
    expect(json_member(run, "checkpoints_left_out"), "last step-3 step-12");
    expect(json_member(json_member(run, "ledger"), "models"), "step-1  step-2");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    free(path);
    json_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_count_as_numbers),
        cmocka_unit_test(test_only_they_change_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
