/* Groups that are larger than those of the benchmark. */
#include "base/mem.h"
#include "follow/instances.h"
#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NUM_ITEMS = 65537 };

static void all_alike(const struct item *item, struct group_key *out)
{
    (void)item;
    *out = (struct group_key){ .text = "all" };
}

/* It is complete with its last reply, and its questions with the last answer. */
static void test_one_group_of_many(void **state)
{
    static const struct evaluator_ops together = { .name = "together",
                                                   .group = all_alike };
    static const char *const ids[] = { "id" };
    const struct sampling sampling = { 0 };
    const struct plan_model model = { .name = "m",
                                      .identities = ids,
                                      .samplings = &sampling };
    struct item *items = mem_alloc(NUM_ITEMS, sizeof *items);
    const struct plan_task task = { "a/b", "a", items, NUM_ITEMS };
    const struct plan_params params = { .models = &model,
                                        .num_models = 1,
                                        .tasks = &task,
                                        .num_tasks = 1,
                                        .num_repeats = 1 };
    struct instances *instances;
    struct plan *plan;
    uint64_t instance;

    (void)state;
    for (size_t i = 0; i < NUM_ITEMS; i++) {
        items[i] = (struct item){ .task = "a/b",
                                  .index = i,
                                  .hash = { 1, i },
                                  .prompt = "" };
    }
    plan = plan_create(&params, NULL);
    assert_non_null(plan);
    instances = instances_create(plan);
    instances_add(instances, 0, &together);
    for (size_t i = 0; i < NUM_ITEMS; i++) {
        assert_int_equal(instances_reply_came(instances, 0, i, &instance),
                         i == NUM_ITEMS - 1);
    }
    for (size_t i = 0; i < NUM_ITEMS; i++)
        instances_asked(instances, instance);
    for (size_t i = 0; i < NUM_ITEMS; i++) {
        assert_int_equal(instances_answer_came(instances, instance),
                         i == NUM_ITEMS - 1);
    }
    instances_destroy(instances);
    plan_destroy(plan);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_group_of_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
