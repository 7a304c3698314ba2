/* What squeue says of a job. */
#include "base/json.h"
#include "launch/squeue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(const char *lines, const char *const *wanted)
{
    static const char *const keys[] = { "state",
                                        "reason",
                                        "start",
                                        "left",
                                        "nodes" };
    struct cJSON *job = squeue_parse("7", lines);

    assert_string_equal(json_member_text(job, "id"), "7");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *value = json_member_text(job, keys[i]);

        if (wanted[i]) {
            assert_non_null(value);
            assert_string_equal(value, wanted[i]);
        } else {
            assert_null(value);
        }
    }
    json_free(job);
}

static void test_lines(void **state)
{
    (void)state;
    expect("RUNNING|None|now|9:00|n[1-2]\n",
           (const char *[]){ "RUNNING", "None", "now", "9:00", "n[1-2]" });
    expect("PENDING|Resources|N/A|10:00|\n",
           (const char *[]){ "PENDING", "Resources", "N/A", "10:00", NULL });
    expect("", (const char *[]){ "GONE", NULL, NULL, NULL, NULL });
    expect("UNKNOWN", (const char *[]){ "UNKNOWN", NULL, NULL, NULL, NULL });
}

static void test_components(void **state)
{
    (void)state;
    expect("RUNNING|None|now|9:00|head\nRUNNING|None|now|9:00|n[1-2]\n",
           (const char *[]){ "RUNNING", "None", "now", "9:00", "head,n[1-2]" });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_components),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
