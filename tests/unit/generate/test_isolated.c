/*
 * A backend in a child process.  Without a program to be that child these tests
 * are skipped.
 */
#include "generate/backend_isolated.h"
#include "tests/unit/generate/asking.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

enum { WAIT_MS = 20000, QUICK_MS = 2000 };

/* Start the program that TRUSTSWEEP names as the child, or skip. */
static void need_program(void)
{
    const char *program = getenv("TRUSTSWEEP");

    if (!program || !file_exists(program))
        skip();
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", program, 1), 0);
}

/* No child is left, dead or alive. */
static void expect_no_child(void)
{
    errno = 0;
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void answers_as_without(void **state)
{
    struct backend *plain;
    struct backend *child;

    (void)state;
    need_program();
    plain = asking_create("sim:seed=5");
    child = asking_create("isolated:sim:seed=5");
    for (uint64_t unit = 0; unit < 12; unit++) {
        struct reply a = asking_text(plain, unit, "So?");
        struct reply b = asking_text(child, unit, "So?");

        assert_int_equal(a.state, b.state);
        assert_int_equal(a.finish, b.finish);
        assert_string_equal(a.text, b.text);
        assert_int_equal(a.reply_tokens, b.reply_tokens);
        reply_release(&a);
        reply_release(&b);
    }
    assert_true(backend_isolated_load_s(child) >= 0);
    assert_true(backend_isolated_load_s(plain) == 0);
    backend_destroy(plain);
    backend_destroy(child);
    expect_no_child();
}

/* More at once than the inner backend takes: the child keeps the rest. */
static void many_at_once(void **state)
{
    enum { NUM = 40 };
    struct backend *child;
    bool seen[NUM] = { false };
    struct error err = { 0 };

    (void)state;
    need_program();
    child = asking_create("isolated:sim:parallel=2");
    for (uint64_t unit = 0; unit < NUM; unit++) {
        struct request request = asking_request(unit, "So?");

        assert_int_equal(child->ops->submit(child, &request, &err), 0);
        request_release(&request);
    }
    for (int i = 0; i < NUM; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(child, WAIT_MS, &reply, &err), 1);
        assert_true(reply.unit.low < NUM);
        assert_false(seen[reply.unit.low]);
        seen[reply.unit.low] = true;
        reply_release(&reply);
    }
    backend_destroy(child);
    expect_no_child();
}

/* What the inner backend refuses for good is a failed reply. */
static void a_refusal_comes_as_a_reply(void **state)
{
    struct backend *child;
    struct request request = asking_request(1, "So?");
    struct reply reply;

    (void)state;
    need_program();
    child = asking_create("isolated:sim:");
    request.kind = REQUEST_EMBED;
    reply = asking_ask(child, &request);
    assert_int_equal(reply.state, STATE_FAILED);
    assert_non_null(strstr(reply.detail, "text only"));
    reply_release(&reply);
    request_release(&request);
    backend_destroy(child);
}

static void a_cancelled_one_does_not_come(void **state)
{
    struct backend *child;
    struct request request = asking_request(1, "So?");
    struct reply reply = { 0 };
    struct error err = { 0 };

    (void)state;
    need_program();
    child = asking_create("isolated:sim:sleep=true,tokens_per_s=50");
    assert_int_equal(child->ops->submit(child, &request, &err), 0);
    assert_int_equal(child->ops->cancel(child, request.unit), 0);
    assert_int_equal(asking_wait(child, 600, &reply, &err), 0);
    request_release(&request);
    backend_destroy(child);
}

/* Replies until the backend breaks; the error is left in `err`. */
static int count_replies(struct backend *child, struct error *err)
{
    int num = 0;
    int rc = 1;

    while (rc == 1) {
        struct reply reply = { 0 };

        rc = asking_wait(child, WAIT_MS, &reply, err);
        num += rc == 1;
        reply_release(&reply);
    }
    assert_int_equal(rc, -1);
    return num;
}

static void a_death_is_told_with_its_signal(void **state)
{
    struct backend *child;
    struct request request = asking_request(9, "So?");
    struct error err = { 0 };

    (void)state;
    need_program();
    child = asking_create("isolated:fault:kill-after=2:sim:");
    for (uint64_t unit = 0; unit < 2; unit++) {
        struct reply reply = asking_text(child, unit, "So?");

        assert_true(state_has_text(reply.state));
        reply_release(&reply);
    }
    assert_int_equal(child->ops->submit(child, &request, &err), 0);
    assert_int_equal(count_replies(child, &err), 0);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "signal 9"));
    request_release(&request);
    backend_destroy(child);
    expect_no_child();
}

/* Replies that were finished before it died are not lost with it. */
static void what_was_ready_before_a_death_arrives(void **state)
{
    struct backend *child;
    struct error err = { 0 };

    (void)state;
    need_program();
    child = asking_create("isolated:fault:kill-after=2:sim:");
    for (uint64_t unit = 0; unit < 4; unit++) {
        struct request request = asking_request(unit, "So?");

        assert_int_equal(child->ops->submit(child, &request, &err), 0);
        request_release(&request);
    }
    assert_int_equal(count_replies(child, &err), 2);
    assert_non_null(strstr(err.text, "signal 9"));
    backend_destroy(child);
    expect_no_child();
}

static void expect_reason(const char *spec, enum error_code code, bool busy)
{
    struct backend *child = asking_create(spec);
    struct error err = { 0 };

    for (uint64_t unit = 0; busy && unit < 30; unit++) {
        struct request request = asking_request(unit, "So?");

        assert_int_equal(child->ops->submit(child, &request, &err), 0);
        request_release(&request);
        clock_sleep_ms(1);
    }
    assert_int_equal(count_replies(child, &err), 0);
    if (!strstr(err.text, "/nowhere/at/all"))
        print_error("'%s'\n", err.text);
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
    backend_destroy(child);
    expect_no_child();
}

static void the_reason_of_a_failed_create_is_told(void **state)
{
    (void)state;
    need_program();
    expect_reason("isolated:replay:/nowhere/at/all", ERR_IO, false);
    for (int i = 0; i < 5; i++)
        expect_reason("isolated:replay:/nowhere/at/all", ERR_IO, true);
}

/* A hang in the child is no hang of the rank. */
static void destroy_does_not_wait_for_work(void **state)
{
    static const char *const specs[] = {
        "isolated:sim:sleep=true,tokens_per_s=0.01",
        "isolated:fault:slow-ms=60000:sim:",
        "isolated:fault:hang-after=0:sim:",
    };

    (void)state;
    need_program();
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        struct backend *child = asking_create(specs[i]);
        struct request request = asking_request(1, "So?");
        struct reply reply = { 0 };
        struct error err = { 0 };
        int64_t began;

        assert_int_equal(child->ops->submit(child, &request, &err), 0);
        assert_int_equal(asking_wait(child, 300, &reply, &err), 0);
        began = clock_ms();
        backend_destroy(child);
        assert_true(clock_ms() - began < QUICK_MS);
        expect_no_child();
        request_release(&request);
    }
}

static void destroy_at_once_leaves_nothing(void **state)
{
    (void)state;
    need_program();
    for (int i = 0; i < 3; i++)
        backend_destroy(asking_create("isolated:sim:"));
    expect_no_child();
}

static void a_program_that_is_none_is_told(void **state)
{
    struct backend *child;
    struct error err = { 0 };

    (void)state;
    assert_int_equal(setenv("TRUSTSWEEP_PROGRAM", "/nowhere/at/all", 1), 0);
    child = asking_create("isolated:sim:");
    assert_int_equal(count_replies(child, &err), 0);
    assert_non_null(strstr(err.text, "status 127"));
    backend_destroy(child);
    expect_no_child();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_as_without),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(a_refusal_comes_as_a_reply),
        cmocka_unit_test(a_cancelled_one_does_not_come),
        cmocka_unit_test(a_death_is_told_with_its_signal),
        cmocka_unit_test(what_was_ready_before_a_death_arrives),
        cmocka_unit_test(the_reason_of_a_failed_create_is_told),
        cmocka_unit_test(destroy_does_not_wait_for_work),
        cmocka_unit_test(destroy_at_once_leaves_nothing),
        cmocka_unit_test(a_program_that_is_none_is_told),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
