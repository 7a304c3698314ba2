/*
 * One worker against a script of messages, with a backend that answers all it
 * has when it is told to, and is silent else.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "dispatch/protocol.h"
#include "dispatch/worker.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TAG = 5, NUM_UNITS = 8, ROOM = 3 };

/* ---- a backend that takes ROOM requests and keeps them for a while */

static int num_taken;
static struct hash128 taken[ROOM];
static bool is_answering;
static bool is_broken;

static int submit(struct backend *self,
                  const struct request *request,
                  struct error *err)
{
    (void)self;
    if (num_taken == ROOM)
        return error_set(err, ERR_TRANSIENT, "full");
    taken[num_taken++] = request->unit;
    return 0;
}

static int step(struct backend *self,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    (void)self;
    (void)budget_ms;
    if (is_broken)
        return error_set(err, ERR_IO, "it broke");
    if (!is_answering || num_taken == 0)
        return 0;
    *out = (struct reply){ .unit = taken[--num_taken] };
    reply_set_text(out, "yes", 3, FINISH_STOP);
    return 1;
}

static int num_made;
static int num_destroyed;
static struct slot made_for; /* the last one */

static void destroy(struct backend *self)
{
    (void)self;
    num_destroyed++;
}

static const struct backend_ops slow_ops = {
    .name = "slow",
    .submit = submit,
    .step = step,
    .destroy = destroy,
};
static struct backend slow = { .ops = &slow_ops };

static struct backend *make(const char *spec,
                            const struct slot *slot,
                            struct error *err)
{
    (void)spec;
    (void)err;
    num_made++;
    made_for = *slot;
    return &slow;
}

struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err);
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err)
{
    return make(spec, slot, err);
}

/* ---- a transport that hands out what is in `next` */

static struct text next;
static uint32_t next_type;
static int num_messages; /* with results */
static int num_results;
static int num_failures;

static struct heartbeat said; /* the last one, without epochs */

static void hear(struct buffer *in)
{
    assert_int_equal(protocol_get_heartbeat(in, &said, NULL), 0);
    free(said.epochs);
    said.epochs = NULL;
}

static void count_results(struct buffer *in)
{
    num_messages++;
    do {
        struct result result;

        assert_int_equal(protocol_get_result(in, &result, NULL), 0);
        record_release(&result.record);
        num_results++;
    } while (buffer_left(in) > 0);
}

static int send_counted(struct transport *self,
                        int dest,
                        uint32_t type,
                        const void *bytes,
                        size_t len,
                        struct error *err)
{
    struct buffer in;

    (void)self;
    (void)dest;

    assert_int_equal(protocol_open(&in, bytes, len, TAG, err), 0);
    if (type == MSG_RESULT)
        count_results(&in);
    if (type == MSG_HEARTBEAT)
        hear(&in);
    num_failures += type == MSG_FAILED;
    return 0;
}

static int recv_next(struct transport *self,
                     struct message *out,
                     struct error *err)
{
    (void)self;
    (void)err;
    if (next.len == 0)
        return 0;
    *out = (struct message){ .type = next_type, .len = next.len };
    out->bytes = mem_copy(next.data, next.len);
    text_clear(&next);
    return 1;
}

static const struct transport_ops script_ops = {
    .name = "script",
    .send = send_counted,
    .recv = recv_next,
};

static uint32_t num_nodes = 1; /* of the model */

static void say_models(uint32_t stuck_ms)
{
    char name[] = "m";
    struct model_entry model = { .name = name,
                                 .spec = name,
                                 .stuck_ms = stuck_ms,
                                 .num_devices = num_nodes > 1 ? 8 : -1,
                                 .num_ranks = num_nodes > 1 ? 8 : 1,
                                 .num_nodes = num_nodes };
    struct model_list list = { .models = &model, .num = 1 };

    protocol_begin(&next, TAG);
    protocol_put_models(&next, &list);
    next_type = MSG_MODELS;
}

/* Of NUM_UNITS units, of which none had a lease. */
static void say_lease(void)
{
    static uint32_t epoch;
    char word[] = "a";
    struct chat_message message = { .role = word, .text = word };
    struct lease_entry entries[NUM_UNITS];
    struct lease lease = { .epoch = ++epoch,
                           .entries = entries,
                           .num = NUM_UNITS };

    for (uint64_t i = 0; i < NUM_UNITS; i++) {
        entries[i] = (struct lease_entry){
            .attempt = 1,
            .request = { .unit = { .high = epoch, .low = i },
                         .kind = REQUEST_CHAT,
                         .task = word,
                         .messages = &message,
                         .num_messages = 1,
                         .sampling = { .max_tokens = 512 } },
        };
    }
    protocol_begin(&next, TAG);
    protocol_put_lease(&next, &lease);
    next_type = MSG_LEASE;
}

static struct transport transport = { .ops = &script_ops,
                                      .rank = 1,
                                      .size = 2 };

static bool is_slow_loading;

static bool is_loading(const struct backend *backend)
{
    (void)backend;
    return is_slow_loading;
}

static int free_port(void)
{
    return 4242;
}

/* It knows the model. */
static struct worker *begin(uint32_t stuck_ms)
{
    struct worker_params params;
    struct worker *worker;

    clock_simulate(true, 1000);
    num_taken = num_messages = num_results = num_failures = 0;
    num_made = num_destroyed = 0;
    is_answering = is_slow_loading = is_broken = false;
    worker_params_defaults(&params);
    params.transport = &transport;
    params.tag = TAG;
    params.make = make;
    params.is_loading = is_loading;
    params.free_port = free_port;
    params.slot.threads = 3;
    for (int i = 0; i < 4; i++)
        params.behind[params.num_behind++] = i;
    params.start_ms = INT32_MAX; /* rank 0 says little here */
    worker = worker_create(&params);
    say_models(stuck_ms);
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    return worker;
}

/* With a lease whose first units the backend has. */
static struct worker *start(uint32_t stuck_ms)
{
    struct worker *worker = begin(stuck_ms);

    say_lease();
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_int_equal(num_taken, ROOM);
    return worker;
}

static void finish(struct worker *worker)
{
    worker_destroy(worker);
    text_release(&next);
    clock_simulate(false, 0);
}

/* A step that says it did something is followed by another at once: a worker
 * whose backend is full must not say so, or it takes a core from its model. */
static void a_full_backend_is_no_work(void **state)
{
    struct worker *worker = start(0);

    (void)state;
    for (int i = 0; i < 10; i++)
        assert_int_equal(worker_step(worker, 5, NULL), 0);
    is_answering = true;
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_int_equal(num_messages, 1); /* of one step, so in one message */
    assert_int_equal(num_results, ROOM);
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_int_equal(num_messages, 2);
    assert_int_equal(num_results, 2 * ROOM);
    finish(worker);
}

/* Until the backend is given up: what it had goes back.  How long that took. */
static int64_t silence_ms(struct worker *worker)
{
    const int64_t begin_ms = clock_ms();

    while (num_failures == 0 && clock_ms() - begin_ms < 3600 * 1000) {
        clock_advance_ms(100);
        assert_true(worker_step(worker, 5, NULL) >= 0);
    }
    assert_int_equal(num_failures, ROOM);
    return clock_ms() - begin_ms;
}

/* NUM_UNITS replies, each after so long, and another lease. */
static void answer_all(struct worker *worker, int64_t each_ms)
{
    while (num_results < NUM_UNITS) {
        is_answering = false;
        for (int64_t ms = 0; ms < each_ms; ms += 500) {
            clock_advance_ms(each_ms < 500 ? each_ms : 500);
            assert_true(worker_step(worker, 5, NULL) >= 0);
        }
        is_answering = true;
        assert_int_equal(worker_step(worker, 5, NULL), 1);
    }
    is_answering = false;
    say_lease();
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_int_equal(num_taken, ROOM);
}

static void assert_about(int64_t ms, int64_t want_ms)
{
    assert_in_range(ms, want_ms, want_ms + 300);
}

static void a_silent_backend_is_given_up_when_the_job_says(void **state)
{
    struct worker *worker = start(2000);

    (void)state;
    assert_about(silence_ms(worker), 2000);
    finish(worker);
    worker = start(2000);
    answer_all(worker, 10);
    assert_about(silence_ms(worker), 2000);
    finish(worker);
}

static void a_load_is_not_silence(void **state)
{
    struct worker *worker = start(2000);

    (void)state;
    is_slow_loading = true;
    for (int s = 0; s < 60; s++) {
        clock_advance_ms(1000);
        assert_true(worker_step(worker, 5, NULL) >= 0);
    }
    assert_int_equal(num_failures, 0);
    finish(worker);
}

/* Nothing is known before a first reply; then a minute for a fast model, and ten
 * for one whose longest reply may take long: about two tokens in 2 s here, so
 * 512 could take 500 s, and twice that is still waited for. */
static void else_by_what_was_measured(void **state)
{
    struct worker *worker = start(0);

    (void)state;
    assert_about(silence_ms(worker), 30 * 60 * 1000);
    finish(worker);
    worker = start(0);
    answer_all(worker, 10);
    assert_about(silence_ms(worker), 60 * 1000);
    finish(worker);
    worker = start(0);
    answer_all(worker, 500);
    assert_about(silence_ms(worker), 10 * 60 * 1000);
    finish(worker);
    worker = start(0);
    answer_all(worker, 2000);
    assert_in_range(silence_ms(worker), 800 * 1000, 1200 * 1000);
    finish(worker);
}

static void say_together(uint32_t node, uint64_t start)
{
    char nodes[] = "a,b";
    struct together together = { .node = node,
                                 .start = start,
                                 .meet = node > 0 ? 77 : 0,
                                 .num_nodes = 2,
                                 .nodes = nodes };

    protocol_begin(&next, TAG);
    protocol_put_together(&next, &together);
    next_type = MSG_TOGETHER;
}

static void say_let_go(void)
{
    protocol_begin(&next, TAG);
    next_type = MSG_LET_GO;
}

static void take(struct worker *worker)
{
    assert_true(worker_step(worker, 5, NULL) >= 0);
    clock_advance_ms(20 * 1000); /* beyond every rest; heartbeats are due */
    assert_true(worker_step(worker, 5, NULL) >= 0);
}

/* Whoever drives a model over two nodes waits to be told which, and each of its
 * starts has a number of its own, as long as it lasts. */
static void the_first_node_drives(void **state)
{
    struct worker *worker;
    uint64_t first;

    (void)state;
    num_nodes = 2;
    worker = begin(0);
    say_lease();
    take(worker);
    assert_int_equal(num_made, 0);
    assert_true(said.start == 0 && said.part == 0);
    say_together(0, 0);
    take(worker);
    assert_int_equal(num_made, 1);
    assert_string_equal(made_for.nodes, "a,b");
    assert_int_equal(made_for.num_nodes, 2);
    assert_int_equal(made_for.node, 0);
    assert_int_equal(made_for.meet, 4242);
    assert_int_equal(made_for.num_devices, 4); /* those of its node */
    assert_int_equal(made_for.threads, 12);    /* of eight ranks four */
    first = said.start;
    assert_true(first != 0 && said.meet == 4242 && said.part == 0);
    is_broken = true;
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_true(said.start == 0);
    is_broken = false;
    take(worker);
    assert_int_equal(num_made, 2);
    assert_true(said.start != 0 && said.start != first);
    num_nodes = 1;
    finish(worker);
    assert_int_equal(num_destroyed, 2);
}

/* The other one has a part of it until it is told of another start, or to let
 * go; it says when that ends by itself. */
static void another_node_has_a_part(void **state)
{
    struct worker *worker;

    (void)state;
    num_nodes = 2;
    worker = begin(0);
    say_together(1, 7);
    take(worker);
    assert_int_equal(num_made, 1);
    assert_int_equal(made_for.node, 1);
    assert_int_equal(made_for.meet, 77);
    assert_int_equal(made_for.num_devices, 4);
    assert_true(said.part == 7 && !said.part_ended && said.start == 0);
    assert_int_equal(said.model, -1); /* it does not drive one */
    say_together(1, 7);
    take(worker);
    assert_int_equal(num_made, 1);
    say_together(1, 8);
    take(worker);
    assert_int_equal(num_made, 2);
    assert_int_equal(num_destroyed, 1);
    assert_true(said.part == 8);
    is_broken = true;
    take(worker);
    assert_true(said.part == 8 && said.part_ended);
    assert_int_equal(num_destroyed, 2);
    is_broken = false;
    take(worker);
    assert_int_equal(num_made, 2); /* not by itself */
    say_together(1, 9);
    take(worker);
    assert_int_equal(num_made, 3);
    assert_true(said.part == 9 && !said.part_ended);
    say_let_go();
    take(worker);
    assert_true(said.part == 0);
    assert_int_equal(num_destroyed, 3);
    say_together(1, 10);
    take(worker);
    num_nodes = 1;
    finish(worker); /* which ends it, too */
    assert_int_equal(num_destroyed, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_backend_is_no_work),
        cmocka_unit_test(the_first_node_drives),
        cmocka_unit_test(another_node_has_a_part),
        cmocka_unit_test(a_silent_backend_is_given_up_when_the_job_says),
        cmocka_unit_test(a_load_is_not_silence),
        cmocka_unit_test(else_by_what_was_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
