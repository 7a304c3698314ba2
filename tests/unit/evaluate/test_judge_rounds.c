/* Asking until nothing changes: who waits, who fails, what is told unread, and
 * whose verdict is whose. */
#include "base/hash.h"
#include "base/mem.h"
#include "evaluate/judge.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/state.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_UNITS = 6 };

/* What the evaluator of these tests does: asks `num_asks` questions about every
 * member, until it has had the answers of `num_rounds` rounds.  A member whose
 * index is `failing` makes its group fail. */
static struct {
    size_t num_asks;
    size_t num_rounds;
    size_t failing;
    bool is_open;          /* members stay unjudged */
    size_t num_calls;      /* of judge() */
    size_t num_answers[4]; /* that the calls got */
} script;

static void by_parity(const struct item *item, struct group_key *out)
{
    (void)snprintf(out->text, sizeof out->text, "%d", (int)item->index % 2);
}

static void add_ask(struct ask_list *asks, size_t member, size_t number)
{
    struct ask *ask;

    asks->asks = mem_reserve(asks->asks,
                             &asks->cap,
                             asks->num_asks + 1,
                             sizeof *asks->asks);
    ask = &asks->asks[asks->num_asks++];
    *ask = (struct ask){ .role = ROLE_JUDGE, .member = member };
    (void)snprintf(ask->question, sizeof ask->question, "q%zu", number);
}

static enum evaluator_result judge_of_script(const struct group *group,
                                             struct verdicts *out,
                                             struct ask_list *asks,
                                             struct error *err)
{
    const size_t call = script.num_calls++;
    const bool asks_on =
        group->num_answers
        < script.num_rounds * script.num_asks * group->num_items;

    if (call < ARRAY_LEN(script.num_answers))
        script.num_answers[call] = group->num_answers;
    for (size_t i = 0; i < group->num_items; i++) {
        const struct verdict verdict = {
            .state = script.is_open ? STATE_UNJUDGED : STATE_ANSWERED,
            .value = (double)group->items[i]->index,
        };

        /* a reply says whose it is */
        assert_int_equal(group->replies[i]->num_values, group->items[i]->index);
        out[i].by_profile[PROFILE_PAPER] = verdict;
        out[i].by_profile[PROFILE_CORRECTED] = verdict;
        if (group->items[i]->index == script.failing) {
            (void)error_set(err, ERR_FORMAT, "no such item");
            return EVALUATOR_FAILED;
        }
        for (size_t k = 0; asks_on && k < script.num_asks; k++)
            add_ask(asks, i, k);
    }
    return asks_on ? EVALUATOR_ASKS : EVALUATOR_DONE;
}

static const struct evaluator_ops alone = { .name = "alone",
                                            .judge = judge_of_script };
static const struct evaluator_ops grouped = { .name = "grouped",
                                              .group = by_parity,
                                              .judge = judge_of_script };

/* Who answers, and what it was told.  Of each question in turn: "t" an answer is
 * there, "l" it will be, "n" there is none, "o" one that was too long; "t" behind the
 * end. */
struct helper {
    const char *says;
    enum state state; /* of an answer */
    size_t num_asked;
    size_t num_unread;
};

static enum answer answer(void *self, const struct ask *ask, struct reply *out)
{
    struct helper *helper = self;
    const size_t at = helper->num_asked++;
    const char says = at < strlen(helper->says) ? helper->says[at] : 't';

    assert_non_null(ask->about);
    assert_true(hash_equal(out->unit, (struct hash128){ 0 }));
    assert_int_equal(out->state, STATE_NONE);
    assert_null(out->text);
    assert_int_equal(out->num_values, 0);
    if (says == 'l' || says == 'n')
        return says == 'l' ? ANSWER_LATER : ANSWER_NONE;
    out->state = says == 'o' ? STATE_OVERLONG : helper->state;
    return ANSWER_THERE;
}

static void note_unread(void *self, const struct reply *reply)
{
    struct helper *helper = self;

    assert_int_equal(reply->state, helper->state);
    helper->num_unread++;
}

/* Units of items 1, 2, ..., all of one repeat. */
static enum judged run(const struct evaluator_ops *evaluator,
                       struct helper *helper,
                       size_t num,
                       struct verdicts *out)
{
    const struct judge judge = { .evaluator = evaluator,
                                 .answerer = { helper, answer },
                                 .unread = note_unread };
    const uint32_t repeats[MAX_UNITS] = { 0 };
    struct item items[MAX_UNITS] = { 0 };
    struct reply replies[MAX_UNITS] = { 0 };
    const struct item *of[MAX_UNITS];
    const struct reply *to[MAX_UNITS];

    script.num_calls = 0;
    for (size_t u = 0; u < num; u++) {
        items[u].index = u + 1;
        items[u].task = "a/b";
        replies[u].state = STATE_ANSWERED;
        replies[u].num_values = (uint32_t)u + 1;
        of[u] = &items[u];
        to[u] = &replies[u];
    }
    return judge_units(&judge, of, to, repeats, num, out);
}

static void verdicts_go_to_their_units(void **state)
{
    struct helper helper = { "", .state = STATE_ANSWERED };
    struct verdicts out[MAX_UNITS];

    (void)state;
    for (int is_grouped = 0; is_grouped < 2; is_grouped++) {
        memset(&script, 0, sizeof script);
        assert_int_equal(
            run(is_grouped ? &grouped : &alone, &helper, MAX_UNITS, out),
            JUDGED_ALL);
        assert_int_equal(script.num_calls, is_grouped ? 2 : MAX_UNITS);
        for (size_t u = 0; u < MAX_UNITS; u++) {
            for (int p = 0; p < NUM_PROFILES; p++)
                assert_true(out[u].by_profile[p].value == (double)u + 1);
        }
    }
    assert_int_equal(helper.num_asked, 0);
    assert_int_equal(helper.num_unread, 0);
}

/* The answers of all rounds are there in the next. */
static void rounds_add_up(void **state)
{
    struct helper helper = { "", .state = STATE_ANSWERED };
    struct verdicts out[MAX_UNITS];

    (void)state;
    memset(&script, 0, sizeof script);
    script.num_asks = 2;
    script.num_rounds = 3;
    assert_int_equal(run(&alone, &helper, 1, out), JUDGED_ALL);
    assert_int_equal(script.num_calls, 4);
    assert_int_equal(helper.num_asked, 6);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(script.num_answers[i], 2 * i);
}

/* It waits for one of two; it asks again for what it did not get, and ends where
 * nobody can answer. */
static void who_waits(void **state)
{
    static const struct {
        const char *says;
        enum judged judged;
        size_t num_calls;
    } rows[] = {
        { "tt", JUDGED_ALL, 2 },   { "tl", JUDGED_WAITS, 1 },
        { "lt", JUDGED_WAITS, 1 }, { "ln", JUDGED_WAITS, 1 },
        { "ntnn", JUDGED_ALL, 2 }, { "ntlt", JUDGED_WAITS, 2 },
        { "nttn", JUDGED_ALL, 3 }, { "nn", JUDGED_ALL, 1 },
    };
    struct verdicts out[MAX_UNITS];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct helper helper = { rows[i].says, .state = STATE_ANSWERED };

        memset(&script, 0, sizeof script);
        script.num_asks = 2;
        script.num_rounds = 1;
        assert_int_equal(run(&alone, &helper, 1, out), rows[i].judged);
        assert_int_equal(script.num_calls, rows[i].num_calls);
        assert_int_equal(helper.num_asked, strlen(rows[i].says));
    }
}

/* Waiting goes before failing, failing before what is judged; the group that
 * fails has no verdict, the others keep theirs. */
static void who_fails(void **state)
{
    struct helper helper = { "", .state = STATE_ANSWERED };
    struct verdicts out[MAX_UNITS];

    (void)state;
    memset(&script, 0, sizeof script);
    script.failing = 2;
    assert_int_equal(run(&alone, &helper, 3, out), JUDGED_FAILED);
    for (int p = 0; p < NUM_PROFILES; p++) {
        assert_int_equal(out[0].by_profile[p].state, STATE_ANSWERED);
        assert_int_equal(out[1].by_profile[p].state, STATE_FAILED);
        assert_int_equal(out[1].by_profile[p].label, LABEL_NONE);
        assert_true(isnan(out[1].by_profile[p].value));
        assert_int_equal(out[2].by_profile[p].state, STATE_ANSWERED);
    }
    assert_int_equal(run(&grouped, &helper, 4, out), JUDGED_FAILED);
    for (size_t u = 0; u < 4; u++) {
        assert_int_equal(out[u].by_profile[0].state,
                         u % 2 ? STATE_FAILED : STATE_ANSWERED);
    }
    /* the first unit waits, the second fails; the other way round */
    for (size_t failing = 1; failing <= 2; failing++) {
        memset(&script, 0, sizeof script);
        script.failing = failing;
        script.num_asks = 1;
        script.num_rounds = 9;
        helper = (struct helper){ "ll", .state = STATE_ANSWERED };
        assert_int_equal(run(&alone, &helper, 2, out), JUDGED_WAITS);
    }
}

/* One that asks without end is broken: 64 questions for each item, 16 rounds. */
static void asking_has_an_end(void **state)
{
    static const struct {
        size_t num_asks;
        size_t num_rounds;
        enum judged judged;
    } rows[] = {
        { 64, 1, JUDGED_ALL },
        { 65, 1, JUDGED_FAILED },
        { 1, 15, JUDGED_ALL },
        { 1, 16, JUDGED_FAILED },
    };
    struct verdicts out[MAX_UNITS];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct helper helper = { "", .state = STATE_ANSWERED };

        memset(&script, 0, sizeof script);
        script.num_asks = rows[i].num_asks;
        script.num_rounds = rows[i].num_rounds;
        assert_int_equal(run(&grouped, &helper, 3, out), rows[i].judged);
    }
}

/* An answer with a text that left its member unjudged, where that is not asked
 * about again. */
static void what_is_unread(void **state)
{
    static const struct {
        const char *says;
        bool is_open;
        enum state state;
        size_t num_rounds;
        size_t num; /* of units */
        size_t num_unread;
        size_t num_asks; /* of each in a round */
    } rows[] = {
        { "tt", true, STATE_ANSWERED, 1, 2, 2, 1 },
        { "t", true, STATE_TRUNCATED, 1, 1, 1, 1 },
        { "tt", false, STATE_ANSWERED, 1, 2, 0, 1 },
        { "tt", true, STATE_FAILED, 1, 2, 0, 1 },
        { "nn", true, STATE_ANSWERED, 1, 2, 0, 1 },
        /* asked about again, in vain */
        { "tn", true, STATE_ANSWERED, 2, 1, 0, 1 },
        { "tt", true, STATE_ANSWERED, 2, 1, 1, 1 },
        /* of the first unit an answer was too long, before or after another */
        { "ottt", true, STATE_ANSWERED, 1, 2, 1, 2 },
        { "tott", true, STATE_ANSWERED, 1, 2, 1, 2 },
    };
    struct verdicts out[MAX_UNITS];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct helper helper = { rows[i].says, .state = rows[i].state };

        memset(&script, 0, sizeof script);
        script.is_open = rows[i].is_open;
        script.num_asks = rows[i].num_asks;
        script.num_rounds = rows[i].num_rounds;
        assert_int_equal(run(&alone, &helper, rows[i].num, out), JUDGED_ALL);
        assert_int_equal(helper.num_unread, rows[i].num_unread);
    }
}

/* In a group each member has its own answers. */
static void what_is_unread_of_a_group(void **state)
{
    struct helper helper = { "tttntt", .state = STATE_ANSWERED };
    struct verdicts out[MAX_UNITS];

    (void)state;
    memset(&script, 0, sizeof script);
    script.is_open = true;
    script.num_asks = 1;
    script.num_rounds = 1;
    /* items 2 and 4 first, then 1, 3 and 5: 3 has no answer but is asked
     * about again, as the others are */
    assert_int_equal(run(&grouped, &helper, 5, out), JUDGED_ALL);
    assert_int_equal(helper.num_asked, 8);
    assert_int_equal(helper.num_unread, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_go_to_their_units),
        cmocka_unit_test(rounds_add_up),
        cmocka_unit_test(who_waits),
        cmocka_unit_test(who_fails),
        cmocka_unit_test(asking_has_an_end),
        cmocka_unit_test(what_is_unread),
        cmocka_unit_test(what_is_unread_of_a_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
