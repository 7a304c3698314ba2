/* What each signal means, and when. */
#include "base/text.h"
#include "cli/parts/stopping.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const struct stopping *self,
                   int64_t seconds,
                   enum stopping_stage want)
{
    assert_int_equal(stopping_stage(self, seconds * 1000), want);
}

static void test_interrupt(void **state)
{
    struct stopping self;

    (void)state;
    stopping_init(&self, 60);
    expect(&self, 1000000, STOPPING_NOT);
    stopping_tell(&self, SIGINT, 5000);
    expect(&self, 4, STOPPING_NOT);
    expect(&self, 5, STOPPING_DRAIN);
    expect(&self, 1000000, STOPPING_DRAIN);
    stopping_tell(&self, SIGINT, 9000);
    expect(&self, 9, STOPPING_NOW);
}

static void test_term(void **state)
{
    struct stopping self;

    (void)state;
    stopping_init(&self, 60);
    stopping_tell(&self, SIGTERM, 100000);
    expect(&self, 100, STOPPING_DRAIN);
    expect(&self, 119, STOPPING_DRAIN);
    expect(&self, 120, STOPPING_LEAVE);
    stopping_tell(&self, SIGTERM, 100400); /* the same one, heard twice */
    expect(&self, 119, STOPPING_DRAIN);
    expect(&self, 120, STOPPING_LEAVE);
    stopping_tell(&self, SIGINT, 110000);
    expect(&self, 119, STOPPING_DRAIN);
    stopping_tell(&self, SIGINT, 110000);
    expect(&self, 111, STOPPING_NOW);

    stopping_init(&self, 60);
    stopping_tell(&self, SIGTERM, 100000);
    stopping_tell(&self, SIGTERM, 101000);
    expect(&self, 100, STOPPING_DRAIN);
    expect(&self, 101, STOPPING_LEAVE);
}

static void test_notice(void **state)
{
    struct stopping self;

    (void)state;
    stopping_init(&self, 300);
    stopping_tell(&self, SIGUSR1, 0);
    expect(&self, 239, STOPPING_NOT);
    expect(&self, 240, STOPPING_DRAIN);
    expect(&self, 269, STOPPING_DRAIN);
    expect(&self, 270, STOPPING_LEAVE);
    stopping_tell(&self, SIGUSR1, 100000); /* said before */
    expect(&self, 239, STOPPING_NOT);
    expect(&self, 270, STOPPING_LEAVE);
    stopping_tell(&self, SIGTERM, 200000); /* sooner than was said */
    expect(&self, 219, STOPPING_DRAIN);
    expect(&self, 220, STOPPING_LEAVE);

    stopping_init(&self, 60);
    stopping_tell(&self, SIGUSR1, 0);
    expect(&self, 0, STOPPING_DRAIN);
    expect(&self, 30, STOPPING_LEAVE);
    stopping_init(&self, 10);
    stopping_tell(&self, SIGUSR1, 0);
    expect(&self, 0, STOPPING_DRAIN);
    expect(&self, 4, STOPPING_DRAIN);
    expect(&self, 5, STOPPING_LEAVE);
    stopping_init(&self, 0);
    stopping_tell(&self, SIGUSR1, 0);
    expect(&self, 0, STOPPING_LEAVE);
}

static void test_real_signals(void **state)
{
    struct stopping self;

    (void)state;
    stopping_init(&self, 60);
    stopping_catch();
    stopping_listen(&self, 1000);
    expect(&self, 1, STOPPING_NOT);
    assert_int_equal(raise(SIGINT), 0);
    stopping_listen(&self, 1000);
    stopping_listen(&self, 1000);
    expect(&self, 1, STOPPING_DRAIN);
    assert_int_equal(raise(SIGINT), 0);
    stopping_listen(&self, 1000);
    expect(&self, 1, STOPPING_NOW);
    stopping_ignore();
    assert_int_equal(raise(SIGTERM), 0);
}

/* What people are told, `seconds` after a signal at 0. */
static void expect_words(const struct stopping *self,
                         int64_t seconds,
                         const char *line,
                         const char *reason)
{
    struct text text = { 0 };
    enum stopping_stage stage = stopping_stage(self, seconds * 1000);

    stopping_describe(self, seconds * 1000, &text);
    if (!strstr(text_data(&text), line))
        fail_msg("no '%s' in '%s'", line, text_data(&text));
    if (reason && !strstr(stopping_reason(self, stage), reason))
        fail_msg("no '%s' in '%s'", reason, stopping_reason(self, stage));
    text_release(&text);
}

static void test_words(void **state)
{
    struct stopping self;

    (void)state;
    stopping_init(&self, 300);
    stopping_tell(&self, SIGINT, 0);
    expect_words(&self, 0, "stopping (INT): ", "on request (INT)");
    expect_words(&self, 0, "INT again (Ctrl-C) ends at once", NULL);
    stopping_tell(&self, SIGINT, 0);
    expect_words(&self, 1, "no results file", "at once");
    stopping_init(&self, 300);
    stopping_tell(&self, SIGTERM, 0);
    expect_words(&self, 5, "within 15 s, or left (TERM)", "stopped by TERM");
    expect_words(&self, 20, "stopping now (TERM)", "20 s after TERM");
    stopping_init(&self, 300);
    stopping_tell(&self, SIGUSR1, 0);
    expect_words(&self,
                 0,
                 "goes on for 240 s, and what is in hand in 270",
                 NULL);
    expect_words(&self, 240, "within 30 s, or left (USR1)", "end of the time");
    expect_words(&self, 270, "stopping now (USR1)", "as USR1 said");
    stopping_init(&self, 300);
    stopping_tell(&self, SIGINT, 0);
    stopping_tell(&self, SIGTERM, 0);
    expect_words(&self,
                 2,
                 "(INT): what was started is finished within 18 s",
                 "(INT)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupt), cmocka_unit_test(test_term),
        cmocka_unit_test(test_notice),    cmocka_unit_test(test_real_signals),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
