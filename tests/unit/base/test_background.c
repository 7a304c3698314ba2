/* Errands are done once each, in order, beside the caller. */
#include "base/background.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

enum { NUM = 500 };

struct note {
    int place; /* in the order in which they were done; -1 = never */
};

static int num_done;

static void note(void *context)
{
    ((struct note *)context)->place = num_done++;
}

static void test_in_order(void **state)
{
    struct background *background = background_create();
    struct errand errands[NUM] = { 0 };
    struct note notes[NUM];

    (void)state;
    num_done = 0;
    for (int i = 0; i < NUM; i++) {
        notes[i].place = -1;
        errands[i] = (struct errand){ .fn = note, .context = &notes[i] };
        background_start(background, &errands[i]);
    }
    for (int i = NUM - 1; i >= 0; i--) {
        background_wait(background, &errands[i]);
        assert_int_equal(notes[i].place, i);
        assert_false(errands[i].is_begun);
        background_wait(background, &errands[i]); /* idle: at once */
    }
    assert_int_equal(num_done, NUM);
    background_destroy(background);
}

static atomic_bool is_let_go;

static void wait_for_it(void *context)
{
    const struct timespec moment = { .tv_nsec = 1000000 };

    for (int i = 0; i < 5000 && !is_let_go; i++)
        (void)nanosleep(&moment, NULL);
    *(bool *)context = is_let_go;
}

/* The caller goes on while an errand is being done. */
static void test_beside(void **state)
{
    struct background *background = background_create();
    bool was_let_go = false;
    struct errand errand = { .fn = wait_for_it, .context = &was_let_go };

    (void)state;
    is_let_go = false;
    background_start(background, &errand);
    is_let_go = true;
    background_wait(background, &errand);
    assert_true(was_let_go);
    background_destroy(background);
}

static void test_nothing(void **state)
{
    (void)state;
    background_destroy(NULL);
    background_destroy(background_create());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_beside),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
