/* Made-up replies and faults on purpose: repeatable, and on a virtual clock. */
#include "tests/unit/generate/asking.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>

static void test_text_follows_unit_and_seeds(void **state)
{
    struct backend *one = asking_create("sim:");
    struct backend *two = asking_create("sim:seed=1");
    size_t num_by_unit = 0;
    size_t num_by_seed = 0;

    (void)state;
    for (uint64_t unit = 0; unit < 50; unit++) {
        struct reply a = asking_text(one, unit, "x");
        struct reply same = asking_text(one, unit, "x");
        struct reply next = asking_text(one, unit + 1, "x");
        struct reply other = asking_text(two, unit, "x");

        assert_string_equal(a.text, same.text);
        num_by_unit += strcmp(a.text, next.text) != 0;
        num_by_seed += strcmp(a.text, other.text) != 0;
        reply_release(&a);
        reply_release(&same);
        reply_release(&next);
        reply_release(&other);
    }
    assert_true(num_by_unit > 45);
    assert_true(num_by_seed > 45);
    backend_destroy(one);
    backend_destroy(two);
}

/* Median and spread are those asked for; a limit cuts and is said. */
static void test_lengths(void **state)
{
    enum { NUM = 2000 };
    struct backend *sim = asking_create("sim:reply_tokens=40,reply_spread=0.5");
    size_t num_below = 0;
    double sum = 0;
    double squares = 0;

    (void)state;
    for (uint64_t unit = 0; unit < NUM; unit++) {
        struct request request = asking_request(unit, "x");
        struct reply reply;
        double length;

        request.sampling.max_tokens = 100000;
        reply = asking_ask(sim, &request);
        length = log(reply.reply_tokens);
        num_below += reply.reply_tokens < 40;
        sum += length;
        squares += length * length;
        assert_int_equal(reply.finish, FINISH_STOP);
        request_release(&request);
        reply_release(&reply);
    }
    assert_true((double)num_below > NUM * 0.45
                && (double)num_below < NUM * 0.55);
    assert_true(fabs(sqrt(squares / NUM - sum / NUM * sum / NUM) - 0.5) < 0.05);
    backend_destroy(sim);
}

static void test_limit_and_fixed_answer(void **state)
{
    struct backend *sim = asking_create("sim:reply_tokens=400,reply_spread=0");
    struct reply reply = asking_text(sim, 1, "x");

    (void)state;
    assert_int_equal(reply.reply_tokens, 16);
    assert_int_equal(reply.finish, FINISH_LENGTH);
    assert_int_equal(reply.state, STATE_TRUNCATED);
    reply_release(&reply);
    backend_destroy(sim);
    sim = asking_create("sim:answer=No\\, never");
    reply = asking_text(sim, 1, "x");
    assert_string_equal(reply.text, "No, never");
    reply_release(&reply);
    backend_destroy(sim);
}

static void test_identity_leaves_speed_out(void **state)
{
    static const char *const specs[] = {
        "sim:",         "sim:tokens_per_s=5,sleep=true",
        "sim:seed=2",   "sim:reply_tokens=9",
        "sim:answer=a", "sim:answer=b"
    };
    struct backend_facts facts[ARRAY_LEN(specs)];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(specs); i++)
        assert_int_equal(backend_probe(specs[i], &facts[i], NULL), 0);
    assert_string_equal(facts[0].identity, facts[1].identity);
    assert_true(facts[1].tokens_per_s == 20);
    for (size_t i = 2; i < ARRAY_LEN(specs); i++) {
        for (size_t j = 1; j < i; j++)
            assert_string_not_equal(facts[i].identity, facts[j].identity);
    }
}

/* 10 s to load, 16 tokens at 4 a second: nothing before 14 s have passed. */
static void test_time_is_the_clocks(void **state)
{
    struct request request = asking_request(1, "x");
    struct reply reply = { 0 };
    struct backend *sim;

    (void)state;
    clock_simulate(true, 1000);
    sim = asking_create("sim:load_s=10,tokens_per_s=4,reply_tokens=400,"
                        "reply_spread=0,sleep=true");
    assert_int_equal(sim->ops->submit(sim, &request, NULL), 0);
    clock_advance_ms(13900);
    assert_int_equal(sim->ops->step(sim, 10, &reply, NULL), 0);
    clock_advance_ms(200);
    assert_int_equal(sim->ops->step(sim, 10, &reply, NULL), 1);
    assert_true(reply.decode_ns == 4000000000U);
    reply_release(&reply);
    request_release(&request);
    backend_destroy(sim);
    clock_simulate(false, 0);
}

static void test_faults_that_can_be_seen(void **state)
{
    static const char *const specs[] = { "fault:fail-after=2:sim:",
                                         "fault:garbage-after=2:sim:" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        struct backend *fault = asking_create(specs[i]);

        for (uint64_t unit = 0; unit < 4; unit++) {
            struct reply reply = asking_text(fault, unit, "x");
            bool is_spoilt =
                reply.state == STATE_FAILED
                || text_valid_utf8(reply.text, reply.text_len) < reply.text_len;

            assert_int_equal(is_spoilt, unit >= 2);
            reply_release(&reply);
        }
        backend_destroy(fault);
    }
}

static void test_hang_and_break(void **state)
{
    struct backend *fault = asking_create("fault:hang-after=1:sim:");
    struct reply reply = asking_text(fault, 1, "x");
    struct request request = asking_request(2, "x");
    struct error err = { 0 };

    (void)state;
    reply_release(&reply);
    assert_int_equal(fault->ops->submit(fault, &request, NULL), 0);
    assert_int_equal(asking_wait(fault, 50, &reply, &err), 0);
    backend_destroy(fault);
    fault = asking_create("fault:break-after=0:sim:");
    assert_int_equal(fault->ops->submit(fault, &request, NULL), 0);
    assert_int_equal(asking_wait(fault, 50, &reply, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    backend_destroy(fault);
    request_release(&request);
}

static void test_slow(void **state)
{
    struct backend *fault;
    struct reply reply;

    (void)state;
    clock_simulate(true, 0);
    fault = asking_create("fault:slow-ms=700:sim:");
    reply = asking_text(fault, 1, "x");
    assert_true(clock_ms() >= 700);
    reply_release(&reply);
    backend_destroy(fault);
    clock_simulate(false, 0);
}

/* In a process of its own, which is what dies. */
static void test_kill(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        struct backend *fault =
            backend_create("fault:kill-after=1:sim:", NULL, NULL);

        for (uint64_t unit = 0; unit < 2; unit++) {
            struct request request = asking_request(unit, "x");
            struct reply reply = { 0 };

            (void)fault->ops->submit(fault, &request, NULL);
            (void)fault->ops->step(fault, 1, &reply, NULL);
        }
        _exit(0);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_follows_unit_and_seeds),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_limit_and_fixed_answer),
        cmocka_unit_test(test_identity_leaves_speed_out),
        cmocka_unit_test(test_time_is_the_clocks),
        cmocka_unit_test(test_faults_that_can_be_seen),
        cmocka_unit_test(test_hang_and_break),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
