/*
 * Slots without a GPU beside those with one: models behind an API are there and
 * nowhere else, each on one slot at a time, and the GPUs' end does not move.
 */
#include "fixture.h"
#include "schedule/schedule_explain.h"

#include <math.h>
#include <string.h>

enum {
    GPU_MODELS = 5,
    API_MODELS = 3,
    MODELS = GPU_MODELS + API_MODELS,
    EACH = 400,
    UNITS = MODELS * EACH,
    GPU_SLOTS = 4,
    API_SLOTS = 2,
    SLOTS = GPU_SLOTS + API_SLOTS,
    GPU = 0, /* types */
    API,
};

struct world {
    struct fixture on;
    struct team_place places[SLOTS];
    uint16_t type_of[SLOTS];
};

/* The API's slots come first, as in a run; of the models the last ones are
 * theirs. */
static void make(struct world *self, size_t num_apart)
{
    fixture_make(&self->on,
                 &(struct fixture_params){ .num_models = MODELS,
                                           .num_each = EACH,
                                           .num_slots = num_apart + GPU_SLOTS,
                                           .load_s = 20,
                                           .type_of = self->type_of });
    for (size_t m = 0; m < MODELS; m++) {
        const bool is_api = m >= GPU_MODELS;

        if (is_api)
            fixture_set_load(&self->on, m, 0);
        self->on.models[m].is_single = is_api;
        self->on.speed[m][GPU] = !is_api;
        self->on.speed[m][API] = is_api;
    }
    for (size_t i = 0; i < num_apart + GPU_SLOTS; i++) {
        self->places[i] =
            (struct team_place){ .at = (int)i, .is_apart = i < num_apart };
        self->type_of[i] = i < num_apart ? API : GPU;
    }
    self->on.world.believed.places = self->places;
}

static void run(struct world *world, struct simulate_outcome *out)
{
    fixture_run(&world->on, POLICY_RESIDENT, 0, out);
    assert_true(out->fits);
}

/* Whether two slots worked on one of the API's models at once. */
static bool overlaps(const struct world *world)
{
    bool is_any = false;

    for (size_t m = GPU_MODELS; m < MODELS; m++)
        is_any = is_any || world->on.overlaps[m];
    return is_any;
}

/* What GPUs take for their own models alone. */
static double alone_s(void)
{
    struct world world;
    struct simulate_outcome out;

    make(&world, 0);
    world.on.world.believed.num_models = GPU_MODELS;
    world.on.world.believed.num_units = (size_t)GPU_MODELS * EACH;
    run(&world, &out);
    return out.makespan_s;
}

static double work_of(const struct world *world, size_t model)
{
    double sum = 0;

    for (size_t i = 0; i < SLOTS; i++)
        sum += world->on.work_s[model][i];
    return sum;
}

static void test_each_kind_stays_on_its_own_slots(void **state)
{
    struct world world;
    struct simulate_outcome out;

    (void)state;
    make(&world, API_SLOTS);
    run(&world, &out);
    for (size_t m = 0; m < MODELS; m++) {
        for (size_t i = 0; i < SLOTS; i++) {
            const bool is_api = m >= GPU_MODELS;

            if (is_api != (i < API_SLOTS))
                assert_true(world.on.work_s[m][i] == 0);
        }
        assert_true(work_of(&world, m) >= EACH - 1e-6);
    }
    assert_false(overlaps(&world));
    assert_int_equal(out.num_apart, API_SLOTS);
    assert_true(fabs(out.apart_work_s - API_MODELS * EACH) < 1);
    /* three on two slots, none of them by two at once */
    assert_true(out.apart_end_s >= 2 * EACH - 1);
    assert_true(fabs(out.apart_bound_s - 1.5 * EACH) < 1);
    assert_true(out.idle_s + out.load_s + out.work_s + out.wasted_s
                    - GPU_SLOTS * out.makespan_s
                < 1e-3);
}

/* Half the work of each API's model: it ends before the GPUs do. */
static void test_gpus_end_as_if_there_were_no_api(void **state)
{
    const double without_s = alone_s();
    struct world world;
    struct simulate_outcome out;
    double beside_s;

    (void)state;
    make(&world, API_SLOTS);
    for (size_t i = (size_t)GPU_MODELS * EACH; i < UNITS; i++)
        world.on.unit_s[i] = 0.5F;
    run(&world, &out);
    beside_s = out.makespan_s;
    /* without slots of their own they are models like any other */
    make(&world, 0);
    for (size_t m = GPU_MODELS; m < MODELS; m++) {
        world.on.speed[m][GPU] = 1;
        world.on.models[m].is_single = false;
    }
    for (size_t i = (size_t)GPU_MODELS * EACH; i < UNITS; i++)
        world.on.unit_s[i] = 0.5F;
    run(&world, &out);
    print_message("GPUs alone %.1f s; beside an API on slots of its own %.3f "
                  "times, on theirs %.3f times that\n",
                  without_s,
                  beside_s / without_s,
                  out.makespan_s / without_s);
    assert_true(beside_s < 1.005 * without_s);
    assert_true(out.makespan_s > 1.1 * without_s);
}

/* On slots that are like all others, one at a time: it cannot end sooner than one
 * slot takes, by no policy. */
static void test_one_slot_at_a_time_without_slots_apart(void **state)
{
    const double least_s = 5.0 * EACH;
    struct world world;
    struct simulate_outcome out;

    (void)state;
    make(&world, 0);
    world.on.world.believed.types = NULL;
    for (size_t i = UNITS - EACH; i < UNITS; i++) {
        fixture_set_unit(&world.on, i, 5);
    }
    run(&world, &out);
    assert_false(overlaps(&world));
    assert_true(out.makespan_s >= least_s - 1e-6);
    assert_true(out.makespan_s < 1.05 * least_s);
    assert_true(out.parted_bound_s >= least_s - 1e-6);
    assert_true(out.whole_bound_s >= least_s - 1e-6);
    fixture_run(&world.on, POLICY_CHUNK, 50, &out);
    assert_true(out.makespan_s >= least_s - 1e-6);
    assert_true(fabs(out.idle_s + out.load_s + out.work_s + out.wasted_s
                     - GPU_SLOTS * out.makespan_s)
                < 1e-3);
}

static struct schedule *open_schedule(struct world *world)
{
    make(world, API_SLOTS);
    return schedule_create(&world->on.world.believed);
}

/* A team of all that it can have: only slots with a GPU count. */
static void test_wide_models_leave_slots_apart_out(void **state)
{
    struct world world;
    struct schedule *schedule;
    struct simulate_outcome out;

    (void)state;
    make(&world, API_SLOTS);
    world.on.models[0].width = GPU_SLOTS;
    world.on.models[0].may_span = true;
    run(&world, &out);
    assert_true(world.on.work_s[0][API_SLOTS] > 0);
    world.on.models[0].width = SLOTS;
    schedule = schedule_create(&world.on.world.believed);
    assert_int_equal(schedule_stranded(schedule), 0);
    schedule_destroy(schedule);
}

static void test_lost_slots_strand_their_models(void **state)
{
    size_t units[256];
    struct world world;
    struct schedule *schedule = open_schedule(&world);
    struct schedule_reason reason;
    int model = -1;

    (void)state;
    assert_int_equal(schedule_stranded(schedule), SCHEDULE_NO_MODEL);
    schedule_explain(schedule, GPU_MODELS, 0, &reason);
    assert_true(reason.is_apart);
    schedule_explain(schedule, 0, 0, &reason);
    assert_false(reason.is_apart);
    for (int i = 0; i < API_SLOTS; i++)
        schedule_slot_alive(schedule, i, false);
    assert_int_equal(schedule_stranded(schedule), GPU_MODELS);
    schedule_narrow(schedule, GPU_MODELS);
    for (size_t i = 0; i < (size_t)GPU_MODELS * EACH; i++)
        schedule_done(schedule, i);
    assert_true(
        schedule_lease(schedule, API_SLOTS, SCHEDULE_NO_MODEL, 0, &model, units)
        > 0);
    assert_int_equal(model, GPU_MODELS);
    /* and one slot of those is enough, too */
    assert_int_equal(schedule_lease(schedule,
                                    API_SLOTS + 1,
                                    SCHEDULE_NO_MODEL,
                                    0,
                                    &model,
                                    units),
                     0);
    schedule_destroy(schedule);
}

/* Two slots for three models. */
static void test_what_waits_for_such_a_slot_says_so(void **state)
{
    size_t units[256];
    struct world world;
    struct schedule *schedule = open_schedule(&world);
    size_t num_waiting = 0;

    (void)state;
    for (int i = 0; i < SLOTS; i++) {
        int model = -1;

        assert_true(
            schedule_lease(schedule, i, SCHEDULE_NO_MODEL, 0, &model, units)
            > 0);
    }
    for (int m = 0; m < MODELS; m++) {
        struct schedule_reason reason;

        schedule_explain(schedule, m, 0, &reason);
        num_waiting += reason.why == SCHEDULE_WAITS_APART;
        assert_true(m >= GPU_MODELS || reason.why != SCHEDULE_WAITS_APART);
    }
    assert_int_equal(num_waiting, API_MODELS - API_SLOTS);
    assert_non_null(
        strstr(schedule_why_text(SCHEDULE_WAITS_APART), "without a GPU"));
    schedule_destroy(schedule);
}

/* Time that they have left over is no room for what needs a GPU. */
static void test_slots_apart_hasten_no_gpu(void **state)
{
    size_t units[256];
    struct world world;
    struct schedule *schedule = open_schedule(&world);
    int model = -1;

    (void)state;
    for (size_t i = (size_t)GPU_MODELS * EACH; i < UNITS; i++) {
        if (i % EACH > 10)
            schedule_done(schedule, i);
    }
    for (int i = 0; i < SLOTS; i++) {
        assert_true(
            schedule_lease(schedule, i, SCHEDULE_NO_MODEL, 0, &model, units)
            > 0);
    }
    assert_true(schedule_eta(schedule, 0)
                > (double)GPU_MODELS * EACH / GPU_SLOTS);
    schedule_destroy(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_stays_on_its_own_slots),
        cmocka_unit_test(test_gpus_end_as_if_there_were_no_api),
        cmocka_unit_test(test_one_slot_at_a_time_without_slots_apart),
        cmocka_unit_test(test_wide_models_leave_slots_apart_out),
        cmocka_unit_test(test_lost_slots_strand_their_models),
        cmocka_unit_test(test_what_waits_for_such_a_slot_says_so),
        cmocka_unit_test(test_slots_apart_hasten_no_gpu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
