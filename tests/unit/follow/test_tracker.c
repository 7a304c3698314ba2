/*
 * Groups judged as their replies come in, in any order; questions asked once;
 * a second run that finds the answers of the first.
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "evaluate/asking.h"
#include "follow/follow_up.h"
#include "follow/tracker.h"
#include "plan/plan.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUM_ITEMS = 8, NUM_MODELS = 2, MAX_RECORDS = 400 };

/* ---- an evaluator of pairs: asks of each reply, then of both answers ---- */

static size_t num_done; /* groups that were judged to the end */

static void pair_of(const struct item *item, struct group_key *out)
{
    (void)snprintf(out->text, sizeof out->text, "%zu", item->index / 2);
}

static enum evaluator_result judge_pair(const struct group *group,
                                        struct verdicts *out,
                                        struct ask_list *asks,
                                        struct error *err)
{
    const struct reply *first[2];
    const struct reply *both = asking_answer(group, "both", 0);

    (void)err;
    assert_int_equal(group->num_items, 2);
    for (size_t i = 0; i < 2; i++) {
        first[i] = asking_answer(group, "one", i);
        if (!first[i]) {
            asking_chat(asks, ROLE_JUDGE, "one", i, group->replies[i]->text, 4);
        }
        out[i].by_profile[0] = out[i].by_profile[1] = asking_unjudged();
    }
    if (asks->num_asks > 0)
        return EVALUATOR_ASKS;
    if (!both) {
        char *text = text_format("%s|%s", first[0]->text, first[1]->text);

        asking_chat(asks, ROLE_JUDGE, "both", 0, text, 4);
        free(text);
        return EVALUATOR_ASKS;
    }
    num_done++;
    return EVALUATOR_DONE;
}

static const char *const labels[] = { "", NULL };

static const struct evaluator_ops pairs = {
    .name = "pairs",
    .labels = labels,
    .roles = 1u << ROLE_JUDGE,
    .group = pair_of,
    .judge = judge_pair,
};

/* ---- a run in memory ---- */

struct bench {
    struct cJSON *entries[NUM_ITEMS];
    struct item items[NUM_ITEMS];
    struct plan_task task;
    struct sampling sampling;
    struct plan_model models[NUM_MODELS];
    struct plan *plan;
    struct tracker *tracker;
    struct record records[MAX_RECORDS]; /* place is the index plus 1 */
    uint64_t num_records;
    uint64_t places[NUM_ITEMS * NUM_MODELS]; /* of the plan's units */
    size_t added[MAX_RECORDS];               /* units to be answered */
    size_t num_added;
    size_t num_answered; /* units that were so when they came up */
    size_t num_failed;   /* of these */
    bool has_judge;
    int (*recall)(void *self,
                  enum role role,
                  struct hash128 id,
                  struct tracker_record *safe,
                  struct reply *out,
                  struct error *err); /* or NULL */
};

static enum answer no_answer(void *self,
                             const struct ask *ask,
                             struct reply *out)
{
    (void)self;
    (void)ask;
    (void)out;
    return ANSWER_NONE;
}

static bool request_of(void *self, const struct ask *ask, struct request *out)
{
    const struct bench *bench = self;

    if (!bench->has_judge)
        return false;
    request_copy(out, &ask->request);
    free(out->task);
    out->task = mem_text("");
    out->unit = follow_up_id(ask->role, "somebody", out);
    return true;
}

static int read_place(void *self,
                      uint64_t place,
                      struct record *out,
                      struct error *err)
{
    struct bench *bench = self;

    (void)err;
    assert_in_range(place, 1, bench->num_records);
    *out = (struct record){ .role = bench->records[place - 1].role };
    reply_copy(&out->reply, &bench->records[place - 1].reply);
    return 1;
}

static int read_unit(void *self,
                     size_t unit,
                     struct record *out,
                     struct error *err)
{
    struct bench *bench = self;

    if (bench->places[unit] == 0)
        return 0;
    return read_place(self, bench->places[unit], out, err);
}

static void add(void *self,
                size_t unit,
                enum role role,
                const struct request *request)
{
    struct bench *bench = self;

    assert_int_equal(role, ROLE_JUDGE);
    assert_int_equal(request->kind, REQUEST_CHAT);
    assert_int_equal(unit,
                     NUM_ITEMS * NUM_MODELS + bench->num_added
                         + bench->num_answered);
    assert_int_equal(tracker_num_added(bench->tracker),
                     bench->num_added + bench->num_answered + 1);
    if (tracker_is_done(bench->tracker, unit)) {
        bench->num_answered++;
        bench->num_failed += tracker_has_failed(bench->tracker, unit);
    } else {
        assert_false(tracker_has_failed(bench->tracker, unit));
        bench->added[bench->num_added++] = unit;
    }
}

static void make_tracker(struct bench *bench)
{
    static const struct tracker_subject subject = { 0, &pairs };
    const struct tracker_params params = {
        .plan = bench->plan,
        .subjects = &subject,
        .num_subjects = 1,
        .hooks = { .self = bench,
                   .now = no_answer,
                   .request = request_of,
                   .read_unit = read_unit,
                   .read_place = read_place,
                   .recall = bench->recall,
                   .add = add },
    };

    bench->tracker = tracker_create(&params);
    bench->num_added = bench->num_answered = bench->num_failed = 0;
    num_done = 0;
}

static int setup(void **state)
{
    static const char *const ids[] = { "id0", "id1" };
    struct bench *bench = mem_alloc(1, sizeof *bench);

    for (size_t i = 0; i < NUM_ITEMS; i++) {
        char *text = text_format("{\"prompt\":\"item %zu\"}", i);

        bench->entries[i] = json_parse(text, strlen(text), "entry", NULL);
        bench->items[i] = (struct item){
            .task = "a/b",
            .index = i,
            .hash = { 1, i },
            .entry = bench->entries[i],
            .prompt = json_member_text(bench->entries[i], "prompt"),
        };
        free(text);
    }
    bench->task = (struct plan_task){ "a/b", "a", bench->items, NUM_ITEMS };
    bench->models[0] =
        (struct plan_model){ .name = "m0", .identities = &ids[0] };
    bench->models[1] =
        (struct plan_model){ .name = "m1", .identities = &ids[1] };
    bench->models[0].samplings = bench->models[1].samplings = &bench->sampling;
    const struct plan_params params = { .models = bench->models,
                                        .num_models = NUM_MODELS,
                                        .tasks = &bench->task,
                                        .num_tasks = 1,
                                        .num_repeats = 1 };

    bench->plan = plan_create(&params, NULL);
    bench->has_judge = true;
    make_tracker(bench);
    *state = bench;
    return bench->plan ? 0 : -1;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    tracker_destroy(bench->tracker);
    plan_destroy(bench->plan);
    for (uint64_t i = 0; i < bench->num_records; i++)
        record_release(&bench->records[i]);
    for (size_t i = 0; i < NUM_ITEMS; i++)
        json_free(bench->entries[i]);
    free(bench);
    return 0;
}

/* Write a record; returns its place. */
static uint64_t record(struct bench *bench,
                       enum role role,
                       struct hash128 id,
                       const char *text)
{
    struct record *out = &bench->records[bench->num_records];

    out->role = role;
    reply_set_text(&out->reply, text, strlen(text), FINISH_STOP);
    out->reply.unit = id;
    return ++bench->num_records;
}

/* Models say the same of an item, so that their judges are asked the same. */
static void answer_plan_unit(struct bench *bench, size_t unit)
{
    char *text = text_format("reply %zu", unit % NUM_ITEMS);

    bench->places[unit] =
        record(bench, ROLE_ANSWER, bench->plan->units[unit].id, text);
    tracker_recorded(bench->tracker,
                     unit,
                     bench->places[unit],
                     bench->num_records);
    free(text);
}

static void answer_added(struct bench *bench, size_t unit)
{
    const struct request *request = tracker_request(bench->tracker, unit);
    char *text = text_format("<%s>", request->messages[0].text);
    const struct hash128 id = tracker_id(bench->tracker, unit);

    assert_int_equal(tracker_find(bench->tracker, id), unit);
    tracker_recorded(bench->tracker,
                     unit,
                     record(bench, ROLE_JUDGE, id, text),
                     bench->num_records);
    free(text);
}

static void step_all(struct bench *bench, uint64_t ticket)
{
    struct error err = { 0 };
    int rc;

    while ((rc = tracker_step(bench->tracker, ticket, &err)) > 0) {
    }
    assert_int_equal(rc, 0);
}

/* Answer everything in a drawn order until nothing is asked any more. */
static void run_shuffled(struct bench *bench, uint64_t seed)
{
    size_t units[MAX_RECORDS];
    size_t num = 0;
    size_t num_seen = 0;

    for (size_t i = 0; i < NUM_ITEMS * NUM_MODELS; i++) {
        if (bench->places[i] == 0)
            units[num++] = i;
    }
    for (;;) {
        step_all(bench, bench->num_records);
        while (num_seen < bench->num_added)
            units[num++] = bench->added[num_seen++];
        if (num == 0)
            break;
        size_t at = (size_t)random_below(&seed, num);
        size_t unit = units[at];

        units[at] = units[--num];
        if (unit < NUM_ITEMS * NUM_MODELS) {
            answer_plan_unit(bench, unit);
        } else {
            answer_added(bench, unit);
        }
    }
    assert_false(tracker_is_busy(bench->tracker));
}

static void test_any_order_asks_the_same_once(void **state)
{
    struct bench *bench = *state;

    run_shuffled(bench, 7);
    /* 8 replies and 4 pairs of answers, though two models gave them */
    assert_int_equal(bench->num_added, NUM_ITEMS + NUM_ITEMS / 2);
    assert_int_equal(num_done, NUM_MODELS * NUM_ITEMS / 2);
}

static void test_every_order_ends(void **state)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        run_shuffled(*state, seed);
        assert_int_equal(num_done, NUM_MODELS * NUM_ITEMS / 2);
        teardown(state);
        assert_int_equal(setup(state), 0);
    }
}

/* Start again from the records of the first `num_kept`, as after a kill. */
static void restart(struct bench *bench, uint64_t num_kept)
{
    tracker_destroy(bench->tracker);
    make_tracker(bench);
    memset(bench->places, 0, sizeof bench->places);
    for (uint64_t i = num_kept; i < bench->num_records; i++)
        record_release(&bench->records[i]);
    memset(bench->records + num_kept,
           0,
           (MAX_RECORDS - num_kept) * sizeof *bench->records);
    bench->num_records = num_kept;
    for (uint64_t i = 0; i < num_kept; i++) {
        const struct record *one = &bench->records[i];
        size_t unit = plan_find(bench->plan, one->reply.unit);

        if (unit == SIZE_MAX) {
            tracker_remember(bench->tracker, one, i + 1);
        } else {
            bench->places[unit] = i + 1;
        }
    }
    for (size_t i = 0; i < NUM_ITEMS * NUM_MODELS; i++) {
        if (bench->places[i])
            tracker_recorded(bench->tracker, i, bench->places[i], 0);
    }
}

static void test_a_restart_asks_only_what_is_missing(void **state)
{
    struct bench *bench = *state;
    uint64_t total;

    run_shuffled(bench, 3);
    total = bench->num_records;
    for (uint64_t kept = 0; kept <= total; kept++) {
        const size_t num_asked = NUM_ITEMS + NUM_ITEMS / 2;
        size_t num_failed;

        restart(bench, kept);
        const size_t num_before =
            tracker_num_expected(bench->tracker, &num_failed);

        run_shuffled(bench, kept + 1);
        /* what was asked is a unit, whoever answered it */
        assert_int_equal(bench->num_answered, num_before);
        assert_int_equal(bench->num_answered + bench->num_added, num_asked);
        assert_int_equal(tracker_num_added(bench->tracker), num_asked);
        assert_int_equal(num_done, NUM_MODELS * NUM_ITEMS / 2);
        assert_int_equal(bench->num_records, total);
    }
    restart(bench, total);
    step_all(bench, 0);
    assert_int_equal(bench->num_added, 0);
}

/* An answer that was given up stays one that failed; what nobody asks any more
 * is counted no longer than all is looked through. */
static void test_a_restart_counts_what_was_answered(void **state)
{
    struct bench *bench = *state;
    const size_t num_asked = NUM_ITEMS + NUM_ITEMS / 2;
    size_t num_failed = 0;
    size_t num = 0;

    run_shuffled(bench, 3);
    for (uint64_t i = 0; i < bench->num_records && num < 2; i++) {
        struct record *one = &bench->records[i];

        if (one->role != ROLE_JUDGE || strchr(one->reply.text, '|'))
            continue;
        one->reply.state = STATE_FAILED;
        num++;
    }
    record(bench, ROLE_JUDGE, (struct hash128){ 7, 7 }, "of another job");
    restart(bench, bench->num_records);
    assert_true(tracker_is_catching_up(bench->tracker));
    assert_int_equal(tracker_num_expected(bench->tracker, &num_failed),
                     num_asked + 1);
    assert_int_equal(num_failed, 2);
    step_all(bench, 0);
    assert_int_equal(bench->num_failed, 2);
    assert_int_equal(bench->num_answered, num_asked);
    assert_false(tracker_is_catching_up(bench->tracker));
    assert_int_equal(tracker_num_expected(bench->tracker, &num_failed), 0);
    assert_int_equal(num_failed, 0);
}

static int recall_all(void *self,
                      enum role role,
                      struct hash128 id,
                      struct tracker_record *safe,
                      struct reply *out,
                      struct error *err)
{
    struct bench *bench = self;

    (void)err;
    reply_set_text(out, "<known>", 7, FINISH_STOP);
    out->unit = id;
    if (safe)
        safe->place = safe->ticket = record(bench, role, id, "<known>");
    return 1;
}

/* What another run knows is a unit once its record is safe. */
static void test_what_is_known_elsewhere_counts_when_it_is_safe(void **state)
{
    struct bench *bench = *state;
    uint64_t ticket;

    tracker_destroy(bench->tracker);
    bench->recall = recall_all;
    make_tracker(bench);
    for (size_t i = 0; i < NUM_ITEMS * NUM_MODELS; i++)
        answer_plan_unit(bench, i);
    ticket = bench->num_records;
    step_all(bench, ticket);
    assert_int_equal(num_done, NUM_MODELS * NUM_ITEMS / 2);
    assert_int_equal(tracker_num_added(bench->tracker), 0);
    assert_true(tracker_is_busy(bench->tracker));
    step_all(bench, ticket + 1);
    assert_int_equal(tracker_num_added(bench->tracker), 1);
    step_all(bench, bench->num_records);
    assert_false(tracker_is_busy(bench->tracker));
    assert_int_equal(bench->num_added, 0);
    assert_int_equal(bench->num_answered, bench->num_records - ticket);
}

static void test_nothing_is_judged_before_it_is_safe(void **state)
{
    struct bench *bench = *state;

    answer_plan_unit(bench, 0);
    answer_plan_unit(bench, 1);
    step_all(bench, 1);
    assert_int_equal(bench->num_added, 0);
    assert_true(tracker_is_busy(bench->tracker));
    step_all(bench, 2);
    assert_int_equal(bench->num_added, 2);
    assert_false(tracker_is_busy(bench->tracker));
}

static void test_nobody_to_ask(void **state)
{
    struct bench *bench = *state;

    bench->has_judge = false;
    run_shuffled(bench, 1);
    assert_int_equal(bench->num_added, 0);
    assert_int_equal(num_done, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_any_order_asks_the_same_once,
                                        setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_every_order_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_restart_asks_only_what_is_missing,
            setup,
            teardown),
        cmocka_unit_test_setup_teardown(test_a_restart_counts_what_was_answered,
                                        setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_what_is_known_elsewhere_counts_when_it_is_safe,
            setup,
            teardown),
        cmocka_unit_test_setup_teardown(
            test_nothing_is_judged_before_it_is_safe,
            setup,
            teardown),
        cmocka_unit_test_setup_teardown(test_nobody_to_ask, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
