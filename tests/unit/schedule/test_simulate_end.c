/* How a sweep in virtual time begins and ends: what is long goes to as many slots
 * as there are, nothing reaches past the end, a role with little to do is loaded
 * once, and simpler policies are given the size that suits them. */
#include "base/mem.h"
#include "schedule/simulate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { JUDGE = 2, MODELS = 3, EACH = 144, QUESTIONS = 72 };

struct seen {
    double last_s;
    double load_s;
    size_t num_loads[MODELS];
};

static void see(void *context,
                int slot,
                int model,
                enum simulate_doing doing,
                double from_s,
                double to_s)
{
    struct seen *seen = context;

    (void)slot;
    assert_true(to_s >= from_s);
    seen->last_s = to_s > seen->last_s ? to_s : seen->last_s;
    if (doing == SIMULATE_LOADS) {
        seen->num_loads[model]++;
        seen->load_s += to_s - from_s;
    }
}

/* So many units of one model, on so many slots. */
struct few {
    size_t num;
    float unit_s;
    double load_s;
    size_t num_slots;
};

static void simulate(struct few few,
                     enum policy policy,
                     size_t size,
                     struct simulate_outcome *out)
{
    const struct schedule_model model = { .load_s = few.load_s,
                                          .tokens_per_s = 1 };
    uint16_t *of = mem_alloc(few.num, sizeof *of);
    float *cost = mem_alloc(few.num, sizeof *cost);
    const struct simulate_world world = {
        .believed = { .models = &model,
                      .num_models = 1,
                      .num_units = few.num,
                      .unit_model = of,
                      .unit_cost = cost,
                      .num_slots = few.num_slots,
                      .lease_s = 8,
                      .max_lease = 64 },
        .unit_s = cost,
        .load_s = &few.load_s,
    };

    for (size_t i = 0; i < few.num; i++)
        cost[i] = few.unit_s;
    simulate_run(&world, policy, size, out);
    free(of);
    free(cost);
}

static void test_each_slot_gets_one_before_any_gets_two(void **state)
{
    struct simulate_outcome out;

    (void)state;
    simulate((struct few){ 24, 500, 10, 32 }, POLICY_RESIDENT, 0, &out);
    assert_int_equal(out.num_loads, 24);
    assert_true(out.makespan_s < 511);
    simulate((struct few){ 33, 500, 10, 32 }, POLICY_RESIDENT, 0, &out);
    assert_true(out.makespan_s < 1011);
}

/* Two models of short units, one that loads for 300 s, as does the judge. */
static void simulate_short(struct seen *seen, struct simulate_outcome *out)
{
    const double load_s[MODELS] = { 300, 1, 300 };
    const struct schedule_model models[MODELS] = {
        { .load_s = 300, .tokens_per_s = 6000 },
        { .load_s = 1, .tokens_per_s = 1000 },
        { .load_s = 300, .tokens_per_s = 3000, .is_role = true },
    };
    enum { UNITS = 2 * EACH + QUESTIONS };
    uint16_t of[UNITS];
    uint32_t after[QUESTIONS];
    float cost[UNITS];
    float unit_s[UNITS];
    const struct simulate_world world = {
        .believed = { .models = models,
                      .num_models = MODELS,
                      .num_units = UNITS,
                      .unit_model = of,
                      .unit_cost = cost,
                      .num_slots = 8,
                      .lease_s = 8,
                      .max_lease = 64 },
        .unit_s = unit_s,
        .load_s = load_s,
        .after = after,
        .num_after = QUESTIONS,
        .span = see,
        .context = seen,
    };

    *seen = (struct seen){ 0 };
    for (size_t i = 0; i < UNITS; i++) {
        of[i] = (uint16_t)(i / EACH);
        cost[i] = 165;
        unit_s[i] = 165 / (float)models[of[i]].tokens_per_s;
    }
    for (size_t i = 0; i < QUESTIONS; i++)
        after[i] = (uint32_t)(4 * i);
    simulate_run(&world, POLICY_RESIDENT, 0, out);
}

static void test_nothing_reaches_past_the_end(void **state)
{
    struct simulate_outcome out;
    struct seen seen;

    (void)state;
    simulate_short(&seen, &out);
    assert_true(seen.last_s <= out.makespan_s);
    assert_true(out.idle_s >= -1e-6);
    assert_true(out.load_s > seen.load_s - 1e-6);
    assert_true(out.load_s < seen.load_s + 1e-6);
}

static void test_a_role_with_little_to_do_is_loaded_once(void **state)
{
    struct simulate_outcome out;
    struct seen seen;

    (void)state;
    simulate_short(&seen, &out);
    assert_int_equal(seen.num_loads[JUDGE], 1);
}

/* Many slots want small chunks and many shards. */
static void test_simpler_policies_at_their_best(void **state)
{
    static const size_t sizes[] = { 8, 16, 40, 64, 80, 160, 500 };

    (void)state;
    for (int policy = POLICY_CHUNK; policy <= POLICY_STATIC; policy++) {
        struct simulate_outcome best;

        simulate((struct few){ 5100, 2, 30, 64 },
                 (enum policy)policy,
                 0,
                 &best);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct simulate_outcome out;

            simulate((struct few){ 5100, 2, 30, 64 },
                     (enum policy)policy,
                     sizes[i],
                     &out);
            assert_true(best.makespan_s <= 1.1 * out.makespan_s);
        }
    }
}

static void test_nothing_ends_before_the_longest_unit(void **state)
{
    struct simulate_outcome out;

    (void)state;
    simulate((struct few){ 1, 60, 10, 8 }, POLICY_RESIDENT, 0, &out);
    assert_true(out.whole_bound_s > 70 - 1e-6);
    assert_true(out.whole_bound_s < 70 + 1e-6);
    assert_true(out.parted_bound_s < 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_slot_gets_one_before_any_gets_two),
        cmocka_unit_test(test_nothing_reaches_past_the_end),
        cmocka_unit_test(test_a_role_with_little_to_do_is_loaded_once),
        cmocka_unit_test(test_simpler_policies_at_their_best),
        cmocka_unit_test(test_nothing_ends_before_the_longest_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
