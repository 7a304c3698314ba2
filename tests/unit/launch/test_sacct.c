/* What sacct says: whole jobs, steps, requeues, and lines that are none. */
#include "base/json.h"
#include "launch/sacct.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char said[] = "3|REQUEUED|60|480||7000|node1\n"
                           "3|COMPLETED|12|96||1200|node[1-2]\n"
                           "3.batch|COMPLETED|12|96|181244K|1100|node1\n"
                           "slurm_load: nothing\n"
                           "4|RUNNING|5|40||0|node1\n"
                           "5|FAILED|-1|x||no|\n"
                           "short|COMPLETED\n";

static void test_rows(void **state)
{
    struct cJSON *rows = sacct_parse(said);
    const struct cJSON *batch = json_element(rows, 2);
    const struct cJSON *running = json_element(rows, 3);
    const struct cJSON *failed = json_element(rows, 4);

    (void)state;
    assert_int_equal(json_count(rows), 5);
    assert_string_equal(json_member_text(batch, "id"), "3.batch");
    assert_string_equal(json_member_text(batch, "max_rss"), "181244K");
    assert_true(json_member_number(batch, "cpu_s") == 96);
    assert_string_equal(json_member_text(running, "state"), "RUNNING");
    assert_null(json_member(running, "energy_j"));
    assert_null(json_member(running, "max_rss"));
    assert_null(json_member(failed, "elapsed_s"));
    assert_null(json_member(failed, "cpu_s"));
    assert_null(json_member(failed, "nodes"));
    assert_true(sacct_energy_j(rows) == 8200);
    json_free(rows);
}

static void test_nothing(void **state)
{
    struct cJSON *rows =
        sacct_parse("Slurm accounting storage is disabled\n\n||||||\n");

    (void)state;
    assert_int_equal(json_count(rows), 0);
    assert_true(sacct_energy_j(rows) == 0);
    json_free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
