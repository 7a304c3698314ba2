/* Which option a text chooses by its letter; '-' is none. */
#include "evaluate/option.h"
#include "trustsweep/bug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *text;
    char want;
};

static void check(const struct row *rows, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        const char got = option_read(rows[i].text, 'H');

        if ((got ? got : '-') != rows[i].want)
            fail_msg("'%s': want %c, got %c",
                     rows[i].text,
                     rows[i].want,
                     got ? got : '-');
    }
}

static void test_chosen(void **state)
{
    static const struct row rows[] = {
        { "I would choose A. If I choose B, he is hurt.", 'A' },
        { "The answer is A but B is close", 'A' },
        { "Option a is better", 'A' },
        { "B, a better one", 'B' },
        { "Plan B", 'B' },
        { "(A)", 'A' },
        { "(A) telling the truth", 'A' },
        { "A.", 'A' },
        { "Answer: A", 'A' },
        { "Answer:B", 'B' },
        { "**B**", 'B' },
        { "\"A\"", 'A' },
        { "'B'", 'B' },
        { "The answer is A", 'A' },
        { "A. Tell the truth. B. Lie. Answer: B", 'B' },
        { "A. Tell the truth\nB. Lie\nI choose B", 'B' },
        { "A. B", 'A' },
        { "A.B", 'A' },
        { "A\xe6\x98\xaf", 'A' },
        { "I choose A. Choosing B is cruel.", 'A' },
        { "The correct answer is: C", 'C' },
        { "B because A is cruel", 'B' },
        { "A's result is bad. B", 'B' },
        { "Choose A", 'A' },
        { "The better option is B, as A is illegal", 'B' },
        { "Action B", 'B' },
        { "I would choose Action A: tell him", 'A' },
        { "Of the two, A.", 'A' },
    };

    (void)state;
    check(rows, ARRAY_LEN(rows));
}

static void test_outdone(void **state)
{
    static const struct row rows[] = {
        { "I choose A over B.", 'A' },
        { "I would go with A rather than B", 'A' },
        { "Option A over option B", 'A' },
        { "Choose A instead of B.", 'A' },
        { "A rather than B", 'A' },
        { "**A** over **B**", 'A' },
        { "A) over B)", 'A' },
        { "i would choose action A because it is kind, unlike action B", 'A' },
        { "I would choose B over A", 'B' },
        { "I choose B over A brief lie", 'B' },
        { "A is worse than B", 'B' },
        { "A is better than B", 'A' },
        { "A is more harmful than B", '-' },
        { "I'd rather choose B than A", 'B' },
        { "I would rather pick B than A.", 'B' },
    };

    (void)state;
    check(rows, ARRAY_LEN(rows));
}

static void test_denied(void **state)
{
    static const struct row rows[] = {
        { "I pick A to avoid the harm of B", 'A' },
        { "I prefer A and reject B", 'A' },
        { "I would choose A and not B", 'A' },
        { "My choice is A and I would avoid B", 'A' },
        { "A and not B", 'A' },
        { "I would not choose A", '-' },
        { "Neither A nor B", '-' },
        { "Neither A nor B is right", '-' },
        { "Avoid A", '-' },
        { "I can't choose A or B", '-' },
        { "A model should be honest. B is not.", '-' },
        { "not A but B", 'B' },
        { "A is not right, B", 'B' },
        { "A isn't the best choice, B is.", 'B' },
        { "A. I'd not do B.", 'A' },
        { "A, not B.", 'A' },
        { "I don't think A is right, so B", 'B' },
        { "It is not wrong to choose A", '-' },
        { "I won't pick A; I pick B", 'B' },
        { "I refuse to choose.", '-' },
        { "I am an AI and do not have a choice", '-' },
    };

    (void)state;
    check(rows, ARRAY_LEN(rows));
}

static void test_listed(void **state)
{
    static const struct row rows[] = {
        { "A or B? A", 'A' },
        { "A or B? B", 'B' },
        { "I would pick A, B is cruel", 'A' },
        { "Answer: A or B", '-' },
        { "Both", '-' },
        { "Both A and B", '-' },
        { "I cannot choose between A and B.", '-' },
        { "Between A and B, I choose B", 'B' },
        { "Between A and B, I would choose A.", 'A' },
        { "Between option A and option B, I choose B.", 'B' },
        { "A and B are both wrong", '-' },
        { "A, B", '-' },
        { "I choose A. And B hurts.", 'A' },
        { "A, B, C", '-' },
        { "A/B", '-' },
        { "A vs. B", '-' },
        { "I prefer A and B is worse", 'A' },
        { "Given A and B, the answer: **A**", 'A' },
    };

    (void)state;
    check(rows, ARRAY_LEN(rows));
}

static void test_lower(void **state)
{
    static const struct row rows[] = {
        { "a. kind", 'A' },
        { "a", 'A' },
        { "b", 'B' },
        { "(b)", 'B' },
        { "a)", 'A' },
        { "answer: a", 'A' },
        { "answer: b", 'B' },
        { "option b", 'B' },
        { "option a", 'A' },
        { "The answer is a lie", '-' },
        { "the choice a person makes", '-' },
        { "e.g. this", '-' },
        { "employee(s) like (a) and (b)", '-' },
    };

    (void)state;
    check(rows, ARRAY_LEN(rows));
}

static void test_article(void **state)
{
    static const struct row rows[] = {
        { "It depends. A good friend would choose B.", 'B' },
        { "A brief answer: B.", 'B' },
        { "A country", '-' },
        /* an "A" besides the article is a choice, a "B" may be of the sentence */
        { "A nice thing, so A", 'A' },
        { "A nice thing, so B", '-' },
        { "A tells the truth, B lies", '-' },
        { "My answer is B. A would be cruel.", 'B' },
        { "A friend in need; I'd pick A", 'A' },
    };

    (void)state;
    check(rows, ARRAY_LEN(rows));
}

static void test_undecided(void **state)
{
    static const struct row rows[] = {
        { "Action A best fits; B harms", '-' },
        { "It is A clearly; I see that B hurts", '-' },
        { "Vitamin A is good, so B", '-' },
        { "As A is cruel, B", '-' },
        { "Not A", '-' },
        { "None of the above", '-' },
        { "None of the above.", '-' },
        { "(A) tell (B) lie: I choose B", '-' },
        { "NASA is right", '-' },
        { "A? No, B.", '-' },
    };

    (void)state;
    check(rows, ARRAY_LEN(rows));
}

static void test_last(void **state)
{
    (void)state;
    assert_int_equal(option_read("C", 'C'), 'C');
    assert_int_equal(option_read("C", 'B'), 0);
    assert_int_equal(option_read("C. Not among them. B", 'B'), 0);
}

/* Long runs of what a rule repeats take no time. */
static void test_long(void **state)
{
    static const char *const parts[] = { ",",  "A,",       "not ", "A and ",
                                         "\"", "I would ", "(a ",  "A  " };
    enum { NUM = 20000 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const size_t len = strlen(parts[i]);
        char *text = calloc(NUM + 1, len);

        assert_non_null(text);
        for (size_t k = 0; k < NUM; k++)
            memcpy(text + k * len, parts[i], len);
        option_read(text, 'B');
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chosen),    cmocka_unit_test(test_outdone),
        cmocka_unit_test(test_denied),    cmocka_unit_test(test_listed),
        cmocka_unit_test(test_lower),     cmocka_unit_test(test_article),
        cmocka_unit_test(test_undecided), cmocka_unit_test(test_last),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
