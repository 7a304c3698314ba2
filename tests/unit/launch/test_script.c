/* Templates, words for a shell, and when a batch job asks for another one. */
#include "base/text.h"
#include "launch/again.h"
#include "launch/script.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_quoting(void **state)
{
    struct text out = { 0 };

    (void)state;
    script_quote("plain/word-1.0", &out);
    text_add(&out, " ");
    script_quote("", &out);
    text_add(&out, " ");
    script_quote("a b$(rm)'c", &out);
    text_add(&out, " ");
    script_quote("*", &out);
    assert_string_equal(text_data(&out),
                        "plain/word-1.0 '' 'a b$(rm)'\\''c' '*'");
    text_release(&out);
}

static void test_filling(void **state)
{
    struct script script = { 0 };
    struct text out = { 0 };
    struct error err = { 0 };

    (void)state;
    script_add(&script, "qos", NULL);
    script_add_number(&script, "notice_s", 60);
    script_add(&script, "modules", NULL);
    script_add(&script, "modules", "a");
    script_add(&script, "modules", "b");
    assert_int_equal(script_fill(&script,
                                 "#SBATCH --qos=@qos@\n"
                                 "#SBATCH --signal=B:USR1@@notice_s@\n"
                                 "module load @modules@\n"
                                 "mail a@b\n",
                                 "t",
                                 &out,
                                 &err),
                     0);
    assert_string_equal(text_data(&out),
                        "#SBATCH --signal=B:USR1@60\n"
                        "module load a\nmodule load b\nmail a@b\n");
    assert_int_equal(script_fill(&script, "x\n@no@\n", "t", &out, &err), -1);
    assert_string_equal(err.text,
                        "t:2: there is no setting @no@; slurm/sweep.sbatch has "
                        "all of them");
    script_add(&script, "partition", "a b");
    assert_int_equal(
        script_fill(&script, "#SBATCH -p @partition@\n", "t", &out, &err),
        -1);
    assert_non_null(strstr(err.text, "white space"));
    /* at all of these sbatch begins another option */
    for (const char *at = "\v\f\t\r\x01"; *at; at++) {
        const char name[] = { 'a', *at, '-', 'a', '1', '\0' };

        script_add(&script, "constraint", NULL);
        script_add(&script, "constraint", name);
        assert_int_equal(
            script_fill(&script, "#SBATCH -C @constraint@\n", "t", &out, &err),
            -1);
    }
    script_release(&script);
    text_release(&out);
}

static const struct {
    struct again_facts facts;
    enum again want;
} cases[] = {
    { { .state = "done", .is_final = true, .wants = true }, AGAIN_DONE },
    { { .state = "failed", .is_final = true, .wants = true }, AGAIN_FAILED },
    { { .state = NULL, .wants = true }, AGAIN_UNBEGUN },
    { { .state = NULL, .wants = true, .was_told = true }, AGAIN_TOLD },
    /* the walltime was over before it had begun */
    { { .state = NULL,
        .wants = true,
        .was_warned = true,
        .done_before = -1,
        .done_after = -1,
        .num_fruitless = 1 },
      AGAIN_YES },
    { { .state = NULL,
        .wants = true,
        .was_warned = true,
        .done_before = -1,
        .done_after = -1,
        .num_fruitless = 2 },
      AGAIN_FRUITLESS },
    { { .state = "unfinished",
        .is_final = true,
        .wants = true,
        .done_after = 5 },
      AGAIN_YES },
    /* rank 0 was killed, and with it its last word */
    { { .state = "running", .wants = true, .done_after = 5 }, AGAIN_YES },
    { { .state = "unfinished", .is_final = true, .done_after = 5 },
      AGAIN_NEVER },
    { { .state = "unfinished",
        .is_final = true,
        .wants = true,
        .done_after = 5,
        .was_told = true },
      AGAIN_TOLD },
    { { .state = "unfinished",
        .is_final = true,
        .wants = true,
        .done_after = 5,
        .budget_s = 10,
        .used_s = 10 },
      AGAIN_BUDGET },
    { { .state = "unfinished",
        .is_final = true,
        .wants = true,
        .done_after = 5,
        .budget_s = 10,
        .used_s = 9 },
      AGAIN_YES },
    { { .state = "unfinished",
        .is_final = true,
        .wants = true,
        .done_before = 5,
        .done_after = 5,
        .num_fruitless = 1 },
      AGAIN_YES },
    { { .state = "unfinished",
        .is_final = true,
        .wants = true,
        .done_before = 5,
        .done_after = 5,
        .num_fruitless = 2 },
      AGAIN_FRUITLESS },
    { { .state = "unfinished",
        .is_final = true,
        .wants = true,
        .done_before = 5,
        .done_after = 6,
        .num_fruitless = 2 },
      AGAIN_YES },
    { { .state = "running",
        .is_foreign = true,
        .wants = true,
        .done_before = 5,
        .done_after = 6 },
      AGAIN_FOREIGN },
    /* a round of checkpoints was done, the next one could not begin */
    { { .state = "done", .is_final = true, .has_failed = true }, AGAIN_FAILED },
    { { .state = "done", .is_final = true }, AGAIN_DONE },
    /* how another job ended says nothing of one that has not begun */
    { { .state = "done", .is_final = true, .is_foreign = true, .wants = true },
      AGAIN_FOREIGN },
    { { .state = "done",
        .is_final = true,
        .is_foreign = true,
        .was_warned = true,
        .wants = true },
      AGAIN_YES },
    /* who waited for checkpoints could not get further */
    { { .state = "unfinished",
        .is_final = true,
        .was_waiting = true,
        .wants = true,
        .done_before = 5,
        .done_after = 5,
        .num_fruitless = 7 },
      AGAIN_YES },
    { { .state = "unfinished",
        .is_foreign = true,
        .wants = true,
        .used_s = 9,
        .budget_s = 9 },
      AGAIN_BUDGET },
    { { .state = "unfinished",
        .is_foreign = true,
        .was_warned = true,
        .wants = true,
        .done_before = 5,
        .done_after = 6 },
      AGAIN_YES },
};

static void test_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum again got = again_decide(&cases[i].facts);

        if (got != cases[i].want)
            fail_msg("case %zu: %s", i, again_says(got));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quoting),
        cmocka_unit_test(test_filling),
        cmocka_unit_test(test_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
