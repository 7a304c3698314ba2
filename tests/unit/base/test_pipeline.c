/* Order, an end in the middle from either side, and that nothing is left. */
#include "base/mem.h"
#include "base/pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static atomic_int num_dropped;

struct counting {
    int num;      /* pieces to make */
    int stop_at;  /* use() fails there; -1 = never */
    int num_made; /* the maker's */
    int num_used; /* the user's */
};

static int begin(void *context)
{
    struct counting *self = context;

    return self->stop_at == 0 ? -1 : 0;
}

static void *make(void *context)
{
    struct counting *self = context;
    int *piece;

    if (self->num_made == self->num)
        return NULL;
    piece = mem_alloc(1, sizeof *piece);
    *piece = self->num_made++;
    return piece;
}

static int use(void *context, void *piece)
{
    struct counting *self = context;

    assert_int_equal(*(int *)piece, self->num_used);
    if (self->num_used == self->stop_at)
        return -1;
    self->num_used++;
    return 0;
}

static void drop(void *piece)
{
    atomic_fetch_add(&num_dropped, 1);
    free(piece);
}

static void check(int num, int stop_at, size_t ahead)
{
    struct counting self = { .num = num, .stop_at = stop_at };
    const struct pipeline pipeline = {
        &self, make, begin, use, drop, NULL,
    };
    const bool is_stopped = stop_at >= 0 && stop_at < num;

    num_dropped = 0;
    assert_int_equal(pipeline_run(&pipeline, ahead), is_stopped ? -1 : 0);
    assert_int_equal(self.num_used, is_stopped ? stop_at : num);
    assert_int_equal(num_dropped, self.num_made);
    assert_true(self.num_made <= self.num_used + (int)ahead + 2);
}

static void test_in_order(void **state)
{
    (void)state;
    for (size_t ahead = 1; ahead < 5; ahead++) {
        check(0, -1, ahead);
        check(1, -1, ahead);
        check(1000, -1, ahead);
    }
}

static void test_ends_in_the_middle(void **state)
{
    (void)state;
    for (int stop_at = 0; stop_at < 50; stop_at++) {
        check(50, stop_at, 1);
        check(50, stop_at, 3);
    }
}

static atomic_int num_heavy;

static void *make_heavy(void *context)
{
    num_heavy++;
    return make(context);
}

/* When a piece is used, only one that was made while nothing waited may have
 * been made after it. */
static int use_heavy(void *context, void *piece)
{
    const struct timespec moment = { .tv_nsec = 1000000 };

    (void)nanosleep(&moment, NULL);
    assert_true(num_heavy <= *(int *)piece + 3);
    return use(context, piece);
}

static size_t weigh(const void *piece)
{
    return *(const int *)piece % 2 ? 10 : 100;
}

/* A heavy piece waits alone; light ones do not wait for ever. */
static void test_weight(void **state)
{
    struct counting self = { .num = 40, .stop_at = -1 };
    const struct pipeline pipeline = {
        &self, make_heavy, begin, use_heavy, drop, weigh,
    };

    (void)state;
    num_heavy = 0;
    assert_int_equal(pipeline_run(&pipeline, 100), 0);
    assert_int_equal(self.num_used, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_ends_in_the_middle),
        cmocka_unit_test(test_weight),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
