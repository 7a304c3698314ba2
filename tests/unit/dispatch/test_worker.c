/*
 * One worker against a script of messages, with a backend that answers all it
 * has when it is told to.
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

#include <cmocka.h>

enum { TAG = 5, NUM_UNITS = 8, ROOM = 3 };

/* ---- a backend that takes ROOM requests and keeps them for a while */

static int num_taken;
static struct hash128 taken[ROOM];
static bool is_answering;

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
    (void)err;
    if (!is_answering || num_taken == 0)
        return 0;
    *out = (struct reply){ .unit = taken[--num_taken] };
    reply_set_text(out, "yes", 3, FINISH_STOP);
    return 1;
}

static void destroy(struct backend *self)
{
    (void)self;
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
    (void)slot;
    (void)err;
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

static void say_models(void)
{
    char name[] = "m";
    struct model_entry model = { .name = name, .spec = name };
    struct model_list list = { .models = &model, .num = 1 };

    protocol_begin(&next, TAG);
    protocol_put_models(&next, &list);
    next_type = MSG_MODELS;
}

static void say_lease(void)
{
    char word[] = "a";
    struct chat_message message = { .role = word, .text = word };
    struct lease_entry entries[NUM_UNITS];
    struct lease lease = { .epoch = 1, .entries = entries, .num = NUM_UNITS };

    for (uint64_t i = 0; i < NUM_UNITS; i++) {
        entries[i] = (struct lease_entry){
            .attempt = 1,
            .request = { .unit = { .high = 1, .low = i },
                         .kind = REQUEST_CHAT,
                         .task = word,
                         .messages = &message,
                         .num_messages = 1 },
        };
    }
    protocol_begin(&next, TAG);
    protocol_put_lease(&next, &lease);
    next_type = MSG_LEASE;
}

/* A step that says it did something is followed by another at once: a worker
 * whose backend is full must not say so, or it takes a core from its model. */
static void a_full_backend_is_no_work(void **state)
{
    struct transport transport = { .ops = &script_ops, .rank = 1, .size = 2 };
    struct worker_params params;
    struct worker *worker;

    (void)state;
    clock_simulate(true, 1000);
    worker_params_defaults(&params);
    params.transport = &transport;
    params.tag = TAG;
    params.make = make;
    worker = worker_create(&params);
    say_models();
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    say_lease();
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_int_equal(num_taken, ROOM);
    for (int i = 0; i < 10; i++)
        assert_int_equal(worker_step(worker, 5, NULL), 0);
    is_answering = true;
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_int_equal(num_messages, 1); /* of one step, so in one message */
    assert_int_equal(num_results, ROOM);
    assert_int_equal(worker_step(worker, 5, NULL), 1);
    assert_int_equal(num_messages, 2);
    assert_int_equal(num_results, 2 * ROOM);
    worker_destroy(worker);
    text_release(&next);
    clock_simulate(false, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_backend_is_no_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
