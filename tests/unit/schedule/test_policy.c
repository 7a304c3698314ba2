/* How simpler policies cut a sweep into jobs, and a schedule that goes by them:
 * a slot keeps its job, lets go behind it, and no unit is lost. */
#include "fixture.h"
#include "schedule/policy.h"
#include "schedule/schedule_explain.h"

#include <math.h>
#include <string.h>

enum { UNITS = 12, SLOTS = 2 };

/* Two models: tasks of 5, 2 and 1 units, then of 4. */
static const uint16_t models[UNITS] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 };
static const uint16_t tasks[UNITS] = { 0, 0, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0 };
static const float costs[UNITS] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

static void check(enum policy policy, size_t size, const char *wanted)
{
    const struct policy_units units = { .model = models,
                                        .task = tasks,
                                        .num = UNITS };
    char got[UNITS + 1] = "";
    uint32_t job[UNITS];
    size_t most = 0;
    size_t num = policy_assign(policy, size, &units, job);

    for (size_t i = 0; i < UNITS; i++) {
        got[i] = (char)('a' + job[i]);
        most = job[i] > most ? job[i] : most;
    }
    assert_string_equal(got, wanted);
    assert_int_equal(num, most + 1);
}

static void test_jobs(void **state)
{
    (void)state;
    check(POLICY_PAIR, 1, "aaaaabbcdddd");
    /* 5 are cut in 2 and 3; the largest pieces first, then what fits */
    check(POLICY_CHUNK, 3, "bbaaacccddee");
    check(POLICY_CHUNK, 100, "aaaaaaaabbbb");
    check(POLICY_STATIC, 2, "aaaabbbbccdd");
    check(POLICY_STATIC, 100, "abcdefghijkl"); /* none is empty */
    /* whatever size is asked for */
    check(POLICY_CHUNK, SIZE_MAX, "aaaaaaaabbbb");
    check(POLICY_STATIC, SIZE_MAX, "abcdefghijkl");
}

static struct schedule *make(enum policy policy, size_t size)
{
    static const struct schedule_model of[3] = {
        { .load_s = 1, .tokens_per_s = 1 },
        { .load_s = 1, .tokens_per_s = 1 },
        { .load_s = 1, .tokens_per_s = 1, .is_role = true },
    };
    const struct schedule_params params = {
        .models = of,
        .num_models = 3,
        .num_units = UNITS,
        .unit_model = models,
        .unit_cost = costs,
        .unit_task = tasks,
        .num_tasks = 4,
        .num_slots = SLOTS,
        .lease_s = 8,
        .max_lease = 3,
        .policy = policy,
        .policy_size = size,
    };

    return schedule_create(&params);
}

static size_t lease(struct schedule *schedule, int slot, int held, size_t *out)
{
    int model = SCHEDULE_NO_MODEL;

    return schedule_lease(schedule, slot, held, 0, &model, out);
}

static void finish(struct schedule *schedule, const size_t *units, size_t num)
{
    for (size_t i = 0; i < num; i++)
        schedule_done(schedule, units[i]);
}

static void test_a_slot_keeps_its_job(void **state)
{
    struct schedule *schedule = make(POLICY_PAIR, 1);
    size_t first[3];
    size_t rest[3];
    size_t other[3];

    (void)state;
    assert_int_equal(lease(schedule, 0, SCHEDULE_NO_MODEL, first), 3);
    assert_false(schedule_lets_go(schedule, 0));
    assert_true(schedule_goes_on(schedule, 0, 0, 0));
    /* the other slot gets the next job of the same model */
    assert_int_equal(lease(schedule, 1, SCHEDULE_NO_MODEL, other), 2);
    assert_int_equal(other[0], 5);
    assert_int_equal(lease(schedule, 0, 0, rest), 2);
    assert_false(schedule_goes_on(schedule, 0, 0, 0));
    finish(schedule, first, 3);
    finish(schedule, rest, 1);
    schedule_return(schedule, rest[1], 0);
    assert_false(schedule_lets_go(schedule, 0));
    assert_int_equal(lease(schedule, 0, 0, rest), 1);
    assert_int_equal(rest[0], 4);
    finish(schedule, rest, 1);
    /* it has ended: nothing more before the model was let go, which is loaded
     * again for the third job of it */
    assert_true(schedule_lets_go(schedule, 0));
    assert_int_equal(lease(schedule, 0, 0, rest), 0);
    assert_int_equal(lease(schedule, 0, SCHEDULE_NO_MODEL, rest), 1);
    assert_int_equal(rest[0], 7);
    schedule_destroy(schedule);
}

static void test_a_lost_slot_loses_nothing(void **state)
{
    struct schedule *schedule = make(POLICY_STATIC, 1);
    size_t units[3];
    size_t num;
    size_t seen = 0;

    (void)state;
    assert_int_equal(lease(schedule, 0, SCHEDULE_NO_MODEL, units), 3);
    assert_int_equal(lease(schedule, 1, SCHEDULE_NO_MODEL, units), 3);
    assert_int_equal(units[0], 8);
    for (size_t i = 0; i < 3; i++)
        schedule_return(schedule, i, 0);
    schedule_slot_alive(schedule, 0, false);
    assert_int_equal(lease(schedule, 0, SCHEDULE_NO_MODEL, units), 0);
    finish(schedule, (size_t[]){ 8, 9, 10 }, 3);
    num = lease(schedule, 1, 1, units);
    assert_int_equal(num, 1);
    finish(schedule, units, num);
    assert_true(schedule_lets_go(schedule, 1));
    while (
        (num = lease(schedule, 1, seen == 0 ? SCHEDULE_NO_MODEL : 0, units))) {
        finish(schedule, units, num);
        seen += num;
    }
    assert_int_equal(seen, 8);
    assert_int_equal(schedule_left(schedule), 0);
    schedule_destroy(schedule);
}

/* Questions wait until the models have ended. */
static void test_roles_come_last(void **state)
{
    struct schedule *schedule = make(POLICY_STATIC, 1);
    size_t units[3];
    size_t num;

    (void)state;
    assert_int_equal(schedule_add(schedule, 2, 3, 1), UNITS);
    for (size_t i = 0; i < UNITS - 1; i++)
        schedule_done(schedule, i);
    num = lease(schedule, 0, SCHEDULE_NO_MODEL, units);
    assert_int_equal(num, 1);
    assert_int_equal(units[0], UNITS - 1);
    assert_int_equal(lease(schedule, 1, SCHEDULE_NO_MODEL, units + 1), 0);
    finish(schedule, units, 1);
    assert_int_equal(lease(schedule, 1, SCHEDULE_NO_MODEL, units), 1);
    assert_int_equal(units[0], UNITS);
    schedule_destroy(schedule);
}

static void check_why(struct schedule *schedule,
                      int model,
                      enum schedule_why why,
                      size_t num_jobs)
{
    struct schedule_reason reason;

    schedule_explain(schedule, model, 0, &reason);
    assert_int_equal(reason.why, why);
    assert_int_equal(reason.num_jobs, num_jobs);
    assert_int_equal(reason.next, SCHEDULE_NO_MODEL);
    assert_true(strlen(schedule_why_text(why)) > 3);
}

/* In the words of the policy, not in those of resident models. */
static void test_why_it_waits(void **state)
{
    struct schedule *schedule = make(POLICY_STATIC, 2);
    struct schedule_task_reason task;
    size_t units[3];

    (void)state;
    check_why(schedule, 2, SCHEDULE_IS_BEHIND, 0); /* no question yet */
    (void)schedule_add(schedule, 2, 3, 1);
    check_why(schedule, 2, SCHEDULE_IS_BEHIND, 0);
    check_why(schedule, 0, SCHEDULE_QUEUES_JOBS, 0); /* none is cut yet */
    assert_int_equal(lease(schedule, 0, SCHEDULE_NO_MODEL, units), 3);
    check_why(schedule, 0, SCHEDULE_LOADS, 1);
    schedule_loaded(schedule, 0, 0, 1);
    check_why(schedule, 0, SCHEDULE_RUNS_JOBS, 1);
    check_why(schedule, 1, SCHEDULE_QUEUES_JOBS, 2);
    schedule_explain_task(schedule, 0, 2, &task);
    assert_int_equal(task.num_ready, 1);
    assert_int_equal(task.num_ahead, 0); /* nor an order of the pools */
    for (size_t i = 0; i < UNITS; i++)
        schedule_done(schedule, i);
    check_why(schedule, 0, SCHEDULE_IS_DONE, 0);
    check_why(schedule, 2, SCHEDULE_QUEUES_JOBS, 0);
    finish(schedule, (size_t[]){ UNITS }, 1);
    check_why(schedule, 2, SCHEDULE_IS_DONE, 0);
    schedule_destroy(schedule);
}

static void check_eta(struct schedule *schedule, double wanted)
{
    assert_true(fabs(schedule_eta(schedule, 0) - wanted) < 1e-9);
}

/* A second each, and one for each load of a job that nobody has. */
static void test_when_it_ends(void **state)
{
    struct schedule *schedule = make(POLICY_PAIR, 1);
    size_t units[3];

    (void)state;
    check_eta(schedule, 6); /* no job is cut yet */
    assert_int_equal(lease(schedule, 0, SCHEDULE_NO_MODEL, units), 3);
    check_eta(schedule, (12 + 3) / 2.0);
    for (size_t i = 0; i < 8; i++)
        schedule_done(schedule, i);
    check_eta(schedule, 4 + 1); /* the last job is one slot's */
    (void)schedule_add(schedule, 2, 3, 1);
    check_eta(schedule, (5 + 1) / 2.0);
    schedule_slot_alive(schedule, 1, false);
    check_eta(schedule, 5 + 1);
    schedule_slot_alive(schedule, 0, false);
    assert_true(isnan(schedule_eta(schedule, 0)));
    for (size_t i = 0; i <= UNITS; i++)
        schedule_done(schedule, i);
    check_eta(schedule, 0);
    schedule_destroy(schedule);
}

/* A run by a policy takes as long as is said of the policy, which is worked out
 * by other code. */
static void test_a_run_is_as_it_was_simulated(void **state)
{
    static const size_t sizes[NUM_POLICIES] = { [POLICY_PAIR] = 1,
                                                [POLICY_CHUNK] = 60,
                                                [POLICY_STATIC] = 3 };

    (void)state;
    for (int policy = POLICY_PAIR; policy < NUM_POLICIES; policy++) {
        struct simulate_outcome said;
        struct simulate_outcome done;
        struct fixture world;

        fixture_make(&world,
                     &(struct fixture_params){ .num_models = 5,
                                               .num_each = 200,
                                               .num_slots = 3,
                                               .load_s = 20 });
        for (size_t m = 0; m < 5; m++)
            fixture_set_load(&world, m, 7 + 5 * (double)m);
        for (size_t i = 0; i < 1000; i++)
            fixture_set_unit(&world, i, 1 + (double)(i % 7) / 4);
        fixture_run(&world, (enum policy)policy, sizes[policy], &said);
        world.world.believed.policy = (enum policy)policy;
        world.world.believed.policy_size = sizes[policy];
        fixture_run(&world, POLICY_RESIDENT, 0, &done);
        assert_int_equal(done.num_loads, said.num_loads);
        assert_true(fabs(done.makespan_s - said.makespan_s) < 1e-3);
        assert_true(fabs(done.load_s - said.load_s) < 1e-3);
        assert_true(fabs(done.work_s - said.work_s) < 1e-3);
    }
}

/* Nor does it end at once where nobody is there and no speed is known. */
static void test_no_end_is_known(void **state)
{
    static const struct schedule_model of = { .load_s = 1 };
    struct schedule *schedule = schedule_create(&(struct schedule_params){
        .models = &of,
        .num_models = 1,
        .num_units = 1,
        .unit_model = models,
        .unit_cost = costs,
        .num_slots = 1,
        .lease_s = 8,
        .max_lease = 1,
        .policy = POLICY_PAIR,
    });

    (void)state;
    assert_true(isnan(schedule_eta(schedule, 0)));
    schedule_slot_alive(schedule, 0, false);
    assert_true(isnan(schedule_eta(schedule, 0)));
    schedule_destroy(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_a_slot_keeps_its_job),
        cmocka_unit_test(test_a_lost_slot_loses_nothing),
        cmocka_unit_test(test_roles_come_last),
        cmocka_unit_test(test_why_it_waits),
        cmocka_unit_test(test_when_it_ends),
        cmocka_unit_test(test_no_end_is_known),
        cmocka_unit_test(test_a_run_is_as_it_was_simulated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
