/* AdvInstruction: `index` is shared by an instruction and all its forms, so a
 * table of vectors by index keeps one form of each, and comparing neighbours in
 * it compares different questions.  The published value, and both profiles,
 * compare each form with its own original.
 */
#include "judged.h"

enum { NUM = 6 };

#define FORM(index, type) "{\"index\":" #index ",\"type\":\"" type "\"}"

struct form {
    const char *entry;
    size_t index;
    double vector[2];
};

static struct form forms[NUM] = {
    { FORM(0, "original"), 0, { 1, 0 } },
    { FORM(0, "typos"), 0, { 0.8, 0.6 } },
    { FORM(0, "links"), 0, { 1, 0 } },
    { FORM(1, "original"), 1, { 0, 1 } },
    { FORM(1, "typos"), 1, { 0.6, 0.8 } },
    { FORM(1, "links"), 1, { 0, 1 } },
};

/* The toolkit's rule: the last form of an index stays, 2k against 2k + 1. */
static double by_index(void)
{
    const double *kept[2];

    for (size_t i = 0; i < NUM; i++)
        kept[forms[i].index] = forms[i].vector;
    return kept[0][0] * kept[1][0] + kept[0][1] * kept[1][1];
}

/* The mean over the forms of one instruction that have a value. */
static double by_original(size_t index, enum profile profile)
{
    struct judged_item own[NUM];
    struct reply replies[NUM] = { 0 };
    struct reply vectors[NUM] = { 0 };
    const struct item *items[NUM];
    const struct reply *borrowed[NUM];
    struct follow_up answers[NUM];
    struct verdicts got[NUM];
    struct ask_list asks = { 0 };
    struct group group = { .items = items,
                           .replies = borrowed,
                           .answers = answers,
                           .prompts = &judged_prompts };
    double sum = 0;
    size_t num = 0;

    for (size_t i = 0; i < NUM; i++) {
        const size_t at = group.num_items;

        if (forms[i].index != index)
            continue;
        own[at] = judged_item(forms[i].entry, i);
        reply_set_text(&replies[at], "text", 4, FINISH_STOP);
        vectors[at] = (struct reply){ .state = STATE_ANSWERED,
                                      .values = forms[i].vector,
                                      .num_values = 2 };
        answers[at] = (struct follow_up){ "reply", at, &vectors[at] };
        items[at] = &own[at].item;
        borrowed[at] = &replies[at];
        group.num_items++;
    }
    group.num_answers = group.num_items;
    assert_int_equal(
        evaluator_find("advinstruction")->judge(&group, got, &asks, NULL),
        EVALUATOR_DONE);
    for (size_t i = 0; i < group.num_items; i++) {
        const double value = got[i].by_profile[profile].value;

        if (!isnan(value)) {
            sum += value;
            num++;
        }
        json_free(own[i].entry);
        reply_release(&replies[i]);
    }
    ask_list_release(&asks);
    assert_int_equal(num, 2);
    return sum / 2;
}

static void test_keys(void **state)
{
    (void)state;
    assert_true(fabs(by_index())
                < 1e-12); /* two questions, nothing in common */
    for (int p = 0; p < NUM_PROFILES; p++) {
        assert_true(fabs(by_original(0, (enum profile)p) - 0.9) < 1e-12);
        assert_true(fabs(by_original(1, (enum profile)p) - 0.9) < 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_keys) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
