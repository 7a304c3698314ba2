/* Models that need several slots: blocks of neighbours that are called together,
 * lend what they have, and are let go. */
#include "base/mem.h"
#include "base/random.h"
#include "schedule/simulate.h"
#include "schedule/teams.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static double free_of_charge(void *context, int slot, int lead)
{
    const double *costs = context;

    (void)lead;
    return costs ? costs[slot] : 0;
}

static int call(struct teams *teams,
                size_t width,
                bool may_span,
                double most,
                double *costs)
{
    const struct teams_call call = { .model = 7,
                                     .width = width,
                                     .may_span = may_span,
                                     .most = most,
                                     .cost = free_of_charge,
                                     .context = costs };

    return teams_call(teams, &call);
}

static size_t room(struct teams *teams, size_t width, bool may_span)
{
    return teams_room(teams,
                      &(struct teams_call){ .width = width,
                                            .may_span = may_span,
                                            .cost = free_of_charge });
}

/* Two nodes of four, numbered across. */
static struct teams *two_nodes(void)
{
    struct team_place places[8];

    for (int i = 0; i < 8; i++)
        places[i] = (struct team_place){ i % 2, i / 2, false };
    return teams_create(places, 8);
}

static void test_blocks_stay_on_a_node(void **state)
{
    struct teams *teams = two_nodes();

    (void)state;
    assert_int_equal(room(teams, 2, false), 4);
    assert_int_equal(room(teams, 3, false), 2);
    assert_int_equal(room(teams, 4, false), 2);
    assert_int_equal(room(teams, 5, false), 0);
    assert_int_equal(room(teams, 8, true), 1);
    assert_int_equal(call(teams, 5, false, 0, NULL), TEAMS_NONE);
    assert_int_equal(call(teams, 4, false, 0, NULL), 0);
    assert_int_equal(teams_lead(teams, 6), 0);
    assert_int_equal(teams_lead(teams, 1), TEAMS_NONE);
    assert_int_equal(call(teams, 4, false, 0, NULL), 1);
    assert_int_equal(call(teams, 1, false, 0, NULL), TEAMS_NONE);
    teams_destroy(teams);
}

/* Over nodes only whole ones stand together: where one is not enough, and where
 * they have as many as are wanted. */
static void test_over_nodes_they_are_whole(void **state)
{
    static const int sizes[] = { 4, 2, 4, 4 };
    struct team_place places[14];
    struct teams *teams = two_nodes();
    int num = 0;

    (void)state;
    assert_int_equal(room(teams, 3, true), 2);
    assert_int_equal(room(teams, 4, true), 2);
    assert_int_equal(room(teams, 5, true), 0);
    assert_int_equal(call(teams, 8, true, 0, NULL), 0);
    assert_int_equal(teams_lead(teams, 7), 0);
    teams_destroy(teams);
    for (int node = 0; node < 4; node++) {
        for (int at = 0; at < sizes[node]; at++)
            places[num++] = (struct team_place){ node, at, false };
    }
    teams = teams_create(places, (size_t)num);
    /* the third and the fourth; the first begins none */
    assert_int_equal(room(teams, 8, true), 1);
    assert_int_equal(call(teams, 8, true, 0, NULL), 6);
    assert_int_equal(teams_lead(teams, 5), TEAMS_NONE);
    assert_int_equal(room(teams, 6, true), 1);
    teams_destroy(teams);
}

static void test_the_cheapest_block_is_called(void **state)
{
    struct teams *teams = teams_create(NULL, 6);
    double costs[] = { 0, 3, 1, 1, 1, -1 };

    (void)state;
    assert_int_equal(call(teams, 2, false, 1.5, costs), TEAMS_NONE);
    assert_int_equal(call(teams, 2, false, 9, costs), 2);
    assert_int_equal(call(teams, 2, false, 9, costs), 0);
    assert_int_equal(call(teams, 2, false, 9, costs), TEAMS_NONE);
    teams_destroy(teams);
}

static void test_a_team_is_whole_when_all_let_go(void **state)
{
    struct teams *teams = teams_create(NULL, 4);

    (void)state;
    assert_int_equal(call(teams, 2, false, 0, NULL), 0);
    teams_arrive(teams, 0);
    assert_int_equal(teams_stage(teams, 1), TEAM_GATHERS);
    teams_arrive(teams, 1);
    assert_int_equal(teams_stage(teams, 0), TEAM_WHOLE);
    assert_int_equal(teams_model(teams, 1), 7);
    assert_int_equal(teams_width(teams, 1), 2);
    teams_part(teams, 1);
    assert_int_equal(teams_stage(teams, 0), TEAM_PARTS);
    teams_end(teams, 1);
    assert_int_equal(teams_stage(teams, 0), TEAM_ALONE);
    assert_int_equal(teams_width(teams, 0), 1);
    teams_destroy(teams);
}

static void test_the_dead_make_no_team(void **state)
{
    struct teams *teams = teams_create(NULL, 4);

    (void)state;
    teams_alive(teams, 3, false);
    assert_int_equal(room(teams, 2, false), 1);
    assert_int_equal(call(teams, 2, false, 0, NULL), 0);
    teams_alive(teams, 1, false);
    assert_int_equal(teams_stage(teams, 0), TEAM_ALONE);
    teams_alive(teams, 1, true);
    assert_int_equal(call(teams, 2, false, 0, NULL), 0);
    teams_arrive(teams, 0);
    teams_arrive(teams, 1);
    teams_alive(teams, 1, false); /* its GPU is lent still */
    assert_int_equal(teams_stage(teams, 0), TEAM_WHOLE);
    teams_alive(teams, 0, false);
    assert_int_equal(teams_stage(teams, 1), TEAM_ALONE);
    teams_destroy(teams);
}

/* A sweep in virtual time, and what each slot did when. */
enum {
    MODELS = 6,
    SLOTS = 8,
    NODE = 4,
    TASKS = 3,
    UNITS = 6000,
    MAX_SPANS = 200000
};

struct span {
    int slot, model;
    double from_s, to_s;
};

struct line {
    struct span *spans; /* [num] */
    size_t num;
};

static void note(void *context,
                 int slot,
                 int model,
                 enum simulate_doing doing,
                 double a,
                 double b)
{
    struct line *line = context;

    (void)doing;
    assert_true(line->num < MAX_SPANS);
    line->spans[line->num++] = (struct span){ slot, model, a, b };
}

struct sweep {
    struct schedule_model models[MODELS];
    double load_s[MODELS];
    uint16_t unit_model[UNITS], unit_task[UNITS];
    float unit_cost[UNITS], unit_s[UNITS];
    struct team_place places[SLOTS];
    struct line line;
    struct simulate_world world;
};

static void make_sweep(struct sweep *self, const size_t *widths, uint64_t seed)
{
    uint64_t random = seed;

    for (size_t i = 0; i < MODELS; i++) {
        self->load_s[i] = 20 + 40 * random_unit(&random);
        self->models[i] = (struct schedule_model){
            .load_s = self->load_s[i],
            .tokens_per_s = 0.5 + random_unit(&random),
            .width = widths[i],
        };
    }
    for (size_t i = 0; i < UNITS; i++) {
        self->unit_model[i] = (uint16_t)(i * MODELS / UNITS);
        self->unit_task[i] = (uint16_t)(i % TASKS);
        self->unit_cost[i] = 1;
        self->unit_s[i] =
            (float)((0.5 + random_unit(&random))
                    / self->models[self->unit_model[i]].tokens_per_s);
    }
    for (int i = 0; i < SLOTS; i++)
        self->places[i] = (struct team_place){ i / NODE, i % NODE, false };
    self->line = (struct line){ mem_alloc(MAX_SPANS, sizeof(struct span)), 0 };
    self->world = (struct simulate_world){
        .believed = { .models = self->models,
                      .num_models = MODELS,
                      .num_units = UNITS,
                      .unit_model = self->unit_model,
                      .unit_cost = self->unit_cost,
                      .num_slots = SLOTS,
                      .places = self->places,
                      .lease_s = 8,
                      .max_lease = 64,
                      .unit_task = self->unit_task,
                      .num_tasks = TASKS },
        .unit_s = self->unit_s,
        .load_s = self->load_s,
        .span = note,
        .context = &self->line,
    };
}

/* No slot does anything while it lends its GPU, or on two nodes at once. */
static void check_line(const struct sweep *self)
{
    for (size_t i = 0; i < self->line.num; i++) {
        const struct span *wide = &self->line.spans[i];
        const int width = (int)simulate_width(&self->world, wide->model);

        if (width == 1)
            continue;
        assert_int_equal(wide->slot % NODE % width, 0);
        assert_true(wide->slot % NODE + width <= NODE);
        for (size_t j = 0; j < self->line.num; j++) {
            const struct span *other = &self->line.spans[j];

            if (other->slot > wide->slot && other->slot < wide->slot + width) {
                assert_true(other->to_s <= wide->from_s + 1e-6
                            || other->from_s >= wide->to_s - 1e-6);
            }
        }
    }
}

/* Spans that follow one another, joined: checking them all is quadratic. */
static void join(struct line *line)
{
    size_t last[SLOTS];
    size_t num = 0;

    for (size_t i = 0; i < SLOTS; i++)
        last[i] = SIZE_MAX;
    for (size_t i = 0; i < line->num; i++) {
        const struct span span = line->spans[i];
        size_t *at = &last[span.slot];

        if (*at != SIZE_MAX && line->spans[*at].model == span.model
            && span.from_s - line->spans[*at].to_s < 1e-6) {
            line->spans[*at].to_s = span.to_s;
            continue;
        }
        *at = num;
        line->spans[num++] = span;
    }
    line->num = num;
}

static void test_a_sweep_with_wide_models(void **state)
{
    static const size_t widths[][MODELS] = {
        { 1, 1, 1, 1, 1, 2 }, { 2, 2, 2, 2, 2, 2 }, { 4, 1, 2, 1, 1, 2 },
        { 1, 4, 1, 4, 1, 1 }, { 3, 1, 1, 2, 1, 4 },
    };

    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
            struct sweep *sweep = mem_alloc(1, sizeof *sweep);
            struct simulate_outcome out;

            make_sweep(sweep, widths[i], seed);
            simulate_run(&sweep->world, POLICY_RESIDENT, 0, &out);
            assert_true(out.makespan_s >= out.parted_bound_s * (1 - 1e-6));
            assert_true(out.makespan_s < 1.12 * out.parted_bound_s);
            join(&sweep->line);
            check_line(sweep);
            free(sweep->line.spans);
            free(sweep);
        }
    }
}

/* Over both nodes, with speeds that are guesses: who is called together takes the
 * next one of that width, and is not called together twice. */
static void test_a_team_takes_the_next_of_its_width(void **state)
{
    static const size_t widths[MODELS] = { 8, 1, 1, 8, 1, 1 };

    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct sweep *sweep = mem_alloc(1, sizeof *sweep);
        struct simulate_outcome out;

        make_sweep(sweep, widths, seed);
        for (size_t i = 0; i < MODELS; i++) {
            sweep->models[i].may_span = true;
            sweep->models[i].is_guessed = true;
        }
        simulate_run(&sweep->world, POLICY_RESIDENT, 0, &out);
        assert_true(out.makespan_s < 1.06 * out.parted_bound_s);
        free(sweep->line.spans);
        free(sweep);
    }
}

/* A GPU is not given to the wide model before its slot says that it holds
 * nothing, and not to another one before the lead does. */
static void test_nothing_is_leased_before_all_let_go(void **state)
{
    const struct schedule_model models[] = {
        { .load_s = 1, .tokens_per_s = 1, .width = 2 },
        { .load_s = 1, .tokens_per_s = 1 },
    };
    const uint16_t of[] = { 0, 1 };
    const float cost[] = { 5, 5 };
    struct schedule *schedule = schedule_create(&(struct schedule_params){
        .models = models,
        .num_models = 2,
        .num_units = 2,
        .unit_model = of,
        .unit_cost = cost,
        .num_slots = 2,
        .lease_s = 8,
        .max_lease = 4,
    });
    size_t out[4];
    int model = -1;

    (void)state;
    /* both hold the narrow one, as after a retry */
    assert_int_equal(schedule_lease(schedule, 0, 1, 0, &model, out), 0);
    assert_true(schedule_lets_go(schedule, 0));
    assert_true(schedule_lets_go(schedule, 1));
    assert_int_equal(schedule_lease(schedule, 1, -1, 1, &model, out), 0);
    assert_int_equal(schedule_lease(schedule, 0, 1, 2, &model, out), 0);
    assert_int_equal(schedule_lease(schedule, 0, -1, 3, &model, out), 1);
    assert_int_equal(model, 0);
    assert_int_equal(schedule_lead(schedule, 1), 0);
    assert_int_equal(schedule_lease(schedule, 1, -1, 4, &model, out), 0);
    schedule_done(schedule, 0);
    assert_int_equal(schedule_lease(schedule, 0, 0, 9000, &model, out), 0);
    assert_true(schedule_lets_go(schedule, 0));
    assert_int_equal(schedule_lease(schedule, 1, -1, 9001, &model, out), 0);
    assert_int_equal(schedule_lease(schedule, 0, -1, 9002, &model, out), 1);
    assert_int_equal(model, 1);
    assert_int_equal(schedule_lead(schedule, 1), TEAMS_NONE);
    schedule_destroy(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_stay_on_a_node),
        cmocka_unit_test(test_over_nodes_they_are_whole),
        cmocka_unit_test(test_the_cheapest_block_is_called),
        cmocka_unit_test(test_a_team_is_whole_when_all_let_go),
        cmocka_unit_test(test_the_dead_make_no_team),
        cmocka_unit_test(test_a_team_takes_the_next_of_its_width),
        cmocka_unit_test(test_nothing_is_leased_before_all_let_go),
        cmocka_unit_test(test_a_sweep_with_wide_models),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
