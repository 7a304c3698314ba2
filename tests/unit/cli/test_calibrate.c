/* The other order of a wording, and what is made of what voices said. */
#include "base/json.h"
#include "base/text.h"
#include "cli/recorded/calibrate_report.h"
#include "cli/recorded/calibrate_voice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect_swapped(const char *wording, const char *other)
{
    char *swapped = voice_swapped(wording);

    assert_true(text_equal(swapped, other));
    free(swapped);
}

static void wordings_are_turned(void **state)
{
    (void)state;
    expect_swapped("Write one word: YES or NO.", "Write one word: NO or YES.");
    expect_swapped("{first}, then {second}: YES or NO",
                   "{second}, then {first}: YES or NO");
    expect_swapped("one of: wrong, not wrong.", "one of: not wrong, wrong.");
    expect_swapped("Write [CORRECTED] or nothing", NULL);
}

static const struct cJSON *measure(const struct cJSON *root, const char *name)
{
    const struct cJSON *one = json_first(json_member(root, "measures"));

    while (one && !text_equal(json_member_text(one, "measure"), name))
        one = json_next(one);
    assert_non_null(one);
    return one;
}

/* Yes first, no when no comes first: a judge that takes the first word. */
static void what_voices_said(void **state)
{
    static const char *names[] = { "a" };
    struct calibrate_case cases[40] = { { 0 } };
    const struct calibrate_sample sample = { .names = names,
                                             .num_evaluators = 1,
                                             .cases = cases,
                                             .num_cases = 40 };
    struct cJSON *root;
    const struct cJSON *self;

    (void)state;
    for (size_t i = 0; i < 40; i++) {
        cases[i].is_own = i < 20;
        cases[i].said[CALIBRATE_JUDGE] = CALIBRATE_YES;
        cases[i].said[CALIBRATE_SWAPPED] = CALIBRATE_NO;
        /* people say no to half of its own, and to none of the others */
        cases[i].said[CALIBRATE_RECORDED] =
            i < 10 ? CALIBRATE_NO : CALIBRATE_YES;
    }
    root = calibrate_report(&sample);
    assert_float_equal(json_member_number(measure(root, "swapped"), "agree"),
                       0,
                       1e-12);
    assert_float_equal(json_member_number(measure(root, "labels"), "agree"),
                       0.75,
                       1e-12);
    self = json_member(root, "self_preference");
    assert_float_equal(json_member_number(self, "difference"), 0.5, 1e-12);
    assert_true(json_number(json_element(json_member(self, "interval"), 0))
                > 0.1);
    json_free(root);
}

/* Of "a" the judge says nothing, and its repeats say it again; of "b" it says
 * yes, and half of its repeats do. */
static void nothing_is_no_agreement(void **state)
{
    static const char *names[] = { "a", "b" };
    struct calibrate_case cases[30] = { { 0 } };
    struct calibrate_sample sample = { .names = names,
                                       .num_evaluators = 2,
                                       .cases = cases,
                                       .num_cases = 30 };
    struct cJSON *root;
    const struct cJSON *all;

    (void)state;
    for (size_t i = 0; i < 30; i++) {
        cases[i].evaluator = i >= 20;
        cases[i].said[CALIBRATE_JUDGE] =
            i < 20 ? CALIBRATE_NOTHING : CALIBRATE_YES;
        cases[i].said[CALIBRATE_SWAPPED] = i < 20       ? CALIBRATE_NOTHING
                                           : i % 2 == 0 ? CALIBRATE_YES
                                                        : CALIBRATE_NO;
    }
    root = calibrate_report(&sample);
    all = measure(root, "swapped");
    assert_true(text_equal(json_member_text(all, "evaluator"), "all"));
    assert_float_equal(json_member_number(all, "num"), 10, 1e-12);
    assert_float_equal(json_member_number(all, "agree"), 0.5, 1e-12);
    assert_float_equal(json_member_number(all, "nothing"), 0, 1e-12);
    json_free(root);
    /* people do say something of what it says nothing of: they differ */
    for (size_t i = 0; i < 30; i++)
        cases[i].said[CALIBRATE_RECORDED] = CALIBRATE_YES;
    root = calibrate_report(&sample);
    all = measure(root, "labels");
    assert_float_equal(json_member_number(all, "num"), 30, 1e-12);
    assert_float_equal(json_member_number(all, "agree"), 1.0 / 3, 1e-12);
    assert_float_equal(json_member_number(all, "nothing"), 2.0 / 3, 1e-12);
    json_free(root);
    /* nothing to compare in any of them: all of them, which is none of use */
    sample.num_cases = 20;
    root = calibrate_report(&sample);
    all = measure(root, "swapped");
    assert_float_equal(json_member_number(all, "num"), 20, 1e-12);
    assert_float_equal(json_member_number(all, "nothing"), 1, 1e-12);
    json_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wordings_are_turned),
        cmocka_unit_test(what_voices_said),
        cmocka_unit_test(nothing_is_no_agreement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
