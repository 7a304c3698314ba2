/* The first leases of as many slots as a run may have, in steps as a coordinator
 * makes them: how often a slot is looked at. */
#include "base/mem.h"
#include "schedule/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    SLOTS = 65536,
    MODELS = 4,
    UNITS_OF_SLOT = 20,
    MAX_LEASE = 64,
    HELLOS_OF_STEP = 1024, /* the time of a step is one */
    LOOKS_OF_SLOT = 200,   /* it is looked at in each step, and for a lease */
};

static size_t num_looks;

/* NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the
 * names that the linker gives them */
enum team_stage __real_teams_stage(const struct teams *self, int slot);
enum team_stage __wrap_teams_stage(const struct teams *self, int slot);

enum team_stage __wrap_teams_stage(const struct teams *self, int slot)
{
    if (++num_looks > (size_t)LOOKS_OF_SLOT * SLOTS)
        fail_msg("slots are looked at too often");
    return __real_teams_stage(self, slot);
}
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

/* Of equally many units a model. */
static struct schedule *make(double tokens_per_s, bool is_guessed)
{
    const size_t num_units = (size_t)SLOTS * UNITS_OF_SLOT;
    uint16_t *unit_model = mem_alloc(num_units, sizeof *unit_model);
    float *unit_cost = mem_alloc(num_units, sizeof *unit_cost);
    struct schedule_model models[MODELS] = { 0 };
    struct schedule *schedule;

    for (size_t i = 0; i < num_units; i++) {
        unit_model[i] = (uint16_t)(i / (num_units / MODELS));
        unit_cost[i] = 100;
    }
    for (int i = 0; i < MODELS; i++) {
        models[i] = (struct schedule_model){ .load_s = 60 + i,
                                             .tokens_per_s = tokens_per_s,
                                             .is_guessed = is_guessed };
    }
    schedule =
        schedule_create(&(struct schedule_params){ .models = models,
                                                   .num_models = MODELS,
                                                   .num_units = num_units,
                                                   .unit_model = unit_model,
                                                   .unit_cost = unit_cost,
                                                   .num_slots = SLOTS,
                                                   .lease_s = 30,
                                                   .max_lease = MAX_LEASE });
    free(unit_model);
    free(unit_cost);
    return schedule;
}

static void start_all(double tokens_per_s, bool is_guessed)
{
    struct schedule *schedule = make(tokens_per_s, is_guessed);
    size_t num_of[MODELS] = { 0 };
    size_t units[MAX_LEASE];

    num_looks = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
        const int64_t now_ms = 1000 + slot / HELLOS_OF_STEP;
        int model = SCHEDULE_NO_MODEL;

        if (schedule_lease(schedule,
                           slot,
                           SCHEDULE_NO_MODEL,
                           now_ms,
                           &model,
                           units)
            > 0)
            num_of[model]++;
    }
    for (int i = 0; i < MODELS; i++)
        assert_true(num_of[i] > 0);
    print_message("%zu looks\n", num_looks);
    schedule_destroy(schedule);
}

static void test_known_speeds(void **state)
{
    (void)state;
    start_all(30, false);
}

static void test_guessed_speeds(void **state)
{
    (void)state;
    start_all(30, true);
}

static void test_unknown_speeds(void **state)
{
    (void)state;
    start_all(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_speeds),
        cmocka_unit_test(test_guessed_speeds),
        cmocka_unit_test(test_unknown_speeds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
