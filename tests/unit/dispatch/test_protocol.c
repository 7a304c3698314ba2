/* Messages: what goes in comes out; torn and foreign bytes are refused. */
#include "base/mem.h"
#include "base/text.h"
#include "dispatch/protocol.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TAG = 5 };

/* Not linked here: dispatch only names it as a default. */
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err)
{
    (void)spec;
    (void)slot;
    (void)err;
    return NULL;
}

static void put_lease(struct text *out)
{
    struct chat_message message = { mem_text("user"), mem_text("hi") };
    struct lease_entry entries[2] = {
        { .attempt = 2, .alone = true },
        { .attempt = 1 },
    };
    struct lease lease = {
        .epoch = 9,
        .model = 3,
        .entries = entries,
        .num = 2,
    };

    for (size_t i = 0; i < 2; i++) {
        entries[i].request = (struct request){
            .unit = { 1, i },
            .kind = REQUEST_CHAT,
            .task = mem_text("a/b"),
            .messages = &message,
            .num_messages = 1,
        };
    }
    protocol_begin(out, TAG);
    protocol_put_lease(out, &lease);
    for (size_t i = 0; i < 2; i++)
        free(entries[i].request.task);
    free(message.role);
    free(message.text);
}

static void test_a_lease_survives_the_way(void **state)
{
    struct text bytes = { 0 };
    struct buffer in;
    struct lease lease;
    struct error err = { 0 };

    (void)state;
    put_lease(&bytes);
    assert_int_equal(protocol_open(&in, bytes.data, bytes.len, TAG, NULL), 0);
    assert_int_equal(protocol_get_lease(&in, &lease, &err), 0);
    assert_int_equal(lease.epoch, 9);
    assert_int_equal(lease.model, 3);
    assert_int_equal(lease.num, 2);
    assert_int_equal(lease.entries[0].attempt, 2);
    assert_true(lease.entries[0].alone);
    assert_false(lease.entries[1].alone);
    assert_string_equal(lease.entries[1].request.messages[0].text, "hi");
    protocol_release_lease(&lease);
    text_release(&bytes);
}

static void check_refused(const void *bytes,
                          size_t len,
                          uint64_t tag,
                          const char *why)
{
    struct buffer in;
    struct error err = { 0 };

    assert_int_equal(protocol_open(&in, bytes, len, tag, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
}

static void test_another_tag_or_version_is_not_ours(void **state)
{
    struct text bytes = { 0 };

    (void)state;
    put_lease(&bytes);
    check_refused(bytes.data, bytes.len, TAG + 1, "another run");
    check_refused(bytes.data, 7, TAG, "7 bytes");
    check_refused(NULL, 0, TAG, "0 bytes");
    bytes.data[8]++;
    check_refused(bytes.data, bytes.len, TAG, "same build");
    text_release(&bytes);
}

static void test_a_torn_lease_is_refused(void **state)
{
    struct text bytes = { 0 };

    (void)state;
    put_lease(&bytes);
    for (size_t len = 12; len < bytes.len; len++) {
        char *part = mem_copy(bytes.data, len); /* for a checker to see */
        struct lease lease;
        struct buffer in;
        struct error err = { 0 };

        assert_int_equal(protocol_open(&in, part, len, TAG, NULL), 0);
        assert_int_equal(protocol_get_lease(&in, &lease, &err), -1);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_null(lease.entries);
        free(part);
    }
    text_release(&bytes);
}

static void test_heartbeat_and_failure(void **state)
{
    uint32_t epochs[] = { 4, 5 };
    struct heartbeat beat = {
        .instance = 8,
        .promise_ms = 30000,
        .doing = WORKER_LOADING,
        .model = -1,
        .load_s = -1,
        .epochs = epochs,
        .num = 2,
        .start = UINT64_MAX,
        .meet = 65535,
        .part = 3,
        .part_ended = true,
    };
    char why[] = "it broke";
    struct failure failure = {
        .epoch = 4,
        .unit = { 1, 2 },
        .kind = FAILURE_BROKEN,
        .why = why,
    };
    struct text bytes = { 0 };
    struct buffer in;

    (void)state;
    protocol_begin(&bytes, TAG);
    protocol_put_heartbeat(&bytes, &beat);
    beat = (struct heartbeat){ 0 };
    assert_int_equal(protocol_open(&in, bytes.data, bytes.len, TAG, NULL), 0);
    assert_int_equal(protocol_get_heartbeat(&in, &beat, NULL), 0);
    assert_int_equal(beat.model, -1);
    assert_int_equal(beat.num, 2);
    assert_int_equal(beat.epochs[1], 5);
    assert_true(beat.start == UINT64_MAX && beat.meet == 65535);
    assert_true(beat.part == 3 && beat.part_ended);
    free(beat.epochs);

    protocol_begin(&bytes, TAG);
    protocol_put_failure(&bytes, &failure);
    assert_int_equal(protocol_open(&in, bytes.data, bytes.len, TAG, NULL), 0);
    assert_int_equal(protocol_get_failure(&in, &failure, NULL), 0);
    assert_string_equal(failure.why, "it broke");
    free(failure.why);
    bytes.data[12 + 4 + 4 + 16] = NUM_FAILURE_KINDS;
    assert_int_equal(protocol_open(&in, bytes.data, bytes.len, TAG, NULL), 0);
    assert_int_equal(protocol_get_failure(&in, &failure, NULL), -1);
    assert_null(failure.why);
    text_release(&bytes);
}

/* The nodes of a model; the first one is not told of a start, and all others
 * are. */
static void test_together(void **state)
{
    char nodes[] = "node1,node2";
    struct together together = { .model = 1,
                                 .node = 1,
                                 .start = 7,
                                 .meet = 4242,
                                 .num_nodes = 2,
                                 .nodes = nodes };
    struct text bytes = { 0 };
    struct buffer in;

    (void)state;
    protocol_begin(&bytes, TAG);
    protocol_put_together(&bytes, &together);
    together = (struct together){ 0 };
    assert_int_equal(protocol_open(&in, bytes.data, bytes.len, TAG, NULL), 0);
    assert_int_equal(protocol_get_together(&in, &together, NULL), 0);
    assert_int_equal(together.node, 1);
    assert_int_equal(together.meet, 4242);
    assert_string_equal(together.nodes, "node1,node2");
    for (int node = 0; node < 3; node++) {
        struct together odd = together;

        odd.node = (uint32_t)node;
        odd.start = node == 1 ? 0 : 7;
        protocol_begin(&bytes, TAG);
        protocol_put_together(&bytes, &odd);
        assert_int_equal(protocol_open(&in, bytes.data, bytes.len, TAG, NULL),
                         0);
        assert_int_equal(protocol_get_together(&in, &odd, NULL), -1);
        assert_null(odd.nodes);
    }
    free(together.nodes);
    text_release(&bytes);
}

static void test_models_keep_their_limits(void **state)
{
    char name[] = "m";
    char spec[] = "sim:";
    struct model_entry models[2] = { { name, spec, 0, -1, 1, 1, 0 },
                                     { name, spec, 2500, 8, 4, 2, 1536 } };
    struct model_list list = { .models = models, .num = 2 };
    struct text text = { 0 };
    struct buffer in;

    (void)state;
    protocol_begin(&text, TAG);
    protocol_put_models(&text, &list);
    assert_int_equal(protocol_open(&in, text.data, text.len, TAG, NULL), 0);
    assert_int_equal(protocol_get_models(&in, &list, NULL), 0);
    assert_int_equal(list.num, 2);
    assert_string_equal(list.models[1].spec, "sim:");
    assert_int_equal(list.models[0].stuck_ms, 0);
    assert_int_equal(list.models[1].stuck_ms, 2500);
    assert_int_equal(list.models[0].num_devices, -1);
    assert_int_equal(list.models[1].num_devices, 8);
    assert_int_equal(list.models[1].num_ranks, 4);
    assert_int_equal(list.models[1].num_nodes, 2);
    assert_int_equal(list.models[1].max_context, 1536);
    assert_int_equal(list.models[0].max_context, 0);
    protocol_release_models(&list);
    text_release(&text);
}

static void test_a_count_beyond_the_bytes_is_refused(void **state)
{
    struct text bytes = { 0 };
    struct buffer in;
    struct id_list ids;

    (void)state;
    protocol_begin(&bytes, TAG);
    buffer_put_u32(&bytes, UINT32_MAX);
    assert_int_equal(protocol_open(&in, bytes.data, bytes.len, TAG, NULL), 0);
    assert_int_equal(protocol_get_ids(&in, &ids, NULL), -1);
    assert_null(ids.ids);
    text_release(&bytes);
}

static void test_hello_names_its_host(void **state)
{
    struct hello hello = { .instance = 7, .host = "node07" };
    struct hello back;
    struct buffer in;
    struct text out = { 0 };
    char name[HELLO_HOST + 1];

    (void)state;
    protocol_put_hello(&out, &hello);
    buffer_init(&in, out.data, out.len);
    assert_int_equal(protocol_get_hello(&in, &back, NULL), 0);
    assert_string_equal(back.host, "node07");
    assert_int_equal(back.instance, 7);
    /* a name that is too long for the other side */
    memset(name, 'x', HELLO_HOST);
    name[HELLO_HOST] = '\0';
    text_clear(&out);
    buffer_put_u64(&out, 7);
    buffer_put_u32(&out, 1);
    buffer_put_text(&out, name);
    buffer_init(&in, out.data, out.len);
    assert_int_equal(protocol_get_hello(&in, &back, NULL), -1);
    assert_int_equal(back.instance, 0);
    text_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lease_survives_the_way),
        cmocka_unit_test(test_another_tag_or_version_is_not_ours),
        cmocka_unit_test(test_a_torn_lease_is_refused),
        cmocka_unit_test(test_heartbeat_and_failure),
        cmocka_unit_test(test_together),
        cmocka_unit_test(test_hello_names_its_host),
        cmocka_unit_test(test_models_keep_their_limits),
        cmocka_unit_test(test_a_count_beyond_the_bytes_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
