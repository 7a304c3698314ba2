/* Why a model runs or waits. */
#include "schedule/schedule_explain.h"
#include "schedule/schedule_parts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { UNITS = 300, MAX_LEASE = 64 };

/* Three models of 100 units; the third is a role. */
static struct schedule *make(size_t num_slots)
{
    const struct schedule_model models[] = {
        { .load_s = 5, .tokens_per_s = 100 },
        { .load_s = 5, .tokens_per_s = 50 },
        { .load_s = 50, .tokens_per_s = 100, .is_role = true },
    };
    uint16_t of[UNITS];
    float costs[UNITS];

    for (size_t i = 0; i < UNITS; i++) {
        of[i] = (uint16_t)(i / 100);
        costs[i] = 10;
    }
    return schedule_create(&(struct schedule_params){
        .models = models,
        .num_models = 3,
        .num_units = 2 * UNITS / 3,
        .unit_model = of,
        .unit_cost = costs,
        .num_slots = num_slots,
        .lease_s = 1,
        .max_lease = MAX_LEASE,
    });
}

static enum schedule_why why(struct schedule *schedule, int model, int64_t ms)
{
    struct schedule_reason reason;

    schedule_explain(schedule, model, ms, &reason);
    assert_true(strlen(schedule_why_text(reason.why)) > 3);
    return reason.why;
}

static void test_from_waiting_to_done(void **state)
{
    struct schedule *schedule = make(1);
    struct schedule_reason reason;
    struct schedule_task_reason task;
    size_t out[MAX_LEASE];
    int model = SCHEDULE_NO_MODEL;

    (void)state;
    assert_int_equal(why(schedule, 1, 0), SCHEDULE_IS_NEXT);
    assert_int_equal(why(schedule, 0, 0), SCHEDULE_QUEUES);
    schedule_explain(schedule, 0, 0, &reason);
    assert_int_equal(reason.next, 1);
    schedule_explain(schedule, 1, 0, &reason);
    assert_int_equal(reason.next, SCHEDULE_NO_MODEL);
    assert_int_equal(why(schedule, 2, 0), SCHEDULE_COLLECTS); /* none yet */
    assert_true(schedule_lease(schedule, 0, -1, 0, &model, out) > 0);
    assert_int_equal(model, 1);
    assert_int_equal(why(schedule, 1, 0), SCHEDULE_LOADS);
    schedule_loaded(schedule, 0, 1, 6);
    schedule_explain(schedule, 1, 6000, &reason);
    assert_int_equal(reason.why, SCHEDULE_RUNS);
    assert_int_equal(reason.num_slots, 1);
    assert_int_equal(reason.num_loading, 0);
    assert_int_equal(reason.num_left, 100);
    assert_true(reason.num_ready < 100);
    assert_true(fabs(reason.load_s - 6) < 1e-9);
    assert_true(fabs(reason.work_s - 20) < 1e-6);
    /* the one that was not loaded takes as much longer than was thought */
    schedule_explain(schedule, 2, 6000, &reason);
    assert_true(fabs(reason.load_s - 50 * 6 / 5.0) < 1e-9);
    for (size_t i = 100; i < 200; i++)
        schedule_done(schedule, i);
    assert_int_equal(why(schedule, 1, 7000), SCHEDULE_IS_DONE);
    schedule_explain_task(schedule, 0, 0, &task);
    assert_int_equal(task.num_left, 100);
    schedule_explain_task(schedule, 1, 0, &task);
    assert_int_equal(task.num_left, 0);
    for (size_t i = 0; i < 100; i++)
        schedule_done(schedule, i);
    assert_int_equal(why(schedule, 2, 8000), SCHEDULE_IS_DONE);
    schedule_destroy(schedule);
}

/* Nobody can join what is all under way: it takes those that have it as long as
 * it takes. */
static void test_what_is_all_under_way_has_an_end(void **state)
{
    struct schedule *schedule = make(2);
    size_t out[MAX_LEASE];
    int models[2];

    (void)state;
    for (int slot = 0; slot < 2; slot++) {
        int held = SCHEDULE_NO_MODEL;

        while (held < 0 || schedule_has_ready(schedule, held, 0)) {
            assert_true(schedule_lease(schedule, slot, held, 0, &held, out)
                        > 0);
        }
        models[slot] = held;
    }
    /* 5 s of loading, and 10 or 20 s of work */
    assert_int_not_equal(models[0], models[1]);
    assert_true(fabs(schedule_eta(schedule, 0) - 25) < 1e-2);
    for (int slot = 0; slot < 2; slot++)
        schedule_loaded(schedule, slot, models[slot], 5);
    for (size_t i = 0; i < 199; i++)
        schedule_done(schedule, i);
    assert_true(fabs(schedule_eta(schedule, 6000) - 0.2) < 1e-2);
    schedule_done(schedule, 199);
    assert_true(schedule_eta(schedule, 7000) < 1e-2);
    schedule_destroy(schedule);
}

static void test_a_role_collects_and_what_failed_comes_back(void **state)
{
    struct schedule *schedule = make(1);
    size_t out[MAX_LEASE];
    int model = SCHEDULE_NO_MODEL;
    size_t num;

    (void)state;
    (void)schedule_add(schedule, 2, 0, 10);
    assert_int_equal(why(schedule, 2, 0), SCHEDULE_COLLECTS);
    for (size_t i = 0; i < 200; i++)
        schedule_done(schedule, i);
    num = schedule_lease(schedule, 0, -1, 0, &model, out);
    assert_int_equal(num, 1);
    schedule_return(schedule, out[0], 60000);
    schedule_slot_alive(schedule, 0, false);
    assert_int_equal(why(schedule, 2, 1000), SCHEDULE_COMES_BACK);
    schedule_destroy(schedule);
}

static const uint16_t tasks_of[] = { 0, 1, 2, 2, 0 };

/* Two models and three tasks; only the second one's speed is a guess. */
static struct schedule *make_tasks(void)
{
    const struct schedule_model models[] = {
        { .load_s = 5, .tokens_per_s = 100 },
        { .load_s = 5, .tokens_per_s = 100, .is_guessed = true },
    };
    const uint16_t of[] = { 0, 0, 0, 0, 1 };
    const float costs[] = { 10, 30, 20, 20, 1 };

    return schedule_create(&(struct schedule_params){
        .models = models,
        .num_models = 2,
        .num_units = 5,
        .unit_model = of,
        .unit_cost = costs,
        .unit_task = tasks_of,
        .num_tasks = 3,
        .num_slots = 1,
        .lease_s = 0.01,
        .max_lease = 1,
    });
}

/* What nobody has measured goes out first, then what takes longest; before any of
 * it, what came back. */
static void test_tasks_in_their_order(void **state)
{
    struct schedule *schedule = make_tasks();
    struct schedule_task_reason reason;
    size_t out[1];
    int model = SCHEDULE_NO_MODEL;

    (void)state;
    schedule_explain_task(schedule, 0, 0, &reason);
    assert_int_equal(reason.num_left, 1);
    assert_int_equal(reason.num_ready, 1);
    assert_int_equal(reason.num_ahead, 2);
    assert_int_equal(reason.first, 2); /* 40 tokens in one bundle */
    schedule_explain_task(schedule, 0, 2, &reason);
    assert_int_equal(reason.num_ahead, 0);
    assert_int_equal(reason.first, 2);
    assert_int_equal(schedule_lease(schedule, 0, 0, 0, &model, out), 1);
    assert_int_equal(model, 0);
    assert_int_equal(tasks_of[out[0]], 2);
    schedule_explain_task(schedule, 0, 2, &reason);
    assert_int_equal(reason.num_left, 2);
    assert_int_equal(reason.num_ready, 1);
    assert_int_equal(reason.num_ahead, 2); /* it is probed, the others not */
    assert_int_equal(reason.first, 1);
    schedule_return(schedule, out[0], 0);
    assert_true(schedule_has_ready(schedule, 0, 0));
    schedule_explain_task(schedule, 0, 2, &reason);
    assert_int_equal(reason.num_ready, 2);
    assert_int_equal(reason.num_ahead, 0);
    assert_int_equal(reason.first, 2);
    assert_int_equal(schedule_lease(schedule, 0, 0, 0, &model, out), 1);
    assert_int_equal(tasks_of[out[0]], 2);
    schedule_destroy(schedule);
}

/* While it has work. */
static void test_a_speed_that_is_a_guess(void **state)
{
    struct schedule *schedule = make_tasks();
    struct schedule_reason whole;

    (void)state;
    schedule_explain(schedule, 0, 0, &whole);
    assert_false(whole.is_guess);
    schedule_explain(schedule, 1, 0, &whole);
    assert_true(whole.is_guess);
    assert_true(schedule_eta_is_guess(schedule));
    schedule_observe(schedule, 0, 4, 0.5);
    assert_false(schedule_eta_is_guess(schedule));
    schedule_destroy(schedule);
}

/* A model of two slots comes while both are at work. */
static void test_neighbours_are_waited_for(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 5, .tokens_per_s = 100 },
        { .load_s = 5, .tokens_per_s = 100, .width = 2 },
    };
    const uint16_t of[] = { 0, 0, 0 };
    const float costs[] = { 9000, 9000, 9000 };
    struct schedule *schedule = schedule_create(&(struct schedule_params){
        .models = models,
        .num_models = 2,
        .num_units = 3,
        .unit_model = of,
        .unit_cost = costs,
        .num_slots = 2,
        .lease_s = 1,
        .max_lease = 1,
    });
    size_t out[1];
    int model = SCHEDULE_NO_MODEL;

    (void)state;
    for (int slot = 0; slot < 2; slot++) {
        assert_int_equal(
            schedule_lease(schedule, slot, SCHEDULE_NO_MODEL, 0, &model, out),
            1);
    }
    (void)schedule_add(schedule, 1, 0, 10);
    assert_int_not_equal(why(schedule, 1, 0), SCHEDULE_CALLS);
    (void)schedule_lease(schedule, 0, 0, 1, &model, out);
    assert_int_equal(why(schedule, 1, 1), SCHEDULE_CALLS);
    schedule_destroy(schedule);
}

/* Workers of the first type keep what they have, those of the second take another
 * one: that one goes first. */
static void test_who_goes_first_of_two_types(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 5, .tokens_per_s = 100 },
        { .load_s = 5, .tokens_per_s = 100 },
    };
    const uint16_t of[] = { 0, 1 };
    const uint16_t slots[] = { 0, 1 };
    const float costs[] = { 9000, 9000 };
    const double speed[] = { 1, 1, 1, 1 };
    const struct slot_types_params types = { .num = 2,
                                             .of = slots,
                                             .speed = speed };
    struct schedule *schedule = schedule_create(&(struct schedule_params){
        .models = models,
        .num_models = 2,
        .num_units = 2,
        .unit_model = of,
        .unit_cost = costs,
        .num_slots = 2,
        .lease_s = 1,
        .max_lease = 1,
        .types = &types,
    });
    struct schedule_reason reason;

    (void)state;
    schedule_explain(schedule, 0, 0, &reason);
    /* what was worked out for the time asked about is not worked out anew */
    schedule->ahead[0].next = SCHEDULE_NO_MODEL;
    schedule->ahead[1].next = 1;
    schedule_explain(schedule, 0, 0, &reason);
    assert_int_equal(reason.why, SCHEDULE_QUEUES);
    assert_int_equal(reason.next, 1);
    schedule->ahead[1].next = SCHEDULE_NO_MODEL;
    schedule_explain(schedule, 0, 0, &reason);
    assert_int_equal(reason.why, SCHEDULE_QUEUES);
    assert_int_equal(reason.next, SCHEDULE_NO_MODEL);
    schedule_destroy(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_waiting_to_done),
        cmocka_unit_test(test_tasks_in_their_order),
        cmocka_unit_test(test_a_speed_that_is_a_guess),
        cmocka_unit_test(test_neighbours_are_waited_for),
        cmocka_unit_test(test_who_goes_first_of_two_types),
        cmocka_unit_test(test_what_is_all_under_way_has_an_end),
        cmocka_unit_test(test_a_role_collects_and_what_failed_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
