#include "base/clock.h"
#include "base/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Turns that find nothing for `ms`; how many there were. */
static int idle_for(struct pace *pace, int64_t ms)
{
    int64_t until = clock_ms() + ms;
    int num = 0;

    while (clock_ms() < until) {
        pace_rest(pace, false);
        num++;
    }
    return num;
}

static void a_rest_is_a_tenth_of_the_wait(void **state)
{
    struct pace pace = { 0 };
    int64_t start_ns;

    (void)state;
    clock_simulate(true, 1000);
    start_ns = clock_ns();
    pace_rest(&pace, true);
    assert_int_equal(clock_ns() - start_ns, 0); /* there was work: none */
    pace_rest(&pace, false);
    assert_in_range(clock_ns() - start_ns, 1, 100000);
    (void)idle_for(&pace, 50);
    start_ns = clock_ns();
    pace_rest(&pace, false);
    assert_in_range(clock_ns() - start_ns, 4000000, 6000000);
    clock_simulate(false, 0);
}

static void who_waits_for_long_seldom_looks(void **state)
{
    struct pace pace = { 0 };
    int64_t start_ns;

    (void)state;
    clock_simulate(true, 1000);
    (void)idle_for(&pace, 1000);
    assert_in_range(idle_for(&pace, 10000), 900, 1100); /* 100 a second */
    pace_rest(&pace, true);
    start_ns = clock_ns();
    pace_rest(&pace, false);
    assert_in_range(clock_ns() - start_ns, 1, 100000); /* and is awake again */
    clock_simulate(false, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rest_is_a_tenth_of_the_wait),
        cmocka_unit_test(who_waits_for_long_seldom_looks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
