/* Names, copies and the small rules of the shared values. */
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/evaluator.h"
#include "trustsweep/record.h"
#include "trustsweep/transport.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_states(void **state)
{
    unsigned with_text = 0;

    (void)state;
    for (unsigned i = 0; i < NUM_STATES; i++) {
        enum state each = (enum state)i;
        assert_true(state_name(each)[0]);
        with_text |= state_has_text(each) ? 1u << i : 0;
    }
    assert_string_equal(state_name(STATE_NO_FINAL), "no_final");
    assert_int_equal(with_text,
                     1u << STATE_ANSWERED | 1u << STATE_TRUNCATED
                         | 1u << STATE_EMPTY);
}

static void test_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NUM_ROLES; i++) {
        assert_true(strlen(role_name((enum role)i)) > 0);
    }
    for (unsigned i = 0; i < NUM_FINISH_REASONS; i++) {
        assert_true(strlen(finish_reason_name((enum finish_reason)i)) > 0);
    }
    assert_string_equal(role_name(ROLE_EMBEDDER), "embedder");
    assert_string_equal(finish_reason_name(FINISH_LENGTH), "length");
    assert_string_equal(profile_name(PROFILE_PAPER), "paper");
    assert_string_equal(profile_name(PROFILE_CORRECTED), "corrected");
}

static void test_seed(void **state)
{
    struct sampling a = { .seed = 1 };
    struct sampling b = { .seed = 2 };
    struct hash128 unit = { 3, 4 };

    (void)state;
    uint32_t seed = sampling_seed(&a, unit);
    a.max_tokens = 99; /* only the job's seed and the unit count */
    assert_int_equal(sampling_seed(&a, unit), seed);
    assert_int_not_equal(sampling_seed(&b, unit), seed);
    assert_int_not_equal(sampling_seed(&a, (struct hash128){ 4, 3 }), seed);
}

static void test_set_text(void **state)
{
    static const struct {
        const char *text;
        enum finish_reason finish;
        enum state state;
        const char *kept;
    } rows[] = {
        { "yes", FINISH_STOP, STATE_ANSWERED, "yes" },
        { "yes", FINISH_NONE, STATE_ANSWERED, "yes" },
        { "yes", FINISH_LENGTH, STATE_TRUNCATED, "yes" },
        { "", FINISH_STOP, STATE_EMPTY, "" },
        { "", FINISH_LENGTH, STATE_EMPTY, "" },
        { " \n\t", FINISH_LENGTH, STATE_EMPTY, " \n\t" },
        { "\x1c\xe3\x80\x80", FINISH_STOP, STATE_EMPTY, "\x1c\xe3\x80\x80" },
        { " .", FINISH_STOP, STATE_ANSWERED, " ." },
        { "cut \xE2\x82",
          FINISH_LENGTH,
          STATE_TRUNCATED,
          "cut \xEF\xBF\xBD\xEF\xBF\xBD" },
    };
    struct reply reply = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reply_set_text(&reply,
                       rows[i].text,
                       strlen(rows[i].text),
                       rows[i].finish);
        assert_int_equal(reply.state, rows[i].state);
        assert_int_equal(reply.finish, rows[i].finish);
        assert_string_equal(reply.text, rows[i].kept);
        assert_int_equal(reply.text_len, strlen(rows[i].kept));
    }
    reply_release(&reply);
}

static void test_fail(void **state)
{
    struct reply reply = { 0 };

    (void)state;
    reply_set_text(&reply, "half", 4, FINISH_STOP);
    reply_fail(&reply, STATE_FAILED, "HTTP 500\r\nbody");
    assert_int_equal(reply.state, STATE_FAILED);
    assert_int_equal(reply.finish, FINISH_ERROR);
    assert_string_equal(reply.detail, "HTTP 500  body");
    assert_null(reply.text);
    assert_int_equal(reply.text_len, 0);
    reply_fail(&reply, STATE_BLOCKED, reply.detail);
    assert_string_equal(reply.detail, "HTTP 500  body");
    struct verdict verdict = verdict_none(&reply);
    assert_int_equal(verdict.state, STATE_BLOCKED);
    assert_int_equal(verdict.label, LABEL_NONE);
    assert_true(isnan(verdict.value));
    reply_fail(&reply, STATE_FAILED, NULL);
    assert_null(reply.detail);
    reply_release(&reply);
}

/* A copy is equal and shares nothing: releasing both is the proof (ASan). */
static void test_reply_copy(void **state)
{
    double values[] = { 1, 2 };
    struct reply reply = {
        .text = mem_text_len("a\0b", 3),
        .text_len = 3,
        .reasoning = mem_text("r"),
        .reasoning_len = 1,
        .detail = mem_text("d"),
        .recorded = mem_text("{}"),
        .values = mem_copy(values, sizeof values),
        .num_values = 2,
        .decode_ns = 9,
    };
    struct reply empty = { 0 };
    struct reply copy;

    (void)state;
    reply_copy(&copy, &reply);
    reply_release(&reply);
    assert_memory_equal(copy.text, "a\0b", 4);
    assert_string_equal(copy.reasoning, "r");
    assert_string_equal(copy.detail, "d");
    assert_string_equal(copy.recorded, "{}");
    assert_true(copy.values[1] == 2);
    assert_int_equal(copy.decode_ns, 9);
    reply_release(&copy);
    assert_null(copy.text);
    assert_int_equal(copy.num_values, 0);
    reply_copy(&copy, &empty);
    assert_null(copy.text);
    assert_null(copy.values);
    reply_release(&copy);
}

static struct request make_request(void)
{
    struct request request = {
        .task = mem_text("a/b"),
        .messages = mem_alloc(1, sizeof(struct chat_message)),
        .num_messages = 1,
        .choices = mem_alloc(1, sizeof(char *)),
        .num_choices = 1,
        .repeat = 5,
    };

    request.messages[0].role = mem_text("user");
    request.messages[0].text = mem_text("hello");
    request.choices[0] = mem_text("A");
    return request;
}

static void test_request_copy(void **state)
{
    struct request request = make_request();
    struct request empty = { 0 };
    struct request copy;

    (void)state;
    request_copy(&copy, &request);
    request_release(&request);
    assert_string_equal(copy.task, "a/b");
    assert_string_equal(copy.messages[0].role, "user");
    assert_string_equal(copy.messages[0].text, "hello");
    assert_string_equal(copy.choices[0], "A");
    assert_int_equal(copy.repeat, 5);
    request_release(&copy);
    assert_null(copy.messages);
    request_copy(&copy, &empty);
    assert_null(copy.task);
    assert_null(copy.messages);
    request_release(&copy);
}

static void test_releases(void **state)
{
    struct ask_list list = { 0 };
    struct message message = { .bytes = mem_alloc(3, 1), .len = 3 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        list.asks = mem_reserve(list.asks,
                                &list.cap,
                                list.num_asks + 1,
                                sizeof *list.asks);
        list.asks[list.num_asks++] = (struct ask){ .request = make_request() };
    }
    ask_list_release(&list);
    assert_null(list.asks);
    assert_int_equal(list.num_asks, 0);
    ask_list_release(&list);
    message_release(&message);
    assert_null(message.bytes);
    assert_int_equal(message.len, 0);
}

static void test_item_fields(void **state)
{
    static const char bytes[] = "{\"gt-email\":\"x\",\"label\":2,\"no\":null}";
    struct cJSON *entry = json_parse(bytes, sizeof bytes - 1, "t", NULL);
    struct item item = { .entry = entry };

    (void)state;
    assert_non_null(entry);
    assert_string_equal(item_text(&item, "gt-email"), "x");
    assert_null(item_text(&item, "label"));
    assert_null(item_text(&item, "GT-email"));
    assert_null(item_text(&item, "absent"));
    assert_true(item_number(&item, "label") == 2);
    assert_true(isnan(item_number(&item, "gt-email")));
    assert_true(isnan(item_number(&item, "no")));
    json_free(entry);
}

static void test_item_keys(void **state)
{
    static const struct {
        const char *field, *key;
    } cases[] = {
        { "text", "x y" }, { "whole", "2" },   { "real", "-0.5" },
        { "zero", "0" },   { "one", "cou" },   { "one number", "7" },
        { "two", NULL },   { "none", NULL },   { "deep", NULL },
        { "no", NULL },    { "object", NULL }, { "absent", NULL },
        { "flag", NULL },
    };
    static const char bytes[] =
        "{\"text\":\"x y\",\"whole\":2.0,\"real\":-0.5,\"zero\":-0.0,"
        "\"one\":[\"cou\"],\"one number\":[7],\"two\":[\"a\",\"b\"],"
        "\"none\":[],\"deep\":[[\"a\"]],\"no\":null,\"object\":{\"a\":\"b\"},"
        "\"flag\":true}";
    struct cJSON *entry = json_parse(bytes, sizeof bytes - 1, "t", NULL);
    struct item item = { .entry = entry };

    (void)state;
    assert_non_null(entry);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[ITEM_KEY];
        const char *key = item_key(&item, cases[i].field, buf, sizeof buf);

        if (cases[i].key) {
            assert_non_null(key);
            assert_string_equal(key, cases[i].key);
        } else {
            assert_null(key);
        }
    }
    json_free(entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),       cmocka_unit_test(test_names),
        cmocka_unit_test(test_seed),         cmocka_unit_test(test_set_text),
        cmocka_unit_test(test_fail),         cmocka_unit_test(test_reply_copy),
        cmocka_unit_test(test_request_copy), cmocka_unit_test(test_releases),
        cmocka_unit_test(test_item_fields),  cmocka_unit_test(test_item_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
