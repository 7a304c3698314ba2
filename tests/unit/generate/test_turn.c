/* Who measures what is free and then takes it is alone for that long. */
#include "tests/unit/generate/turns.h"

#include <signal.h>

static const char ours[] = "test:0000/1";

static void a_turn_waits_for_the_one_before(void **state)
{
    struct turns other = turns_hold(ours);
    const int turn = turn_begin(ours);

    (void)state;
    assert_true(turn >= 0);
    assert_true(turns_are_over(&other));
    turn_end(turn);
    turns_end(&other);
}

static void others_do_not_wait(void **state)
{
    struct turns other = turns_hold(ours);
    const int turn = turn_begin("test:0000/2");

    (void)state;
    assert_true(turn >= 0);
    assert_false(turns_are_over(&other));
    turn_end(turn);
    turns_end(&other);
}

/* As the process that renders templates is forked. */
static void a_child_does_not_keep_it(void **state)
{
    const int turn = turn_begin(ours);
    const pid_t child = fork();
    struct turns other;

    (void)state;
    if (child == 0) {
        (void)pause();
        _exit(0);
    }
    turn_end(turn);
    other = turns_hold(ours);
    turns_end(&other);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* Somebody else's link leads nowhere. */
static void a_link_is_not_followed(void **state)
{
    char *path =
        text_format("/tmp/trustsweep-%ld-test_link.turn", (long)geteuid());

    (void)state;
    (void)unlink(path);
    assert_int_equal(symlink("/tmp/nothing-of-ours", path), 0);
    assert_int_equal(turn_begin("test/link"), -1);
    turn_end(-1);
    assert_false(file_exists("/tmp/nothing-of-ours"));
    assert_int_equal(unlink(path), 0);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_waits_for_the_one_before),
        cmocka_unit_test(others_do_not_wait),
        cmocka_unit_test(a_child_does_not_keep_it),
        cmocka_unit_test(a_link_is_not_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
