/*
 * Messages that nobody sent: bytes without any sense, real messages that were
 * changed, cut or go to the wrong decoder.  A decoder never crashes, never takes
 * more than the bytes hold, says why it refuses, and what it takes is written
 * again as it came.  A coordinator and a worker that get them go on.
 */
#define FUZZ_ROUNDS 60000

#include "base/log.h"
#include "comm/transport_loop.h"
#include "dispatch/coordinator.h"
#include "dispatch/protocol.h"
#include "dispatch/worker.h"
#include "fuzz.h"
#include "schedule/schedule.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

enum { TAG = 11, MAX_LEN = 400, NUM_UNITS = 4, ROUNDS_OF_PARTIES = 8 };

/* Not linked here: dispatch only names it as a default. */
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err);
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err)
{
    (void)spec;
    (void)slot;
    (void)error_set(err, ERR_USAGE, "no backend here");
    return NULL;
}

/* ---- real messages ---- */

static struct hash128 id_of(size_t unit)
{
    return (struct hash128){ unit * 0x9e3779b97f4a7c15U, unit };
}

static void put_models(struct draws *draws, struct text *out)
{
    char name[] = "a";
    char spec[] = "sim:";
    struct model_entry entries[] = { { name, spec, 0, -1, 1, 1, 0 },
                                     { spec, name, 9, 8, 4, 2, 700 } };
    struct model_list list = { entries, (uint32_t)draw(draws, 3) };

    protocol_put_models(out, &list);
}

static void put_lease(struct draws *draws, struct text *out)
{
    char task[] = "a/b";
    char role[] = "user";
    char text[] = "hello";
    struct chat_message message = { role, text };
    struct lease_entry entries[2] = { { .attempt = 1 }, { .alone = true } };
    struct lease lease = {
        .epoch = (uint32_t)draw(draws, 5),
        .model = (uint32_t)draw(draws, 3),
        .entries = entries,
        .num = (uint32_t)draw(draws, 3),
    };

    for (size_t i = 0; i < 2; i++) {
        entries[i].request = (struct request){
            .unit = id_of(draw(draws, NUM_UNITS)),
            .kind = REQUEST_CHAT,
            .task = task,
            .messages = &message,
            .num_messages = 1,
        };
    }
    protocol_put_lease(out, &lease);
}

static void put_result(struct draws *draws, struct text *out)
{
    struct result result = { .epoch = (uint32_t)draw(draws, 5) };

    result.record.reply.unit = id_of(draw(draws, NUM_UNITS + 1));
    if (one_in(draws, 2))
        reply_set_text(&result.record.reply, "yes", 3, FINISH_STOP);
    protocol_put_result(out, &result);
    record_release(&result.record);
}

static void put_failure(struct draws *draws, struct text *out)
{
    char why[] = "it broke";
    struct failure failure = {
        .epoch = (uint32_t)draw(draws, 5),
        .unit = id_of(draw(draws, NUM_UNITS + 1)),
        .kind = (enum failure_kind)draw(draws, NUM_FAILURE_KINDS),
        .alone = one_in(draws, 2),
        .loading = one_in(draws, 2),
        .why = one_in(draws, 2) ? why : NULL,
    };

    protocol_put_failure(out, &failure);
}

static void put_heartbeat(struct draws *draws, struct text *out)
{
    uint32_t epochs[3] = { 1, 2, 3 };
    struct heartbeat beat = {
        .instance = draw(draws, 3),
        .promise_ms = one_in(draws, 2) ? UINT32_MAX : 1000,
        .doing = (enum worker_doing)draw(draws, NUM_WORKER_DOINGS),
        .model = (int32_t)draw(draws, 4) - 1,
        .load_s = one_in(draws, 3) ? (double)NAN : (double)draw(draws, 9) - 2,
        .epochs = epochs,
        .num = (uint32_t)draw(draws, 4),
        .start = draw(draws, 3),
        .meet = (uint32_t)draw(draws, 65536),
        .part = draw(draws, 3),
        .part_ended = one_in(draws, 2),
    };

    protocol_put_heartbeat(out, &beat);
}

static void put_together(struct draws *draws, struct text *out)
{
    char nodes[] = "node1,node2";
    struct together together = { .model = (uint32_t)draw(draws, 4),
                                 .node = (uint32_t)draw(draws, 2),
                                 .meet = (uint32_t)draw(draws, 65536),
                                 .num_nodes = 2,
                                 .nodes = nodes };

    together.start = together.node > 0 ? 1 + draw(draws, 3) : 0;
    protocol_put_together(out, &together);
}

static void put_ids(struct draws *draws, struct text *out)
{
    struct hash128 ids[3] = { id_of(0), id_of(1), id_of(9) };

    protocol_put_ids(out, ids, draw(draws, 4));
}

static enum message_type put_message(struct draws *draws, struct text *out)
{
    enum message_type type =
        (enum message_type)(1 + draw(draws, NUM_MESSAGE_TYPES - 1));
    struct hello hello = { .instance = draw(draws, 3), .host = "node7" };

    protocol_begin(out, TAG);
    switch (type) {
    case MSG_HELLO:
        protocol_put_hello(out, &hello);
        break;
    case MSG_MODELS:
        put_models(draws, out);
        break;
    case MSG_LEASE:
        put_lease(draws, out);
        break;
    case MSG_RESULT:
        do {
            put_result(draws, out);
        } while (one_in(draws, 2));
        break;
    case MSG_FAILED:
        put_failure(draws, out);
        break;
    case MSG_HEARTBEAT:
        put_heartbeat(draws, out);
        break;
    case MSG_ACK:
    case MSG_CANCEL:
        put_ids(draws, out);
        break;
    case MSG_PULSE:
        protocol_put_pulse(out, (uint32_t)draw(draws, 70000));
        break;
    case MSG_RATE:
        protocol_put_rate(
            out,
            &(struct rate){ .model = 1,
                            .requests = (double)draw(draws, 1000),
                            .tokens = (double)draw(draws, 1000) });
        break;
    case MSG_TOGETHER:
        put_together(draws, out);
        break;
    case MSG_STOP:
    case MSG_LET_GO:
    case MSG_NONE:
    case NUM_MESSAGE_TYPES:
        break;
    }
    return type;
}

static void put_bytes(struct draws *draws, struct text *out)
{
    size_t len = draw(draws, MAX_LEN);

    if (one_in(draws, 2))
        protocol_begin(out, TAG);
    for (size_t i = 0; i < len; i++) {
        char byte =
            (char)(one_in(draws, 2) ? draw(draws, 3) : draw(draws, 256));

        text_add_len(out, &byte, 1);
    }
}

/* A message, changed or not; or none at all. */
static enum message_type put_any(struct draws *draws,
                                 struct text *out,
                                 bool *is_real)
{
    enum message_type type;

    *is_real = false;
    if (one_in(draws, 6)) {
        put_bytes(draws, out);
        return (enum message_type)draw(draws, NUM_MESSAGE_TYPES + 3);
    }
    type = put_message(draws, out);
    *is_real = one_in(draws, 3);
    if (*is_real)
        return type;
    do {
        if (out->len > 0)
            mutate(draws, out);
    } while (one_in(draws, 2));
    return one_in(draws, 4) ? (enum message_type)draw(draws, NUM_MESSAGE_TYPES)
                            : type;
}

/* ---- decoders ---- */

/* Each decodes, and writes what came out. */
static int again_hello(struct buffer *in, struct text *again, struct error *err)
{
    struct hello hello;
    int rc = protocol_get_hello(in, &hello, err);

    if (rc == 0)
        protocol_put_hello(again, &hello);
    return rc;
}

static int again_models(struct buffer *in,
                        struct text *again,
                        struct error *err)
{
    struct model_list models;
    int rc = protocol_get_models(in, &models, err);

    if (rc == 0)
        protocol_put_models(again, &models);
    protocol_release_models(&models);
    return rc;
}

static int again_lease(struct buffer *in, struct text *again, struct error *err)
{
    struct lease lease;
    int rc = protocol_get_lease(in, &lease, err);

    if (rc == 0)
        protocol_put_lease(again, &lease);
    protocol_release_lease(&lease);
    return rc;
}

static int again_results(struct buffer *in,
                         struct text *again,
                         struct error *err)
{
    struct result result;
    int rc;

    do {
        rc = protocol_get_result(in, &result, err);
        if (rc == 0)
            protocol_put_result(again, &result);
        record_release(&result.record);
    } while (rc == 0 && buffer_left(in) > 0);
    return rc;
}

static int again_failure(struct buffer *in,
                         struct text *again,
                         struct error *err)
{
    struct failure failure;
    int rc = protocol_get_failure(in, &failure, err);

    if (rc == 0)
        protocol_put_failure(again, &failure);
    free(failure.why);
    return rc;
}

static int again_heartbeat(struct buffer *in,
                           struct text *again,
                           struct error *err)
{
    struct heartbeat beat;
    int rc = protocol_get_heartbeat(in, &beat, err);

    if (rc == 0)
        protocol_put_heartbeat(again, &beat);
    free(beat.epochs);
    return rc;
}

static int again_ids(struct buffer *in, struct text *again, struct error *err)
{
    struct id_list ids;
    int rc = protocol_get_ids(in, &ids, err);

    if (rc == 0)
        protocol_put_ids(again, ids.ids, ids.num);
    free(ids.ids);
    return rc;
}

static int again_pulse(struct buffer *in, struct text *again, struct error *err)
{
    uint32_t promise_ms;
    int rc = protocol_get_pulse(in, &promise_ms, err);

    if (rc == 0)
        protocol_put_pulse(again, promise_ms);
    return rc;
}

static int again_rate(struct buffer *in, struct text *again, struct error *err)
{
    struct rate rate;
    int rc = protocol_get_rate(in, &rate, err);

    if (rc == 0)
        protocol_put_rate(again, &rate);
    return rc;
}

static int again_together(struct buffer *in,
                          struct text *again,
                          struct error *err)
{
    struct together together;
    int rc = protocol_get_together(in, &together, err);

    if (rc == 0)
        protocol_put_together(again, &together);
    free(together.nodes);
    return rc;
}

static int decode(enum message_type type,
                  struct buffer *in,
                  struct text *again,
                  struct error *err)
{
    switch (type) {
    case MSG_HELLO:
        return again_hello(in, again, err);
    case MSG_MODELS:
        return again_models(in, again, err);
    case MSG_LEASE:
        return again_lease(in, again, err);
    case MSG_RESULT:
        return again_results(in, again, err);
    case MSG_FAILED:
        return again_failure(in, again, err);
    case MSG_HEARTBEAT:
        return again_heartbeat(in, again, err);
    case MSG_ACK:
    case MSG_CANCEL:
        return again_ids(in, again, err);
    case MSG_PULSE:
        return again_pulse(in, again, err);
    case MSG_RATE:
        return again_rate(in, again, err);
    case MSG_TOGETHER:
        return again_together(in, again, err);
    case MSG_STOP:
    case MSG_LET_GO:
    case MSG_NONE:
    case NUM_MESSAGE_TYPES:
        break;
    }
    return error_set(err, ERR_FORMAT, "no body");
}

/* One byte more than a message that was taken. */
static void check_longer(enum message_type type, struct text *bytes)
{
    struct text again = { 0 };
    struct buffer in;

    text_add_len(bytes, "x", 1);
    CHECK(protocol_open(&in, bytes->data, bytes->len, TAG, NULL) == 0);
    CHECK(decode(type, &in, &again, NULL) < 0);
    text_release(&again);
}

static void check_decoders(struct draws *draws)
{
    struct text bytes = { 0 };
    struct text again = { 0 };
    struct error err = { 0 };
    struct buffer in;
    bool is_real;
    enum message_type type = put_any(draws, &bytes, &is_real);
    size_t len = bytes.len;
    char *exact = mem_copy(text_data(&bytes), len); /* for a checker to see */
    int rc = protocol_open(&in, exact, len, TAG, &err);

    /* Tag and version, and nothing else, decide whose it is. */
    protocol_begin(&again, TAG);
    CHECK((rc == 0)
          == (len >= again.len && memcmp(exact, again.data, again.len) == 0));
    if (rc == 0 && type < NUM_MESSAGE_TYPES) {
        rc = decode(type, &in, &again, &err);
        CHECK(rc == 0 || !is_real || type == MSG_STOP || type == MSG_LET_GO
              || type == MSG_FAILED);
        /* A flag that is neither 0 nor 1 comes back as 1, and a text ends at
         * its first NUL. */
        CHECK(rc < 0 || again.len <= len);
        CHECK(rc < 0 || !is_real || memcmp(again.data, exact, len) == 0);
        if (rc == 0 && is_real)
            check_longer(type, &bytes);
    }
    CHECK(rc == 0 || err.code == ERR_FORMAT || type >= NUM_MESSAGE_TYPES);
    CHECK(rc == 0 || err.text[0] != '\0' || type >= NUM_MESSAGE_TYPES);
    free(exact);
    text_release(&bytes);
    text_release(&again);
}

/* ---- both parties ---- */

static struct hash128 work_id(void *self, size_t unit)
{
    (void)self;
    return id_of(unit);
}

static size_t work_find(void *self, struct hash128 id)
{
    (void)self;
    for (size_t i = 0; i < NUM_UNITS; i++) {
        if (hash_equal(id_of(i), id))
            return i;
    }
    return SIZE_MAX;
}

static void work_request(void *self, size_t unit, struct request *out)
{
    (void)self;
    *out = (struct request){ .unit = id_of(unit),
                             .kind = REQUEST_CHAT,
                             .task = mem_text("a/b") };
}

static bool work_is_done(void *self, size_t unit)
{
    (void)self;
    (void)unit;
    return false;
}

struct memory {
    size_t num[NUM_UNITS];
    uint64_t num_records;
};

static int sink_append(void *self,
                       size_t unit,
                       const struct record *record,
                       uint64_t *ticket,
                       struct error *err)
{
    struct memory *memory = self;

    (void)record;
    (void)err;
    CHECK(unit < NUM_UNITS && memory->num[unit]++ == 0);
    *ticket = ++memory->num_records;
    return 0;
}

static int sink_synced(void *self, uint64_t *ticket, struct error *err)
{
    (void)err;
    *ticket = ((struct memory *)self)->num_records;
    return 0;
}

static struct coordinator *make_coordinator(struct transport *transport,
                                            struct schedule *schedule,
                                            struct memory *memory)
{
    static const struct coordinator_model models[] = {
        { .name = "a", .spec = "sim:" },
        { .name = "b", .spec = "sim:", .stuck_ms = 9 }
    };
    struct coordinator_params params;

    coordinator_params_defaults(&params);
    params.transport = transport;
    params.schedule = schedule;
    params.models = models;
    params.num_models = 2;
    params.tag = TAG;
    params.work = (struct work){ .self = memory,
                                 .num_units = NUM_UNITS,
                                 .id = work_id,
                                 .find = work_find,
                                 .request = work_request,
                                 .is_done = work_is_done };
    params.sink = (struct sink){ memory, sink_append, sink_synced };
    return coordinator_create(&params);
}

static struct schedule *make_schedule(void)
{
    static const struct schedule_model models[2] = { { .load_s = 1 } };
    static const uint16_t unit_model[NUM_UNITS] = { 0, 0, 1, 1 };
    static const float unit_cost[NUM_UNITS] = { 1, 1, 1, 1 };
    const struct schedule_params params = {
        .models = models,
        .num_models = 2,
        .num_units = NUM_UNITS,
        .unit_model = unit_model,
        .unit_cost = unit_cost,
        .num_slots = 2,
        .lease_s = 1,
        .max_lease = 4,
    };

    return schedule_create(&params);
}

/* Rank 1 is a worker, rank 2 lies to both. */
static void check_parties(struct draws *draws)
{
    struct loop *loop = loop_create(&(struct loop_params){ .size = 3 });
    struct transport *ends[3];
    struct memory memory = { 0 };
    struct schedule *schedule = make_schedule();
    struct coordinator *coordinator;
    struct worker_params params;
    struct worker *worker;
    struct error err = { 0 };

    for (int i = 0; i < 3; i++)
        ends[i] = transport_loop_create(loop, i);
    coordinator = make_coordinator(ends[0], schedule, &memory);
    worker_params_defaults(&params);
    params.transport = ends[1];
    params.tag = TAG;
    worker = worker_create(&params);
    for (int i = 0; i < 40; i++) {
        struct text bytes = { 0 };
        bool is_real;
        enum message_type type = put_any(draws, &bytes, &is_real);
        /* as rank 0 or as a worker */
        int from = one_in(draws, 2) ? 0 : 2;

        CHECK(ends[from]->ops->send(ends[from],
                                    from == 0 ? 1 : 0,
                                    type,
                                    text_data(&bytes),
                                    bytes.len,
                                    &err)
              == 0);
        text_release(&bytes);
        CHECK(coordinator_step(coordinator, &err) >= 0);
        /* A false pulse may end it, as silence would. */
        if (worker && worker_step(worker, 0, &err) < 0) {
            CHECK(strstr(err.text, "rank 0") != NULL);
            worker_destroy(worker);
            worker = NULL;
        }
        clock_advance_ms((int64_t)draw(draws, 900));
    }
    worker_destroy(worker);
    coordinator_destroy(coordinator);
    schedule_destroy(schedule);
    for (int i = 0; i < 3; i++)
        ends[i]->ops->destroy(ends[i]);
    loop_destroy(loop);
}

void fuzz_set_up(void)
{
    log_set_stderr(LOG_ERROR);
    clock_simulate(true, 1000000);
    fuzz_subject = "protocol";
}

void fuzz_tear_down(void)
{
    clock_simulate(false, 0);
}

void fuzz_round(struct draws *draws)
{
    if (one_in(draws, ROUNDS_OF_PARTIES)) {
        check_parties(draws);
    } else {
        check_decoders(draws);
    }
}
