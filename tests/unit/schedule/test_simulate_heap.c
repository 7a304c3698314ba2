#include "schedule/simulate_heap.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SLOTS = 100 };

/* What is taken out is in order, whatever is put in between. */
static void in_order(void **state)
{
    struct simulate_heap heap;
    double at_s[SLOTS];
    double last_s = 0;

    (void)state;
    simulate_heap_init(&heap, SLOTS);
    assert_true(isinf(simulate_heap_first_s(&heap)));
    for (int i = 0; i < SLOTS; i++) {
        at_s[i] = (i * 37) % SLOTS;
        simulate_heap_add(&heap, i, at_s[i]);
    }
    for (int i = 0; i < 5 * SLOTS; i++) {
        const double first_s = simulate_heap_first_s(&heap);
        const int slot = simulate_heap_take(&heap);

        assert_true(first_s == at_s[slot]);
        assert_true(first_s >= last_s);
        last_s = first_s;
        at_s[slot] += (i * 13) % 29;
        simulate_heap_add(&heap, slot, at_s[slot]);
    }
    simulate_heap_release(&heap);
}

static void ties_by_number(void **state)
{
    struct simulate_heap heap;

    (void)state;
    simulate_heap_init(&heap, SLOTS);
    for (int i = 0; i < SLOTS; i++)
        simulate_heap_add(&heap, (i * 37) % SLOTS, 1);
    for (int i = 0; i < SLOTS; i++)
        assert_int_equal(simulate_heap_take(&heap), i);
    simulate_heap_release(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order),
        cmocka_unit_test(ties_by_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
