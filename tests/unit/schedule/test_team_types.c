/*
 * Models that need several slots, where slots are of two types: a team is of one
 * group where types must not mix, never of a slot that the model may not be on, and
 * as fast as its slowest member.
 */
#include "fixture.h"

enum { MODELS = 2, EACH = 40, UNITS = MODELS * EACH, SLOTS = 6 };

/* Of the blocks of two the second and the third are of both types. */
static const uint16_t type_of[SLOTS] = { 0, 0, 1, 0, 0, 1 };
static const uint16_t groups[FIXTURE_TYPES] = { 0, 1 };

/* Both need so many slots, and the second type is a tenth as fast. */
static void make(struct fixture *self, size_t width)
{
    fixture_make(self,
                 &(struct fixture_params){ .num_models = MODELS,
                                           .num_each = EACH,
                                           .num_slots = SLOTS,
                                           .load_s = 1,
                                           .type_of = type_of });
    for (size_t m = 0; m < MODELS; m++) {
        self->models[m].width = width;
        self->speed[m][1] = 0.1;
    }
}

static void test_a_team_is_of_one_group(void **state)
{
    struct simulate_outcome out;
    struct fixture world;

    (void)state;
    make(&world, 2);
    world.types.group = groups;
    fixture_run(&world, POLICY_RESIDENT, 0, &out);
    assert_true(out.fits);
    for (size_t m = 0; m < MODELS; m++) {
        assert_true(world.num_loads[m][0] > 0);
        assert_int_equal(world.num_loads[m][2], 0);
        assert_int_equal(world.num_loads[m][4], 0);
    }
}

/* A model that may be on the first type only is in no team with the second one,
 * also where a team of both drives the other model already. */
static void test_all_members_may_have_it(void **state)
{
    struct simulate_outcome out;
    struct fixture world;

    (void)state;
    make(&world, 2);
    world.speed[0][1] = 1;
    world.speed[1][1] = 0;
    fixture_run(&world, POLICY_RESIDENT, 0, &out);
    assert_true(out.fits);
    assert_true(world.num_loads[0][2] + world.num_loads[0][4] > 0);
    assert_int_equal(world.num_loads[1][2] + world.num_loads[1][4], 0);
}

static void test_the_slowest_member_counts(void **state)
{
    struct simulate_outcome out;
    struct fixture world;

    (void)state;
    make(&world, SLOTS);
    fixture_run(&world, POLICY_RESIDENT, 0, &out);
    assert_true(out.fits);
    assert_true(world.work_s[0][0] > 10 * EACH - 1);
    assert_true(out.makespan_s > 10 * UNITS);
}

/* Three neighbours of one group are nowhere, as the second type is in every block
 * of three. */
static void test_what_no_block_holds_is_stranded(void **state)
{
    struct simulate_outcome out;
    struct schedule *schedule;
    struct fixture world;

    (void)state;
    make(&world, 3);
    world.models[0].width = 1;
    schedule = schedule_create(&world.world.believed);
    assert_int_equal(schedule_stranded(schedule), SCHEDULE_NO_MODEL);
    schedule_destroy(schedule);
    world.types.group = groups;
    schedule = schedule_create(&world.world.believed);
    assert_int_equal(schedule_stranded(schedule), 1);
    schedule_destroy(schedule);
    fixture_run(&world, POLICY_RESIDENT, 0, &out);
    assert_false(out.fits);
    assert_int_equal(out.misfit, 1);
    world.types.group = NULL;
    world.speed[1][1] = 0;
    schedule = schedule_create(&world.world.believed);
    assert_int_equal(schedule_stranded(schedule), 1);
    schedule_destroy(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_team_is_of_one_group),
        cmocka_unit_test(test_all_members_may_have_it),
        cmocka_unit_test(test_the_slowest_member_counts),
        cmocka_unit_test(test_what_no_block_holds_is_stranded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
