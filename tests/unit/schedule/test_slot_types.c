/*
 * Slots of several types: who may be where, how fast, and that a model stays
 * with a group where types must not mix.
 */
#include "fixture.h"

#include <math.h>

enum { MODELS = 5, EACH = 400, UNITS = MODELS * EACH, SLOTS = 6 };

/* Four slots of the first type, two of the second. */
static const uint16_t type_of[SLOTS] = { 0, 0, 1, 0, 1, 0 };

/* The second type is half as fast; the last model must not be there. */
static void make(struct fixture *self)
{
    fixture_make(self,
                 &(struct fixture_params){ .num_models = MODELS,
                                           .num_each = EACH,
                                           .num_slots = SLOTS,
                                           .load_s = 10,
                                           .type_of = type_of });
    for (size_t m = 0; m < MODELS; m++)
        self->speed[m][1] = m + 1 < MODELS ? 0.5 : 0;
}

static double run(struct fixture *world, enum policy policy)
{
    struct simulate_outcome out;

    fixture_run(world, policy, 0, &out);
    assert_true(out.fits);
    return out.makespan_s / out.parted_bound_s;
}

static void test_fast_and_slow_ones_end_together(void **state)
{
    struct fixture world;
    double ratio;

    (void)state;
    make(&world);
    ratio = run(&world, POLICY_RESIDENT);
    /* 2,000 s of work by five slots' worth */
    assert_true(ratio < 1.06);
    assert_true(world.work_s[MODELS - 1][2] == 0);
    assert_true(world.work_s[MODELS - 1][4] == 0);
    for (int policy = 1; policy < NUM_POLICIES; policy++) {
        make(&world);
        assert_true(run(&world, (enum policy)policy) > ratio);
        assert_true(world.work_s[MODELS - 1][2] == 0);
    }
}

/* What only few slots may have comes first there, however little it is. */
static void test_what_fits_on_few_is_not_locked_out(void **state)
{
    struct fixture world;

    (void)state;
    make(&world);
    for (size_t m = 0; m + 1 < MODELS; m++) {
        fixture_set_load(&world, m, 100);
        world.speed[m][1] = 1;
    }
    fixture_set_load(&world, MODELS - 1, 200);
    world.speed[MODELS - 1][0] = 0;
    world.speed[MODELS - 1][1] = 1;
    assert_true(run(&world, POLICY_RESIDENT) < 1.15);
    assert_true(world.work_s[MODELS - 1][2] + world.work_s[MODELS - 1][4]
                > EACH - 1e-3);
}

static void test_groups_do_not_mix(void **state)
{
    static const uint16_t groups[FIXTURE_TYPES] = { 0, 1 };
    struct fixture world;
    size_t num_slow = 0;

    (void)state;
    make(&world);
    world.types.group = groups;
    assert_true(run(&world, POLICY_RESIDENT) < 1.3);
    for (size_t m = 0; m < MODELS; m++) {
        double sums[FIXTURE_TYPES] = { 0 };

        for (size_t i = 0; i < SLOTS; i++)
            sums[type_of[i]] += world.work_s[m][i];
        assert_true(sums[0] == 0 || sums[1] == 0);
        num_slow += sums[1] > 0;
    }
    assert_true(num_slow > 0);
}

/* Each of them stays where an earlier start began it; what was begun on a group
 * that is not here goes nowhere until it is told that it may. */
static void test_what_was_begun_stays(void **state)
{
    static const uint16_t groups[FIXTURE_TYPES] = { 0, 1 };
    static const int begun[MODELS] = { 1,
                                       1,
                                       0,
                                       SLOT_TYPES_ANYWHERE,
                                       SLOT_TYPES_ELSEWHERE };
    static size_t units[256];
    struct fixture world;
    struct slot_types *slots;
    struct schedule *schedule;
    int model;

    (void)state;
    make(&world);
    world.speed[MODELS - 1][1] = 0.5;
    world.types.group = groups;
    world.types.begun = begun;
    slots = slot_types_create(&world.types, MODELS, SLOTS);
    for (size_t m = 0; m < MODELS; m++) {
        for (size_t t = 0; t < FIXTURE_TYPES; t++) {
            const bool may =
                begun[m] == SLOT_TYPES_ANYWHERE || begun[m] == groups[t];

            assert_int_equal(slot_types_speed(slots, t, m) > 0, may);
        }
    }
    slot_types_destroy(slots);
    schedule = schedule_create(&world.world.believed);
    assert_int_equal(schedule_stranded(schedule), MODELS - 1);
    for (size_t i = 0; i < (size_t)(MODELS - 1) * EACH; i++)
        schedule_done(schedule, i);
    model = SCHEDULE_NO_MODEL;
    assert_int_equal(schedule_lease(schedule, 0, -1, 0, &model, units), 0);
    schedule_narrow(schedule, MODELS - 1);
    assert_int_equal(schedule_stranded(schedule), SCHEDULE_NO_MODEL);
    assert_true(schedule_lease(schedule, 0, -1, 1, &model, units) > 0);
    assert_int_equal(model, MODELS - 1);
    schedule_destroy(schedule);
}

/* As well where all slots are of one type, and nothing is asked where all may
 * mix. */
static void test_begun_elsewhere_on_one_type(void **state)
{
    static const uint16_t group = 0;
    static const uint16_t of[SLOTS] = { 0 };
    static const double speed[MODELS] = { 1, 1, 1, 1, 1 };
    static const int begun[MODELS] = { 0, 0, SLOT_TYPES_ELSEWHERE, 0, 0 };
    struct slot_types_params types = { .num = 1,
                                       .of = of,
                                       .speed = speed,
                                       .group = &group,
                                       .begun = begun };
    struct fixture world;
    struct schedule *schedule;

    (void)state;
    make(&world);
    world.world.believed.types = &types;
    schedule = schedule_create(&world.world.believed);
    assert_int_equal(schedule_stranded(schedule), 2);
    schedule_destroy(schedule);
    types.group = NULL;
    schedule = schedule_create(&world.world.believed);
    assert_int_equal(schedule_stranded(schedule), SCHEDULE_NO_MODEL);
    schedule_destroy(schedule);
}

static void test_the_last_of_a_type_dies(void **state)
{
    static size_t units[256];
    struct fixture world;
    struct schedule *schedule;
    int model = SCHEDULE_NO_MODEL;

    (void)state;
    make(&world);
    schedule = schedule_create(&world.world.believed);
    assert_int_equal(schedule_stranded(schedule), SCHEDULE_NO_MODEL);
    for (int i = 0; i < SLOTS; i++) {
        if (type_of[i] == 0)
            schedule_slot_alive(schedule, i, false);
    }
    assert_int_equal(schedule_stranded(schedule), MODELS - 1);
    for (size_t i = 0; i < (size_t)(MODELS - 1) * EACH; i++)
        schedule_done(schedule, i);
    assert_int_equal(schedule_lease(schedule, 2, -1, 0, &model, units), 0);
    schedule_narrow(schedule, MODELS - 1);
    assert_int_equal(schedule_stranded(schedule), SCHEDULE_NO_MODEL);
    assert_true(schedule_lease(schedule, 2, -1, 1, &model, units) > 0);
    assert_int_equal(model, MODELS - 1);
    schedule_destroy(schedule);
}

/* A model that only four of six slots may have, with most of the work. */
static void test_the_bound_of_what_is_kept_to_a_type(void **state)
{
    struct simulate_outcome out;
    struct fixture world;
    double bound_s;

    (void)state;
    make(&world);
    for (size_t i = (size_t)(MODELS - 1) * EACH; i < UNITS; i++)
        world.unit_s[i] = 20;
    bound_s = 20 * EACH / 4.0 + 10;
    fixture_run(&world, POLICY_RESIDENT, 0, &out);
    assert_true(fabs(out.kept_s - bound_s) < 1e-3 * bound_s);
    assert_int_equal(out.kept_type, 0);
    assert_int_equal(out.kept_model, MODELS - 1);
    assert_true(out.whole_bound_s >= bound_s * (1 - 1e-9));
    assert_true(out.parted_bound_s < 0.99 * bound_s);
    assert_true(out.makespan_s >= out.whole_bound_s * (1 - 1e-9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fast_and_slow_ones_end_together),
        cmocka_unit_test(test_what_fits_on_few_is_not_locked_out),
        cmocka_unit_test(test_groups_do_not_mix),
        cmocka_unit_test(test_what_was_begun_stays),
        cmocka_unit_test(test_begun_elsewhere_on_one_type),
        cmocka_unit_test(test_the_last_of_a_type_dies),
        cmocka_unit_test(test_the_bound_of_what_is_kept_to_a_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
