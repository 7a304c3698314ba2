/* What every transport promises, held against the loop. */
#include "base/clock.h"
#include "base/mem.h"
#include "comm/transport_loop.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 3 };

struct fixture {
    struct loop *loop;
    struct transport *ranks[SIZE];
};

static struct fixture make(struct loop_params params)
{
    struct fixture f;

    params.size = SIZE;
    f.loop = loop_create(&params);
    for (int i = 0; i < SIZE; i++)
        f.ranks[i] = transport_loop_create(f.loop, i);
    return f;
}

static void release(struct fixture *f)
{
    for (int i = 0; i < SIZE; i++)
        f->ranks[i]->ops->destroy(f->ranks[i]);
    loop_destroy(f->loop);
}

static int send_bytes(struct transport *from,
                      int to,
                      const void *bytes,
                      size_t len)
{
    struct error err = { 0 };

    return from->ops->send(from, to, 9, bytes, len, &err);
}

static int receive(struct transport *at, struct message *out)
{
    struct error err = { 0 };

    return at->ops->recv(at, out, &err);
}

/* Send `num` numbers from one rank to another. */
static void send_numbers(struct fixture *f, int from, int to, uint32_t num)
{
    for (uint32_t i = 0; i < num; i++)
        assert_int_equal(send_bytes(f->ranks[from], to, &i, sizeof i), 0);
}

/* Receive numbers of any source until nothing waits; the newest of each source
 * is kept, and none may be older than the one before it. */
static uint32_t receive_numbers(struct fixture *f, int at)
{
    uint32_t newest[SIZE] = { 0 };
    uint32_t num = 0;
    struct message message;

    for (int idle = 0; idle < 1000; idle++) {
        clock_advance_ms(1);
        while (receive(f->ranks[at], &message) == 1) {
            uint32_t number;

            assert_int_equal(message.len, sizeof number);
            assert_int_equal(message.type, 9);
            memcpy(&number, message.bytes, sizeof number);
            assert_true(number >= newest[message.source]);
            newest[message.source] = number;
            message_release(&message);
            num++;
        }
    }
    return num;
}

static void test_nothing_waits(void **state)
{
    struct fixture f = make((struct loop_params){ 0 });
    struct message message = { 0 };

    (void)state;
    assert_int_equal(receive(f.ranks[0], &message), 0);
    assert_int_equal(f.ranks[0]->ops->pending(f.ranks[0]), 0);
    assert_int_equal(f.ranks[2]->rank, 2);
    assert_int_equal(f.ranks[2]->size, SIZE);
    f.ranks[0]->ops->destroy(NULL);
    release(&f);
}

static void test_sizes(void **state)
{
    static const size_t sizes[] = {
        0, 1, 7, 8, 9, 4096, 65537, 1048576, 5 * 1024 * 1024 + 3,
    };
    struct fixture f = make((struct loop_params){ 0 });

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        unsigned char *bytes = mem_alloc(1, sizes[i] + 1);
        struct message message = { 0 };

        for (size_t j = 0; j < sizes[i]; j++)
            bytes[j] = (unsigned char)(j * 31 + i);
        assert_int_equal(send_bytes(f.ranks[1], 0, bytes, sizes[i]), 0);
        assert_int_equal(receive(f.ranks[2], &message), 0);
        assert_int_equal(receive(f.ranks[0], &message), 1);
        assert_int_equal(message.source, 1);
        assert_int_equal(message.len, sizes[i]);
        assert_memory_equal(message.bytes, bytes, sizes[i]);
        message_release(&message);
        assert_int_equal(receive(f.ranks[0], &message), 0);
        free(bytes);
    }
    release(&f);
}

static void test_over_the_limit(void **state)
{
    struct fixture f = make((struct loop_params){ 0 });
    struct error err = { 0 };
    struct message message;
    char byte = 0;

    (void)state;
    /* The length alone refuses it: no byte is read. */
    assert_int_equal(f.ranks[0]->ops->send(f.ranks[0],
                                           1,
                                           1,
                                           &byte,
                                           (size_t)TRANSPORT_MAX_LEN + 1,
                                           &err),
                     -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    assert_int_equal(receive(f.ranks[1], &message), 0);
    release(&f);
}

static void test_order_of_a_pair(void **state)
{
    (void)state;
    clock_simulate(true, 1000);
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct fixture f =
            make((struct loop_params){ .seed = seed, .max_delay_ms = 40 });

        send_numbers(&f, 1, 0, 50);
        send_numbers(&f, 2, 0, 50);
        send_numbers(&f, 0, 0, 50);
        assert_int_equal(receive_numbers(&f, 0), 150);
        release(&f);
    }
    clock_simulate(false, 0);
}

static void test_delay_waits(void **state)
{
    struct fixture f =
        make((struct loop_params){ .seed = 3, .max_delay_ms = 1000 });
    uint32_t early = 0;
    struct message message;

    (void)state;
    clock_simulate(true, 0);
    for (int i = 0; i < 20; i++)
        assert_int_equal(send_bytes(f.ranks[i % 2], 2, "x", 1), 0);
    while (receive(f.ranks[2], &message) == 1) {
        message_release(&message);
        early++;
    }
    assert_true(early < 20);
    clock_advance_ms(1000);
    while (receive(f.ranks[2], &message) == 1) {
        message_release(&message);
        early++;
    }
    assert_int_equal(early, 20);
    clock_simulate(false, 0);
    release(&f);
}

static uint32_t count(struct loop_params params)
{
    struct fixture f = make(params);
    uint32_t num;

    send_numbers(&f, 1, 0, 1000);
    num = receive_numbers(&f, 0);
    release(&f);
    return num;
}

static void test_lost_and_twice(void **state)
{
    struct loop_params lossy = { .seed = 5, .lose = 0.2 };
    struct loop_params doubling = { .seed = 5, .duplicate = 0.2 };
    uint32_t num;

    (void)state;
    clock_simulate(true, 0);
    num = count(lossy);
    assert_in_range(num, 700, 900);
    assert_int_equal(count(lossy), num); /* the seed decides */
    num = count(doubling);
    assert_in_range(num, 1100, 1300);
    assert_int_equal(count(doubling), num);
    assert_int_equal(count((struct loop_params){ .lose = 1 }), 0);
    assert_int_equal(count((struct loop_params){ .duplicate = 1 }), 2000);
    clock_simulate(false, 0);
}

static void test_kill_and_revive(void **state)
{
    struct fixture f = make((struct loop_params){ 0 });

    (void)state;
    clock_simulate(true, 0);
    send_numbers(&f, 0, 1, 3);
    send_numbers(&f, 1, 2, 2);
    loop_kill(f.loop, 1, true);
    send_numbers(&f, 0, 1, 4); /* a dead peer looks like a slow one */
    send_numbers(&f, 1, 2, 4);
    assert_int_equal(receive_numbers(&f, 1), 0);
    assert_int_equal(receive_numbers(&f, 2), 2); /* had left before */
    loop_kill(f.loop, 1, false);
    assert_int_equal(receive_numbers(&f, 1), 0);
    send_numbers(&f, 0, 1, 5);
    send_numbers(&f, 1, 2, 6);
    assert_int_equal(receive_numbers(&f, 1), 5);
    assert_int_equal(receive_numbers(&f, 2), 6);
    clock_simulate(false, 0);
    release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_waits),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_over_the_limit),
        cmocka_unit_test(test_order_of_a_pair),
        cmocka_unit_test(test_delay_waits),
        cmocka_unit_test(test_lost_and_twice),
        cmocka_unit_test(test_kill_and_revive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
