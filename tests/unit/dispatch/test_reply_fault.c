/* What a worker takes for no answer. */
#include "base/mem.h"
#include "dispatch/reply_fault.h"
#include "trustsweep/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct reply answered(const char *text, size_t len)
{
    struct reply reply = { 0 };

    reply_set_text(&reply, text, len, FINISH_STOP);
    return reply;
}

static void good_replies(void **state)
{
    struct reply reply = answered("na\xc3\xafve", 6);
    struct reply failed = { 0 };

    (void)state;
    assert_null(reply_fault(&reply));
    reply_release(&reply);
    /* what a token limit cut is mended before */
    reply = answered("na\xc3", 3);
    assert_null(reply_fault(&reply));
    reply_release(&reply);
    reply_fail(&failed, STATE_FAILED, "why");
    assert_null(reply_fault(&failed));
    reply_release(&failed);
}

static void bytes_are_no_text(void **state)
{
    struct reply reply = answered("text", 4);

    (void)state;
    reply.text[2] = (char)0xff;
    assert_non_null(strstr(reply_fault(&reply), "no UTF-8"));
    reply.text[2] = 'x';
    reply.reasoning = mem_text("\xc0");
    reply.reasoning_len = 1;
    assert_non_null(strstr(reply_fault(&reply), "no UTF-8"));
    reply_release(&reply);
    reply = answered("text", 4);
    reply.detail = mem_text("cut \xc3");
    assert_non_null(strstr(reply_fault(&reply), "no UTF-8"));
    reply.detail[4] = '\0';
    assert_null(reply_fault(&reply));
    reply.recorded = mem_text("{\"served\": \"\xff\"}");
    assert_non_null(strstr(reply_fault(&reply), "no UTF-8"));
    reply_release(&reply);
}

/* What a server or a file says is a line of UTF-8 when it comes in. */
static void a_detail_is_cleaned(void **state)
{
    struct reply reply = { 0 };

    (void)state;
    reply_fail(&reply, STATE_FAILED, "caf\xe9 \xc3\xa9\nnext");
    assert_string_equal(reply.detail, "caf\xef\xbf\xbd \xc3\xa9 next");
    assert_null(reply_fault(&reply));
    /* of its own detail as well */
    reply_fail(&reply, STATE_BLOCKED, reply.detail);
    assert_string_equal(reply.detail, "caf\xef\xbf\xbd \xc3\xa9 next");
    reply_release(&reply);
}

static void states(void **state)
{
    struct reply reply = { .state = STATE_ANSWERED };

    (void)state;
    assert_non_null(strstr(reply_fault(&reply), "without a text"));
    reply.state = STATE_NONE;
    assert_non_null(strstr(reply_fault(&reply), "no state"));
    reply.state = (enum state)(NUM_STATES + 3);
    assert_non_null(strstr(reply_fault(&reply), "no state"));
}

static void too_long(void **state)
{
    struct reply reply = answered("text", 4);

    (void)state;
    reply_release(&reply);
    reply.state = STATE_ANSWERED;
    reply.text = mem_alloc(REPLY_MAX_BYTES + 2, 1);
    memset(reply.text, 'a', REPLY_MAX_BYTES + 1);
    reply.text_len = REPLY_MAX_BYTES;
    assert_null(reply_fault(&reply));
    reply.detail = mem_text("x"); /* all of it counts */
    assert_non_null(strstr(reply_fault(&reply), "MiB"));
    reply_release(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_replies),
        cmocka_unit_test(bytes_are_no_text),
        cmocka_unit_test(a_detail_is_cleaned),
        cmocka_unit_test(states),
        cmocka_unit_test(too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
