/* Units: their order, their ids, and what an id must and must not depend on. */
#include "base/json.h"
#include "base/mem.h"
#include "plan/plan.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUM_TASKS = 3 };

struct fixture {
    struct item items[5];
    struct plan_task tasks[NUM_TASKS];
    struct sampling samplings[2][NUM_TASKS];
    const char *identities[2][NUM_TASKS];
    struct plan_model models[2];
    struct plan_params params;
};

static void make_item(struct item *item, const char *task, size_t index)
{
    static const char *const prompts[] = { "one", "two", "three", "four" };

    *item = (struct item){
        .task = task,
        .index = index,
        .prompt = prompts[index],
        .hash = hash_bytes(prompts[index], strlen(prompts[index])),
    };
}

/* Two models, a task of 3 items, an empty one, a task of 2. */
static struct fixture *fixture_create(void)
{
    struct fixture *f = mem_alloc(1, sizeof *f);

    for (size_t i = 0; i < 3; i++)
        make_item(&f->items[i], "a/x", i);
    for (size_t i = 0; i < 2; i++)
        make_item(&f->items[3 + i], "b/z", i);
    f->tasks[0] = (struct plan_task){ "a/x", "a", f->items, 3 };
    f->tasks[1] = (struct plan_task){ "a/y", "a", f->items + 3, 0 };
    f->tasks[2] = (struct plan_task){ "b/z", "b", f->items + 3, 2 };
    for (size_t m = 0; m < 2; m++) {
        for (size_t t = 0; t < NUM_TASKS; t++) {
            f->identities[m][t] = m == 0 ? "sha256:11" : "sha256:22";
            f->samplings[m][t] =
                (struct sampling){ .max_tokens = 48, .top_p = 1, .seed = 7 };
        }
        f->models[m].samplings = f->samplings[m];
        f->models[m].identities = f->identities[m];
    }
    f->models[0].name = "first";
    f->models[1].name = "second";
    f->params = (struct plan_params){
        .models = f->models,
        .num_models = 2,
        .tasks = f->tasks,
        .num_tasks = NUM_TASKS,
        .num_repeats = 2,
    };
    return f;
}

static struct plan *make_plan(struct fixture *f)
{
    struct error err = { 0 };
    struct plan *plan = plan_create(&f->params, &err);

    assert_non_null(plan);
    return plan;
}

static void test_order_is_model_task_item_repeat(void **state)
{
    struct fixture *f = fixture_create();
    struct plan *plan = make_plan(f);

    (void)state;
    assert_int_equal(plan->num_units, 2 * 5 * 2);
    assert_int_equal(plan_first_unit(plan, 1, 0), 10);
    assert_int_equal(plan_first_unit(plan, 1, 2), 16);
    for (size_t i = 0; i < plan->num_units; i++) {
        size_t in_model = i % 10;

        assert_int_equal(plan->units[i].model, i / 10);
        assert_int_equal(plan->units[i].repeat, i % 2);
        assert_int_equal(plan_task_of(plan, i), in_model < 6 ? 0 : 2);
        assert_ptr_equal(plan_item(plan, i), &f->items[in_model / 2]);
        assert_int_equal(plan_find(plan, plan->units[i].id), i);
    }
    assert_int_equal(plan_find(plan, (struct hash128){ 1, 2 }), SIZE_MAX);
    plan_destroy(plan);
    free(f);
}

static struct hash128 first_id(struct fixture *f)
{
    struct plan *plan = make_plan(f);
    struct hash128 id = plan->units[0].id;

    plan_destroy(plan);
    return id;
}

static void test_id_follows_what_determines_the_reply(void **state)
{
    struct fixture *f = fixture_create();
    const struct hash128 before = first_id(f);

    (void)state;
    f->params.num_models = 1; /* a smaller job, another split */
    f->params.num_repeats = 1;
    assert_true(hash_equal(first_id(f), before));
    f->models[0].name = "renamed";
    assert_true(hash_equal(first_id(f), before));

    f->identities[0][0] = "sha256:33";
    assert_false(hash_equal(first_id(f), before));
    f->identities[0][0] = "sha256:11";
    f->identities[0][2] = "sha256:33"; /* another task's */
    assert_true(hash_equal(first_id(f), before));
    f->models[0].system = "Be brief.";
    assert_false(hash_equal(first_id(f), before));
    f->models[0].system = NULL;
    f->samplings[0][0].max_tokens = 49;
    assert_false(hash_equal(first_id(f), before));
    f->samplings[0][0].max_tokens = 48;
    f->samplings[0][0].seed = 8;
    assert_false(hash_equal(first_id(f), before));
    f->samplings[0][0].seed = 7;
    f->items[0].occurrence = 1;
    assert_false(hash_equal(first_id(f), before));
    f->items[0].occurrence = 0;
    f->tasks[0].name = "a/other";
    assert_false(hash_equal(first_id(f), before));
    f->tasks[0].name = "a/x";
    assert_true(hash_equal(first_id(f), before));
    free(f);
}

static void test_what_cannot_be_planned(void **state)
{
    struct fixture *f = fixture_create();
    struct error err = { 0 };

    (void)state;
    f->models[1].identities = f->models[0].identities;
    assert_null(plan_create(&f->params, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "same model"));
    f->params.num_models = 0;
    assert_null(plan_create(&f->params, &err));
    assert_non_null(strstr(err.text, "no items or no models"));
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_is_model_task_item_repeat),
        cmocka_unit_test(test_id_follows_what_determines_the_reply),
        cmocka_unit_test(test_what_cannot_be_planned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
