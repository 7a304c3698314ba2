/* Leases: which model, which units, how many; and the lower bound. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "include/trustsweep/bug.h"
#include "schedule/schedule.h"
#include "schedule/schedule_explain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MAX_LEASE = 64 };

static double lower_bound(const double *work_s,
                          const double *load_s,
                          size_t num,
                          size_t slots)
{
    const struct schedule_demand demand = { work_s, load_s, NULL, num };

    return schedule_parted_bound(&demand, (double)slots);
}

/* `num_each` units of each model, unit i of model m costs `cost` tokens. */
static struct schedule *make(const struct schedule_model *models,
                             size_t num_models,
                             size_t num_each,
                             float cost,
                             size_t num_slots)
{
    size_t num = num_models * num_each;
    uint16_t *of = mem_alloc(num, sizeof *of);
    float *costs = mem_alloc(num, sizeof *costs);
    struct schedule *schedule;

    for (size_t i = 0; i < num; i++) {
        of[i] = (uint16_t)(i / num_each);
        costs[i] = cost;
    }
    schedule = schedule_create(&(struct schedule_params){
        .models = models,
        .num_models = num_models,
        .num_units = num,
        .unit_model = of,
        .unit_cost = costs,
        .num_slots = num_slots,
        .lease_s = 10,
        .max_lease = MAX_LEASE,
    });
    free(of);
    free(costs);
    return schedule;
}

static void test_a_slot_stays_with_the_model_it_holds(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 1, .tokens_per_s = 100 },
        { .load_s = 1, .tokens_per_s = 100 }
    };
    struct schedule *schedule = make(models, 2, 100, 10, 1);
    size_t out[MAX_LEASE];
    size_t left = 100;
    int model = -1;

    (void)state;
    while (left > 0) {
        size_t num = schedule_lease(schedule, 0, 1, 0, &model, out);

        assert_int_equal(model, 1);
        assert_in_range(num, 1, left);
        for (size_t i = 0; i < num; i++) {
            assert_in_range(out[i], 100, 199);
            schedule_done(schedule, out[i]);
        }
        left -= num;
    }
    assert_false(schedule_has_ready(schedule, 1, 0));
    assert_true(schedule_lease(schedule, 0, 1, 0, &model, out) > 0);
    assert_int_equal(model, 0);
    schedule_destroy(schedule);
}

static void test_joins_only_when_the_work_left_beats_the_load(void **state)
{
    /* 100 units of 10 tokens at 100 tokens/s: 10 s of work. */
    const struct schedule_model quick[] = { { .load_s = 2,
                                              .tokens_per_s = 100 } };
    const struct schedule_model slow[] = { { .load_s = 60,
                                             .tokens_per_s = 100 } };
    struct schedule *schedule = make(quick, 1, 100, 10, 2);
    size_t out[MAX_LEASE];
    int model = -1;

    (void)state;
    assert_true(schedule_lease(schedule, 0, -1, 0, &model, out) > 0);
    assert_true(schedule_lease(schedule, 1, -1, 0, &model, out) > 0);
    schedule_destroy(schedule);

    schedule = make(slow, 1, 100, 10, 2);
    assert_true(schedule_lease(schedule, 0, -1, 0, &model, out) > 0);
    schedule_loaded(schedule, 0, 0, 60);
    model = -7;
    assert_int_equal(schedule_lease(schedule, 1, -1, 0, &model, out), 0);
    assert_int_equal(model, -7);
    /* The holder is lost: now somebody else must. */
    schedule_slot_alive(schedule, 0, false);
    assert_true(schedule_lease(schedule, 1, -1, 0, &model, out) > 0);
    assert_int_equal(schedule_lease(schedule, 0, -1, 0, &model, out), 0);
    schedule_destroy(schedule);
}

static void test_an_idle_slot_takes_the_longest_model_first(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 1, .tokens_per_s = 100 },
        { .load_s = 1, .tokens_per_s = 10 },
        { .load_s = 1, .tokens_per_s = 50 }
    };
    struct schedule *schedule = make(models, 3, 100, 10, 3);
    size_t out[MAX_LEASE];
    int model = -1;

    (void)state;
    schedule_lease(schedule, 0, -1, 0, &model, out);
    assert_int_equal(model, 1);
    schedule_lease(schedule, 1, -1, 0, &model, out);
    assert_int_equal(model, 1); /* what is left there is still the longest */
    schedule_destroy(schedule);
}

static void test_long_bundles_go_first_and_neighbours_together(void **state)
{
    const struct schedule_model models[] = { { .load_s = 0,
                                               .tokens_per_s = 100 } };
    uint16_t of[128] = { 0 };
    float costs[128];
    struct schedule *schedule;
    size_t out[MAX_LEASE];
    size_t num;
    int model;

    (void)state;
    for (size_t i = 0; i < 128; i++)
        costs[i] = i / 32 == 2 ? 50 : 1;
    schedule = schedule_create(&(struct schedule_params){
        .models = models,
        .num_models = 1,
        .num_units = 128,
        .unit_model = of,
        .unit_cost = costs,
        .num_slots = 1,
        .lease_s = 4,
        .max_lease = MAX_LEASE,
    });
    num = schedule_lease(schedule, 0, -1, 0, &model, out);
    assert_in_range(num, 3, 8); /* a tenth of 17 s; twice that at most */
    for (size_t i = 0; i < num; i++)
        assert_int_equal(out[i], 64 + i); /* plan order, of the third bundle */
    schedule_destroy(schedule);
}

static void test_leases_shrink_in_the_tail(void **state)
{
    const struct schedule_model models[] = { { .load_s = 0,
                                               .tokens_per_s = 100 } };
    struct schedule *schedule = make(models, 1, 1000, 20, 4);
    size_t out[MAX_LEASE];
    size_t first = 0;
    size_t last = 0;
    size_t sum = 0;
    int model;

    (void)state;
    for (int turn = 0; sum < 1000; turn++) {
        last = schedule_lease(schedule, turn % 4, 0, 0, &model, out);
        assert_true(last > 0);
        first = first ? first : last;
        sum += last;
    }
    assert_in_range(first, 25, 50); /* a tenth of 50 s, 5 units a second */
    assert_int_equal(last, 1);
    schedule_destroy(schedule);
}

static void test_speed_is_learned(void **state)
{
    const struct schedule_model models[] = { { .load_s = 0,
                                               .tokens_per_s = 0 } };
    struct schedule *schedule = make(models, 1, 1000, 10, 1);
    size_t out[MAX_LEASE];
    int model;

    (void)state;
    assert_true(isnan(schedule_eta(schedule, 0)));
    assert_in_range(schedule_lease(schedule, 0, -1, 0, &model, out), 1, 32);
    for (int i = 0; i < 50; i++)
        schedule_observe(schedule, 0, (size_t)i, 5); /* 2 tokens a second */
    assert_true(fabs(schedule_eta(schedule, 0) - 5000) < 1);
    /* 10 s are 20 tokens; a bundle is cut at twice that outside the tail */
    assert_in_range(schedule_lease(schedule, 0, 0, 0, &model, out), 2, 4);
    schedule_destroy(schedule);
}

static void test_returned_units_wait_and_come_first(void **state)
{
    const struct schedule_model models[] = { { .load_s = 0,
                                               .tokens_per_s = 1 } };
    struct schedule *schedule = make(models, 1, 2, 10, 1);
    size_t out[MAX_LEASE];
    int model;

    (void)state;
    assert_int_equal(schedule_lease(schedule, 0, 0, 0, &model, out), 1);
    assert_int_equal(out[0], 0);
    schedule_return(schedule, 0, 500);
    schedule_return(schedule, 0, 100); /* not leased any more: ignored */
    assert_int_equal(schedule_lease(schedule, 0, 0, 499, &model, out), 1);
    assert_int_equal(out[0], 1);
    assert_false(schedule_has_ready(schedule, 0, 499));
    assert_true(schedule_has_ready(schedule, 0, 500));
    schedule_return(schedule, 1, 0);
    schedule_done(schedule, 1); /* a late result */
    assert_int_equal(schedule_lease(schedule, 0, 0, 900, &model, out), 1);
    assert_int_equal(out[0], 0);
    schedule_done(schedule, 0);
    schedule_done(schedule, 0);
    assert_int_equal(schedule_left(schedule), 0);
    assert_int_equal(schedule_lease(schedule, 0, 0, 9999, &model, out), 0);
    schedule_destroy(schedule);
}

static void test_every_unit_is_leased_once_under_random_returns(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 1, .tokens_per_s = 9 },
        { .load_s = 5, .tokens_per_s = 20 },
        { .load_s = 0, .tokens_per_s = 0 }
    };
    uint64_t random = 3;

    (void)state;
    for (int turn = 0; turn < 50; turn++) {
        struct schedule *schedule = make(models, 3, 200, 7, 5);
        uint8_t leased[600] = { 0 };
        int held[5] = { -1, -1, -1, -1, -1 };

        for (int64_t now = 0; schedule_left(schedule) > 0; now += 10) {
            int slot = (int)random_below(&random, 5);
            size_t out[MAX_LEASE];
            size_t num = schedule_lease(schedule,
                                        slot,
                                        held[slot],
                                        now,
                                        &held[slot],
                                        out);

            assert_true(now < 1000000);
            for (size_t i = 0; i < num; i++) {
                assert_int_equal(leased[out[i]], 0);
                leased[out[i]] = random_below(&random, 3) > 0;
                if (leased[out[i]]) {
                    schedule_done(schedule, out[i]);
                } else {
                    schedule_return(schedule, out[i], now + 50);
                }
            }
        }
        schedule_destroy(schedule);
    }
}

static void test_done_units_are_never_leased(void **state)
{
    const struct schedule_model models[] = { { .load_s = 0,
                                               .tokens_per_s = 100 } };
    struct schedule *schedule = make(models, 1, 100, 10, 1);
    size_t out[MAX_LEASE];
    size_t sum = 0;
    size_t num;
    int model;

    (void)state;
    for (size_t i = 0; i < 100; i += 2)
        schedule_done(schedule, i);
    while ((num = schedule_lease(schedule, 0, 0, 0, &model, out)) > 0) {
        for (size_t i = 0; i < num; i++)
            assert_int_equal(out[i] % 2, 1);
        sum += num;
    }
    assert_int_equal(sum, 50);
    schedule_destroy(schedule);
}

/* The definition, tried in small steps. */
static double bound_by_search(const double *work,
                              const double *load,
                              size_t num,
                              size_t slots)
{
    for (int step = 0; step < 1000000; step++) {
        double end = 0.001 * (double)step;
        double sum = 0;

        for (size_t i = 0; i < num; i++)
            sum += end > load[i] ? work[i] / (end - load[i]) : 1e300;
        if (sum <= (double)slots)
            return end;
    }
    return -1;
}

/* The best that whole models on whole slots can do: never under the bound. */
static double best_assignment(const double *work,
                              const double *load,
                              size_t num,
                              size_t slots)
{
    double best = (double)INFINITY;
    size_t ways = 1;

    for (size_t i = 0; i < num; i++)
        ways *= slots;
    for (size_t way = 0; way < ways; way++) {
        double ends[4] = { 0 };
        double end = 0;
        size_t rest = way;

        for (size_t i = 0; i < num; i++) {
            ends[rest % slots] += work[i] + load[i];
            rest /= slots;
        }
        for (size_t i = 0; i < slots; i++)
            end = fmax(end, ends[i]);
        best = fmin(best, end);
    }
    return best;
}

static void test_lower_bound_against_brute_force(void **state)
{
    uint64_t random = 1;
    double one[] = { 10 };
    double load[] = { 2 };

    (void)state;
    assert_true(fabs(lower_bound(one, load, 1, 1) - 12) < 1e-9);
    assert_true(fabs(lower_bound(one, load, 1, 5) - 4) < 1e-9);
    assert_true(lower_bound(one, load, 0, 5) == 0);
    for (int turn = 0; turn < 200; turn++) {
        size_t num = 1 + (size_t)random_below(&random, 4);
        size_t slots = 1 + (size_t)random_below(&random, 3);
        double work[4];
        double loads[4];
        double bound;

        for (size_t i = 0; i < num; i++) {
            work[i] = 0.1 + 10 * random_unit(&random);
            loads[i] = 3 * random_unit(&random);
        }
        bound = lower_bound(work, loads, num, slots);
        assert_true(fabs(bound - bound_by_search(work, loads, num, slots))
                    < 0.0011);
        assert_true(bound <= best_assignment(work, loads, num, slots) + 1e-9);
    }
}

static void test_three_hundred_thousand_units(void **state)
{
    struct schedule_model models[30];
    struct schedule *schedule;
    int held[16];
    int64_t start_ns;
    size_t sum = 0;
    size_t idle = 0;

    (void)state;
    for (size_t i = 0; i < 30; i++)
        models[i] =
            (struct schedule_model){ .load_s = 30, .tokens_per_s = 500 };
    schedule = make(models, 30, 10000, 100, 16);
    start_ns = clock_ns();
    for (size_t i = 0; i < 16; i++)
        held[i] = -1;
    for (size_t turn = 0; idle < 16; turn++) {
        size_t slot = turn % 16;
        size_t out[MAX_LEASE];
        size_t num = schedule_lease(schedule,
                                    (int)slot,
                                    held[slot],
                                    0,
                                    &held[slot],
                                    out);

        sum += num;
        idle = num > 0 ? 0 : idle + 1;
        for (size_t i = 0; i < num; i++)
            schedule_done(schedule, out[i]);
        if (num == 0)
            held[slot] = -1;
    }
    assert_int_equal(sum, 300000);
    print_message("300000 units leased in %.3f s\n",
                  (double)(clock_ns() - start_ns) / 1e9);
    schedule_destroy(schedule);
}

/* Takes everything for one slot, counting units; each must come once. */
static size_t take_all(struct schedule *schedule, uint8_t *seen)
{
    size_t out[MAX_LEASE];
    size_t sum = 0;
    size_t num;
    int held = -1;

    while ((num = schedule_lease(schedule, 0, held, 0, &held, out)) > 0) {
        for (size_t i = 0; i < num; i++) {
            assert_int_equal(seen[out[i]]++, 0);
            schedule_done(schedule, out[i]);
        }
        sum += num;
    }
    return sum;
}

static void test_added_units_are_leased_once(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 1, .tokens_per_s = 100 },
        { .load_s = 1, .tokens_per_s = 100, .is_role = true },
    };
    struct schedule *schedule = make(models, 1, 70, 10, 1);
    uint8_t seen[1000] = { 0 };

    (void)state;
    assert_int_equal(take_all(schedule, seen), 70);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(schedule_add(schedule, 0, 0, 5), 70 + i);
    assert_int_equal(schedule_left(schedule), 300);
    assert_int_equal(take_all(schedule, seen), 300);
    for (size_t i = 0; i < 40; i++)
        (void)schedule_add(schedule, 0, 0, 5);
    assert_int_equal(take_all(schedule, seen), 40);
    assert_int_equal(schedule_left(schedule), 0);
    schedule_destroy(schedule);
}

/* A judge is served while the model it judges still has work, once enough has
 * gathered; and the slot goes back when its queue is empty. */
static void test_a_long_queue_of_a_role_goes_first(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 1, .tokens_per_s = 100 },
        { .load_s = 1, .tokens_per_s = 100, .is_role = true },
    };
    uint16_t of[1000] = { 0 };
    float costs[1000];
    struct schedule_params params = {
        .models = models,
        .num_models = 2,
        .num_units = ARRAY_LEN(of),
        .unit_model = of,
        .unit_cost = costs,
        .num_slots = 1,
        .lease_s = 1,
        .max_lease = MAX_LEASE,
    };
    struct schedule *schedule;
    size_t out[MAX_LEASE];
    int model = -1;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(costs); i++)
        costs[i] = 100;
    schedule = schedule_create(&params);
    assert_true(schedule_lease(schedule, 0, -1, 0, &model, out) > 0);
    assert_int_equal(model, 0);
    for (int i = 0; i < 10; i++)
        (void)schedule_add(schedule, 1, 0, 100);
    assert_false(schedule_role_waits(schedule, 0, 0));
    assert_true(schedule_lease(schedule, 0, 0, 0, &model, out) > 0);
    assert_int_equal(model, 0);
    for (int i = 0; i < 15; i++)
        (void)schedule_add(schedule, 1, 0, 100);
    assert_true(schedule_role_waits(schedule, 0, 0));
    for (size_t num = 0; num < 25;) {
        size_t got = schedule_lease(schedule, 0, model, 0, &model, out);

        assert_true(got > 0);
        assert_int_equal(model, 1);
        num += got;
    }
    assert_true(schedule_lease(schedule, 0, 1, 0, &model, out) > 0);
    assert_int_equal(model, 0);
    schedule_destroy(schedule);
}

/* What is late runs twice: not too soon, each unit once more, and it may come
 * back or be answered as before. */
static void test_late_units_run_twice(void **state)
{
    const struct schedule_model models[] = { { .load_s = 0,
                                               .tokens_per_s = 100 } };
    struct schedule *schedule = make(models, 1, 10, 100, 2);
    size_t out[MAX_LEASE];
    size_t num = 0;
    int model = -1;

    (void)state;
    /* slot 0 takes all ten seconds of work, slot 1 is done with its own */
    assert_true(schedule_lease(schedule, 1, -1, 0, &model, out) > 0);
    schedule_done(schedule, out[0]);
    while (schedule_has_ready(schedule, 0, 0))
        assert_true(schedule_lease(schedule, 0, 0, 0, &model, out) > 0);
    num = schedule_left(schedule);
    assert_in_range(num, 4, 9);
    assert_int_equal(schedule_again(schedule, 1, 1000, &model, out), 0);
    assert_int_equal(schedule_again(schedule, 1, 2900 * (int)num, &model, out),
                     0);
    assert_int_equal(schedule_again(schedule, 1, 3100 * (int)num, &model, out),
                     (num + 1) / 2);
    assert_int_equal(model, 0);
    /* the others only when those are late as well, and none a third time */
    assert_int_equal(
        schedule_again(schedule, 1, 3200 * (int)num, &model, out + 8),
        0);
    schedule_done(schedule, out[0]);
    schedule_return(schedule, out[1], 0);
    assert_int_equal(schedule_lease(schedule, 1, 0, 40000, &model, out + 8), 1);
    assert_int_equal(out[8], out[1]);
    for (size_t i = 0; i < 10; i++)
        schedule_done(schedule, i);
    assert_int_equal(schedule_again(schedule, 1, 900000, &model, out), 0);
    schedule_destroy(schedule);
}

/* A load that ends long before it was thought to holds up nothing. */
static void test_late_after_a_short_load(void **state)
{
    const struct schedule_model models[] = { { .load_s = 1800,
                                               .tokens_per_s = 100 } };
    struct schedule *schedule = make(models, 1, 10, 100, 2);
    size_t out[MAX_LEASE];
    int model = -1;
    int left;

    (void)state;
    while (schedule_has_ready(schedule, 0, 0))
        assert_true(schedule_lease(schedule, 0, model, 0, &model, out) > 0);
    schedule_loaded(schedule, 0, 0, 30);
    schedule_loaded(schedule, 1, 0, 30);
    left = (int)schedule_left(schedule);
    assert_int_equal(schedule_again(schedule, 1, 31000, &model, out), 0);
    assert_true(schedule_again(schedule, 1, 31000 + 3100 * left, &model, out)
                > 0);
    schedule_destroy(schedule);
}

/* Whatever workers say of their loads, the others' are numbers still. */
static void test_loads_that_cannot_be(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 1, .tokens_per_s = 100 },
        { .load_s = 1, .tokens_per_s = 100 },
        { .load_s = 1, .tokens_per_s = 100 },
    };
    struct schedule *schedule = make(models, 3, 10, 100, 4);
    struct schedule_reason reason;

    (void)state;
    schedule_loaded(schedule, 0, 0, 1.5e308);
    schedule_loaded(schedule, 1, 1, 1.5e308);
    schedule_loaded(schedule, 2, 1, (double)INFINITY);
    schedule_loaded(schedule, 3, 1, (double)NAN);
    assert_true(isfinite(schedule_eta(schedule, 0)));
    schedule_explain(schedule, 2, 0, &reason);
    assert_true(isfinite(reason.load_s));
    schedule_destroy(schedule);
}

/* Several that have nothing to do share what is late, each once. */
static void test_late_units_are_shared_out(void **state)
{
    const struct schedule_model models[] = { { .load_s = 0,
                                               .tokens_per_s = 100 } };
    struct schedule *schedule = make(models, 1, 16, 100, 4);
    size_t out[MAX_LEASE];
    size_t num_left;
    int model = -1;

    (void)state;
    for (int slot = 1; slot < 4; slot++) {
        size_t num = schedule_lease(schedule, slot, -1, 0, &model, out);

        assert_true(num > 0);
        for (size_t i = 0; i < num; i++)
            schedule_done(schedule, out[i]);
    }
    while (schedule_has_ready(schedule, 0, 0))
        assert_true(schedule_lease(schedule, 0, 0, 0, &model, out) > 0);
    num_left = schedule_left(schedule);
    assert_in_range(num_left, 8, 13);
    for (int slot = 1; slot < 4; slot++)
        assert_int_equal(schedule_lease(schedule, slot, 0, 0, &model, out), 0);
    for (int slot = 1; slot < 4; slot++) {
        assert_int_equal(schedule_again(schedule, slot, 99000, &model, out),
                         (num_left + 3) / 4);
        assert_int_equal(schedule_again(schedule, slot, 99000, &model, out), 0);
    }
    schedule_destroy(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slot_stays_with_the_model_it_holds),
        cmocka_unit_test(test_joins_only_when_the_work_left_beats_the_load),
        cmocka_unit_test(test_an_idle_slot_takes_the_longest_model_first),
        cmocka_unit_test(test_long_bundles_go_first_and_neighbours_together),
        cmocka_unit_test(test_leases_shrink_in_the_tail),
        cmocka_unit_test(test_speed_is_learned),
        cmocka_unit_test(test_returned_units_wait_and_come_first),
        cmocka_unit_test(test_every_unit_is_leased_once_under_random_returns),
        cmocka_unit_test(test_done_units_are_never_leased),
        cmocka_unit_test(test_late_units_run_twice),
        cmocka_unit_test(test_late_after_a_short_load),
        cmocka_unit_test(test_late_units_are_shared_out),
        cmocka_unit_test(test_loads_that_cannot_be),
        cmocka_unit_test(test_lower_bound_against_brute_force),
        cmocka_unit_test(test_added_units_are_leased_once),
        cmocka_unit_test(test_a_long_queue_of_a_role_goes_first),
        cmocka_unit_test(test_three_hundred_thousand_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
