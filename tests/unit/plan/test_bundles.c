/* Prompts that begin alike are in one bundle, whatever their order in the
 * file; bundles are neither small nor large. */
#include "base/hash.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "plan/bundles.h"
#include "plan/plan.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUM_FAMILIES = 9, FAMILY = 30, NUM_ITEMS = NUM_FAMILIES * FAMILY };

struct fixture {
    struct item items[NUM_ITEMS];
    char *prompts[NUM_ITEMS];
    struct plan_task tasks[2];
    struct sampling samplings[2];
    const char *identities[2];
    struct plan_model models[2];
};

static void shuffle(struct fixture *self)
{
    uint64_t seed = 3;

    for (size_t i = NUM_ITEMS; i > 1; i--) {
        size_t other = random_below(&seed, i);
        char *prompt = self->prompts[i - 1];

        self->prompts[i - 1] = self->prompts[other];
        self->prompts[other] = prompt;
    }
}

/* Families of prompts that share a long beginning, shuffled; a second task of
 * the first five of them. */
static struct plan *make(struct fixture *self, uint32_t repeats)
{
    struct error err = { 0 };
    struct plan_params params = { .models = self->models,
                                  .num_models = 2,
                                  .tasks = self->tasks,
                                  .num_tasks = 2,
                                  .num_repeats = repeats };
    struct plan *plan;

    memset(self, 0, sizeof *self);
    for (size_t i = 0; i < NUM_ITEMS; i++) {
        self->prompts[i] = text_format("Of the family %c is number %zu",
                                       (char)('a' + i / FAMILY),
                                       i % FAMILY);
    }
    shuffle(self);
    for (size_t i = 0; i < NUM_ITEMS; i++) {
        self->items[i] =
            (struct item){ .task = "a/x",
                           .index = i,
                           .prompt = self->prompts[i],
                           .hash = hash_bytes(self->prompts[i],
                                              strlen(self->prompts[i])) };
    }
    self->tasks[0] = (struct plan_task){ "a/x", "a", self->items, NUM_ITEMS };
    self->tasks[1] = (struct plan_task){ "a/y", "a", self->items, 5 };
    self->identities[0] = self->identities[1] = "sha256:1";
    for (size_t i = 0; i < 2; i++) {
        self->models[i] = (struct plan_model){ .name = i ? "b" : "a",
                                               .identities = self->identities,
                                               .system = i ? "s" : NULL,
                                               .samplings = self->samplings };
    }
    plan = plan_create(&params, &err);
    assert_non_null(plan);
    return plan;
}

static void release(struct fixture *self, struct plan *plan)
{
    plan_destroy(plan);
    for (size_t i = 0; i < NUM_ITEMS; i++)
        free(self->prompts[i]);
}

static size_t family(const struct plan *plan, size_t unit)
{
    return (size_t)(plan_item(plan, unit)->prompt[14] - 'a');
}

static void families_are_bundles(void **state)
{
    struct fixture fixture;
    struct plan *plan = make(&fixture, 1);
    uint32_t *bundles = bundles_make(plan);
    uint32_t of_family[NUM_FAMILIES];

    (void)state;
    /* a bundle may have 24 to 40 units and a family has 30: all cuts lie
     * between families */
    for (size_t i = 0; i < NUM_ITEMS; i++)
        of_family[family(plan, i)] = bundles[i];
    for (size_t i = 0; i < NUM_ITEMS; i++)
        assert_int_equal(bundles[i], of_family[family(plan, i)]);
    for (size_t i = 1; i < NUM_FAMILIES; i++)
        assert_int_not_equal(of_family[i], of_family[i - 1]);
    /* the other task has a bundle of its own */
    for (size_t i = 0; i < NUM_FAMILIES; i++)
        assert_int_not_equal(bundles[NUM_ITEMS], of_family[i]);
    assert_int_equal(bundles[NUM_ITEMS], bundles[NUM_ITEMS + 4]);
    /* and the other model has the same */
    assert_memory_equal(bundles,
                        bundles + plan->num_units / 2,
                        plan->num_units / 2 * sizeof *bundles);
    free(bundles);
    release(&fixture, plan);
}

/* With repeats a bundle has fewer items, and never a part of one. */
static void repeats_stay_together(void **state)
{
    static const uint32_t repeats[] = { 3, 24, 100 };

    (void)state;
    for (size_t r = 0; r < 3; r++) {
        struct fixture fixture;
        struct plan *plan = make(&fixture, repeats[r]);
        uint32_t *bundles = bundles_make(plan);
        size_t sizes[NUM_ITEMS + 5] = { 0 };

        for (size_t i = 0; i < plan->num_units / 2; i++) {
            assert_int_equal(bundles[i], bundles[i - i % repeats[r]]);
            assert_true(bundles[i] < NUM_ITEMS + 5);
            sizes[bundles[i]]++;
        }
        for (size_t i = 0; i < NUM_ITEMS; i++) {
            assert_true(sizes[i] <= BUNDLES_MOST || sizes[i] == repeats[r]);
            assert_true(sizes[i] % repeats[r] == 0);
        }
        free(bundles);
        release(&fixture, plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_are_bundles),
        cmocka_unit_test(repeats_stay_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
