/* A question says which reply it is about, however units are grouped. */
#include "base/mem.h"
#include "evaluate/judge.h"
#include "trustsweep/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { UNITS = 6, REPEATS = 2 };

/* Items 0 and 2 belong together, 1 alone. */
static void group(const struct item *item, struct group_key *out)
{
    (void)snprintf(out->text, sizeof out->text, "%d", (int)item->index % 2);
}

static enum evaluator_result ask_of_each(const struct group *of,
                                         struct verdicts *out,
                                         struct ask_list *asks,
                                         struct error *err)
{
    (void)err;
    memset(out, 0, of->num_items * sizeof *out);
    asks->asks = mem_alloc(of->num_items, sizeof *asks->asks);
    asks->num_asks = of->num_items;
    for (size_t i = 0; i < of->num_items; i++) /* the last member first */
        asks->asks[i].member = of->num_items - 1 - i;
    return EVALUATOR_ASKS;
}

/* What the questions were about, in the order of asking. */
struct heard {
    const struct reply *about[UNITS];
    size_t num;
};

static enum answer hear(void *self, const struct ask *ask, struct reply *out)
{
    struct heard *heard = self;

    (void)out;
    assert_true(heard->num < UNITS);
    heard->about[heard->num++] = ask->about;
    return ANSWER_NONE;
}

static void test_about(void **state)
{
    static const struct evaluator_ops evaluator = { .name = "asks",
                                                    .group = group,
                                                    .judge = ask_of_each };
    struct heard heard = { 0 };
    const struct judge judge = { .evaluator = &evaluator,
                                 .answerer = { &heard, hear } };
    struct item items[UNITS / REPEATS] = { 0 };
    struct reply replies[UNITS] = { 0 };
    const struct item *of[UNITS];
    const struct reply *to[UNITS];
    uint32_t repeats[UNITS];
    struct verdicts out[UNITS];
    /* groups by key, then repeat; units 0 and 4 are items 0 and 2 */
    static const size_t want[] = { 4, 0, 5, 1, 2, 3 };

    (void)state;
    for (size_t u = 0; u < UNITS; u++) {
        items[u / REPEATS].index = u / REPEATS;
        replies[u].state = STATE_ANSWERED;
        of[u] = &items[u / REPEATS];
        to[u] = &replies[u];
        repeats[u] = (uint32_t)(u % REPEATS);
    }
    assert_int_equal(judge_units(&judge, of, to, repeats, UNITS, out),
                     JUDGED_ALL);
    assert_int_equal(heard.num, UNITS);
    for (size_t i = 0; i < UNITS; i++)
        assert_ptr_equal(heard.about[i], &replies[want[i]]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_about) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
