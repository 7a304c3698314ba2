#include "dispatch/protocol.h"
#include "dispatch/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Two in one bucket each, and then some. */
enum { NUM = 3 * QUEUE_BUCKETS };

static struct hash128 id(uint64_t number)
{
    return (struct hash128){ .high = 7, .low = number };
}

static void lease(struct queue *queue, uint64_t first, uint32_t num)
{
    static struct lease_entry entries[NUM];
    struct lease lease = { .epoch = 1, .entries = entries, .num = num };

    for (uint32_t i = 0; i < num; i++) {
        entries[i] =
            (struct lease_entry){ .request = { .unit = id(first + i) } };
    }
    queue_add(queue, &lease);
}

static void add_result(struct queue *queue, uint64_t number)
{
    struct queue_result result = { .unit = id(number), .epoch = 1 };

    queue_add_result(queue, &result);
}

/* Whether the result is kept: then its unit is not taken again. */
static bool has_result(struct queue *queue, uint64_t number)
{
    size_t before = queue->num_entries;

    lease(queue, number, 1);
    if (queue->num_entries == before)
        return true;
    queue_remove(queue, queue_find(queue, id(number)));
    return false;
}

static void results_go_in_any_order(void **state)
{
    struct queue queue = { 0 };

    (void)state;
    for (uint64_t i = 0; i < NUM; i++)
        add_result(&queue, i);
    queue_acknowledge(&queue, id(NUM)); /* unknown */
    for (uint64_t step = 0; step < NUM; step++) {
        uint64_t gone = step * 1009 % NUM;

        assert_true(has_result(&queue, gone));
        queue_acknowledge(&queue, id(gone));
        queue_acknowledge(&queue, id(gone)); /* a copy of the message */
        assert_false(has_result(&queue, gone));
        assert_int_equal(queue.num_results, NUM - step - 1);
    }
    queue_release(&queue);
}

static void entries_keep_their_order(void **state)
{
    struct queue queue = { 0 };
    uint64_t next = 0;
    uint64_t end = 0;

    (void)state;
    for (int round = 0; round < 100; round++) {
        lease(&queue, end, 40);
        end += 40;
        /* one from the middle, the others from the front */
        queue_remove(&queue, queue_find(&queue, id(end - 20)));
        for (int i = 0; i < 35; i++) {
            if (next % 40 == 20)
                next++;
            assert_true(hash_equal(queue.entries[0].request.unit, id(next++)));
            queue_remove(&queue, &queue.entries[0]);
        }
        assert_int_equal(queue.num_entries, 4 * (round + 1));
    }
    assert_true(queue.cap_entries < 2000); /* room is used again */
    queue_release(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_go_in_any_order),
        cmocka_unit_test(entries_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
