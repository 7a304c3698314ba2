/* What columns name is in this build. */
#include "dataset/manifest.h"
#include "tests/unit/dataset/files.h"
#include "trustsweep/bug.h"
#include "trustsweep/metric.h"

static void every_evaluator_and_metric_is_there(void **state)
{
    struct manifest *manifest = manifest_read("trustllm", NULL);
    const struct column *column = NULL;

    (void)state;
    assert_non_null(manifest);
    for (size_t i = 0; i < manifest->num_columns; i++) {
        column = &manifest->columns[i];
        if (column->evaluator && !evaluator_find(column->evaluator))
            fail_msg("%s: evaluator %s", column->name, column->evaluator);
        if (column->metric && !metric_find(column->metric))
            fail_msg("%s: metric %s", column->name, column->metric);
    }
    manifest_destroy(manifest);
}

static void whoever_is_asked_is_named(void **state)
{
    struct manifest *manifest = manifest_read("trustllm", NULL);

    (void)state;
    assert_non_null(manifest);
    for (size_t i = 0; i < manifest->num_columns; i++) {
        const struct column *column = &manifest->columns[i];
        const struct evaluator_ops *evaluator =
            evaluator_find(column->evaluator);

        if (evaluator && (evaluator->roles != 0) != (column->needs != NULL))
            fail_msg("%s needs %s", column->name, column->needs);
    }
    manifest_destroy(manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_evaluator_and_metric_is_there),
        cmocka_unit_test(whoever_is_asked_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
