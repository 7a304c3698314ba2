/* Values as bytes: every field comes back, and no bytes do harm. */
#include "base/mem.h"
#include "base/random.h"
#include "contract/codec.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One form for the three kinds of value, so that every kind gets every test. */
struct kind {
    const char *name;
    void (*put_full)(struct text *out);
    /* Decode, encode again into `again`, release.  0 or -1. */
    int (*pass)(struct buffer *in, struct text *again, struct error *err);
};

static struct request full_request(void)
{
    struct request request = {
        .unit = { 1, UINT64_MAX },
        .kind = REQUEST_CHOICES,
        .task = mem_text("safety/jailbreak"),
        .item_index = UINT64_MAX - 1,
        .item = { 3, 4 },
        .occurrence = 5,
        .repeat = UINT32_MAX,
        .num_messages = 2,
        .num_choices = 2,
        .sampling = { .max_tokens = INT32_MIN,
                      .thinking_tokens = 8,
                      .temperature = 0.7,
                      .top_p = 0.9,
                      .top_k = -1,
                      .repetition_penalty = 1.1,
                      .seed = UINT64_C(0x8000000000000001) },
    };

    request.messages = mem_alloc(2, sizeof *request.messages);
    request.messages[0] =
        (struct chat_message){ mem_text("system"), mem_text("") };
    request.messages[1] =
        (struct chat_message){ NULL, mem_text("caf\xC3\xA9?") };
    request.choices = mem_alloc(2, sizeof *request.choices);
    request.choices[0] = mem_text("yes");
    request.choices[1] = mem_text("no");
    return request;
}

static struct reply full_reply(void)
{
    static const double values[] = { -0.5, 1e300, 0 };
    struct reply reply = {
        .unit = { 7, 8 },
        .state = STATE_TRUNCATED,
        .finish = FINISH_LENGTH,
        .text = mem_text_len("a\0b", 3),
        .text_len = 3,
        .reasoning = mem_text("because"),
        .reasoning_len = 7,
        .detail = mem_text("slow"),
        .values = mem_copy(values, sizeof values),
        .num_values = 3,
        .recorded = mem_text("{\"eval_res\":1}"),
        .prompt_tokens = 11,
        .cached_tokens = 12,
        .reply_tokens = UINT32_MAX,
        .wait_ns = 14,
        .prefill_ns = 15,
        .decode_ns = UINT64_MAX,
    };

    return reply;
}

static struct record full_record(void)
{
    struct record record = {
        .reply = full_reply(),
        .role = ROLE_TOXICITY,
        .rank = 21,
        .attempt = 22,
        .finished_ms = -23,
        .num_parents = 2,
        .gpu_type = mem_text("a100"),
        .request = mem_text("{}"),
    };

    record.parents = mem_alloc(2, sizeof *record.parents);
    record.parents[0] = (struct hash128){ 24, 25 };
    record.parents[1] = (struct hash128){ 26, 27 };
    return record;
}

static void put_request(struct text *out)
{
    struct request request = full_request();

    codec_put_request(out, &request);
    request_release(&request);
}

static void put_reply(struct text *out)
{
    struct reply reply = full_reply();

    codec_put_reply(out, &reply);
    reply_release(&reply);
}

static void put_record(struct text *out)
{
    struct record record = full_record();

    codec_put_record(out, &record);
    record_release(&record);
}

/* What a failure leaves behind must be all zero. */
static void assert_zero(const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(((const unsigned char *)bytes)[i], 0);
    }
}

static int pass_request(struct buffer *in,
                        struct text *again,
                        struct error *err)
{
    struct request request;

    if (codec_get_request(in, &request, err) < 0) {
        assert_zero(&request, sizeof request);
        return -1;
    }
    codec_put_request(again, &request);
    request_release(&request);
    return 0;
}

static int pass_reply(struct buffer *in, struct text *again, struct error *err)
{
    struct reply reply;

    if (codec_get_reply(in, &reply, err) < 0) {
        assert_zero(&reply, sizeof reply);
        return -1;
    }
    codec_put_reply(again, &reply);
    reply_release(&reply);
    return 0;
}

static int pass_record(struct buffer *in, struct text *again, struct error *err)
{
    struct record record;

    if (codec_get_record(in, &record, err) < 0) {
        assert_zero(&record, sizeof record);
        return -1;
    }
    codec_put_record(again, &record);
    record_release(&record);
    return 0;
}

static const struct kind kinds[] = {
    { "request", put_request, pass_request },
    { "reply", put_reply, pass_reply },
    { "record", put_record, pass_record },
};
enum { NUM_KINDS = sizeof kinds / sizeof kinds[0] };

static void assert_hash(struct hash128 hash, uint64_t high, uint64_t low)
{
    assert_true(hash.high == high);
    assert_true(hash.low == low);
}

static void test_request_fields(void **state)
{
    struct text bytes = { 0 };
    struct buffer in;
    struct request got;

    (void)state;
    put_request(&bytes);
    buffer_init(&in, bytes.data, bytes.len);
    assert_int_equal(codec_get_request(&in, &got, NULL), 0);
    assert_false(buffer_failed(&in));
    assert_hash(got.unit, 1, UINT64_MAX);
    assert_int_equal(got.kind, REQUEST_CHOICES);
    assert_string_equal(got.task, "safety/jailbreak");
    assert_true(got.item_index == UINT64_MAX - 1);
    assert_hash(got.item, 3, 4);
    assert_int_equal(got.occurrence, 5);
    assert_int_equal(got.repeat, UINT32_MAX);
    assert_int_equal(got.num_messages, 2);
    assert_string_equal(got.messages[0].role, "system");
    assert_string_equal(got.messages[0].text, "");
    assert_null(got.messages[1].role);
    assert_string_equal(got.messages[1].text, "caf\xC3\xA9?");
    assert_int_equal(got.num_choices, 2);
    assert_string_equal(got.choices[0], "yes");
    assert_string_equal(got.choices[1], "no");
    assert_int_equal(got.sampling.max_tokens, INT32_MIN);
    assert_int_equal(got.sampling.thinking_tokens, 8);
    assert_true(got.sampling.temperature == 0.7);
    assert_true(got.sampling.top_p == 0.9);
    assert_int_equal(got.sampling.top_k, -1);
    assert_true(got.sampling.repetition_penalty == 1.1);
    assert_true(got.sampling.seed == UINT64_C(0x8000000000000001));
    request_release(&got);
    text_release(&bytes);
}

static void assert_full_reply(const struct reply *got)
{
    assert_hash(got->unit, 7, 8);
    assert_int_equal(got->state, STATE_TRUNCATED);
    assert_int_equal(got->finish, FINISH_LENGTH);
    assert_int_equal(got->text_len, 3);
    assert_memory_equal(got->text, "a\0b", 4);
    assert_int_equal(got->reasoning_len, 7);
    assert_string_equal(got->reasoning, "because");
    assert_string_equal(got->detail, "slow");
    assert_int_equal(got->num_values, 3);
    assert_true(got->values[0] == -0.5);
    assert_true(got->values[1] == 1e300);
    assert_true(got->values[2] == 0);
    assert_string_equal(got->recorded, "{\"eval_res\":1}");
    assert_int_equal(got->prompt_tokens, 11);
    assert_int_equal(got->cached_tokens, 12);
    assert_int_equal(got->reply_tokens, UINT32_MAX);
    assert_int_equal(got->wait_ns, 14);
    assert_int_equal(got->prefill_ns, 15);
    assert_true(got->decode_ns == UINT64_MAX);
}

static void test_record_fields(void **state)
{
    struct text bytes = { 0 };
    struct buffer in;
    struct record got;

    (void)state;
    put_record(&bytes);
    buffer_init(&in, bytes.data, bytes.len);
    assert_int_equal(codec_get_record(&in, &got, NULL), 0);
    assert_false(buffer_failed(&in));
    assert_full_reply(&got.reply);
    assert_int_equal(got.role, ROLE_TOXICITY);
    assert_int_equal(got.rank, 21);
    assert_int_equal(got.attempt, 22);
    assert_int_equal(got.finished_ms, -23);
    assert_int_equal(got.num_parents, 2);
    assert_hash(got.parents[0], 24, 25);
    assert_hash(got.parents[1], 26, 27);
    assert_string_equal(got.request, "{}");
    assert_string_equal(got.gpu_type, "a100");
    record_release(&got);
    text_release(&bytes);
}

/* As journals have it that were begun before there was a GPU's type. */
static void test_record_of_version_1(void **state)
{
    struct text bytes = { 0 };
    struct buffer in;
    struct record got;

    (void)state;
    put_record(&bytes);
    bytes.data[0] = 1;
    bytes.len -= 8 + strlen("a100");
    buffer_init(&in, bytes.data, bytes.len);
    assert_int_equal(codec_get_record(&in, &got, NULL), 0);
    assert_false(buffer_failed(&in));
    assert_string_equal(got.request, "{}");
    assert_null(got.gpu_type);
    record_release(&got);
    text_release(&bytes);
}

/* NULL and "" are two things, for every text that may be missing. */
static void test_nothing_in_it(void **state)
{
    struct record record = { .reply.values = NULL };
    struct request request = { 0 };
    struct text bytes = { 0 };
    struct buffer in;

    (void)state;
    codec_put_record(&bytes, &record);
    codec_put_request(&bytes, &request);
    buffer_init(&in, bytes.data, bytes.len);
    memset(&record, 0xFF, sizeof record);
    memset(&request, 0xFF, sizeof request);
    assert_int_equal(codec_get_record(&in, &record, NULL), 0);
    assert_int_equal(codec_get_request(&in, &request, NULL), 0);
    assert_false(buffer_failed(&in));
    assert_null(record.reply.text);
    assert_null(record.reply.reasoning);
    assert_null(record.reply.detail);
    assert_null(record.reply.values);
    assert_null(record.reply.recorded);
    assert_null(record.parents);
    assert_null(record.request);
    assert_null(record.gpu_type);
    assert_null(request.task);
    assert_null(request.messages);
    assert_null(request.choices);
    text_release(&bytes);
}

static void test_nan_comes_back(void **state)
{
    double values[] = { (double)NAN, -(double)INFINITY };
    struct reply reply = { .values = values, .num_values = 2 };
    struct text bytes = { 0 };
    struct buffer in;
    struct reply got;

    (void)state;
    codec_put_reply(&bytes, &reply);
    buffer_init(&in, bytes.data, bytes.len);
    assert_int_equal(codec_get_reply(&in, &got, NULL), 0);
    assert_true(isnan(got.values[0]));
    assert_true(got.values[1] == -(double)INFINITY);
    reply_release(&got);
    text_release(&bytes);
}

static void test_values_in_a_row(void **state)
{
    struct text bytes = { 0 };
    struct text again = { 0 };
    struct buffer in;

    (void)state;
    for (size_t i = 0; i < NUM_KINDS; i++) {
        kinds[i].put_full(&bytes);
    }
    buffer_init(&in, bytes.data, bytes.len);
    for (size_t i = 0; i < NUM_KINDS; i++) {
        assert_int_equal(kinds[i].pass(&in, &again, NULL), 0);
    }
    assert_false(buffer_failed(&in));
    assert_int_equal(again.len, bytes.len);
    assert_memory_equal(again.data, bytes.data, bytes.len);
    text_release(&again);
    text_release(&bytes);
}

static void test_every_cut_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_KINDS; i++) {
        struct text bytes = { 0 };
        struct text again = { 0 };
        kinds[i].put_full(&bytes);
        for (size_t len = 0; len < bytes.len; len++) {
            struct error err = { 0 };
            struct buffer in;
            char *cut = mem_copy(bytes.data, len);
            buffer_init(&in, cut, len);
            assert_int_equal(kinds[i].pass(&in, &again, &err), -1);
            assert_int_equal(err.code, ERR_FORMAT);
            assert_non_null(strstr(err.text, kinds[i].name));
            free(cut);
        }
        assert_int_equal(again.len, 0);
        text_release(&bytes);
    }
}

/* What still decodes after a flip takes no more bytes than there were: nothing
 * was made up. */
static void test_flipped_bytes_do_no_harm(void **state)
{
    uint64_t seed = 20261124;

    (void)state;
    for (size_t round = 0; round < 30000; round++) {
        const struct kind *kind = &kinds[round % NUM_KINDS];
        struct text bytes = { 0 };
        struct text again = { 0 };
        struct buffer in;
        kind->put_full(&bytes);
        uint64_t flips = 1 + random_below(&seed, 4);
        for (uint64_t k = 0; k < flips; k++) {
            size_t at = (size_t)random_below(&seed, bytes.len);
            bytes.data[at] = (char)random_below(&seed, 256);
        }
        buffer_init(&in, bytes.data, bytes.len);
        if (kind->pass(&in, &again, NULL) == 0) {
            assert_in_range(again.len, 1, bytes.len);
        }
        text_release(&again);
        text_release(&bytes);
    }
}

static void test_noise_does_no_harm(void **state)
{
    uint64_t seed = 7;
    unsigned char noise[300];

    (void)state;
    for (size_t round = 0; round < 3000; round++) {
        struct text again = { 0 };
        struct buffer in;
        for (size_t i = 0; i < sizeof noise; i++) {
            /* Small numbers make lengths and counts that fit. */
            noise[i] = (unsigned char)random_below(&seed, round % 2 ? 256 : 2);
        }
        noise[0] = 1;
        buffer_init(&in, noise, sizeof noise);
        (void)kinds[round % NUM_KINDS].pass(&in, &again, NULL);
        text_release(&again);
    }
}

/* A full value with the byte at `at` set to `number` must be refused. */
static void assert_refused(const struct kind *kind,
                           size_t at,
                           unsigned char number,
                           const char *word)
{
    struct text bytes = { 0 };
    struct text again = { 0 };
    struct error err = { 0 };
    struct buffer in;

    kind->put_full(&bytes);
    bytes.data[at] = (char)number;
    buffer_init(&in, bytes.data, bytes.len);
    assert_int_equal(kind->pass(&in, &again, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, word));
    text_release(&again);
    text_release(&bytes);
}

static void test_enums_and_versions(void **state)
{
    struct text reply = { 0 };

    (void)state;
    put_reply(&reply);
    for (size_t i = 0; i < NUM_KINDS; i++) {
        assert_refused(&kinds[i], 0, 0, "version 0");
        assert_refused(&kinds[i], 0, 200, "version 200");
    }
    /* Behind version and unit. */
    assert_refused(&kinds[0], 17, NUM_REQUEST_KINDS, "kind 6");
    assert_refused(&kinds[1], 17, NUM_STATES, "state 12");
    assert_refused(&kinds[1], 18, NUM_FINISH_REASONS, "finish reason 5");
    assert_refused(&kinds[2], 1, 2, "record: reply: unknown version 2");
    assert_refused(&kinds[2], 1 + reply.len, NUM_ROLES, "role 5");
    text_release(&reply);
}

static void test_texts_that_must_be_there(void **state)
{
    struct chat_message message = { 0 };
    char *choice = NULL;
    struct request requests[] = {
        { .messages = &message, .num_messages = 1 },
        { .choices = &choice, .num_choices = 1 },
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct text bytes = { 0 };
        struct text again = { 0 };
        struct error err = { 0 };
        struct buffer in;
        codec_put_request(&bytes, &requests[i]);
        buffer_init(&in, bytes.data, bytes.len);
        assert_int_equal(pass_request(&in, &again, &err), -1);
        assert_non_null(strstr(err.text, "no text in"));
        text_release(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_fields),
        cmocka_unit_test(test_record_fields),
        cmocka_unit_test(test_record_of_version_1),
        cmocka_unit_test(test_nothing_in_it),
        cmocka_unit_test(test_nan_comes_back),
        cmocka_unit_test(test_values_in_a_row),
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_flipped_bytes_do_no_harm),
        cmocka_unit_test(test_noise_does_no_harm),
        cmocka_unit_test(test_enums_and_versions),
        cmocka_unit_test(test_texts_that_must_be_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
