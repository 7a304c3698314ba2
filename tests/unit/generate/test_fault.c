/* Faults come when they are asked for, and not before. */
#include "tests/unit/generate/asking.h"

#include <signal.h>
#include <sys/wait.h>

static void without_options_it_is_the_inner_one(void **state)
{
    struct backend *plain = asking_create("sim:");
    struct backend *around = asking_create("fault::sim:");

    (void)state;
    for (uint64_t unit = 0; unit < 5; unit++) {
        struct reply a = asking_text(plain, unit, "So?");
        struct reply b = asking_text(around, unit, "So?");

        assert_string_equal(a.text, b.text);
        reply_release(&a);
        reply_release(&b);
    }
    backend_destroy(plain);
    backend_destroy(around);
}

static void facts_are_those_of_the_inner_one(void **state)
{
    struct backend_facts a;
    struct backend_facts b;

    (void)state;
    assert_int_equal(backend_probe("sim:seed=3", &a, NULL), 0);
    assert_int_equal(backend_probe("fault:fail-after=1:sim:seed=3", &b, NULL),
                     0);
    assert_string_equal(a.identity, b.identity);
    assert_int_equal(a.can, b.can);
}

static void fails_after(void **state)
{
    struct backend *backend = asking_create("fault:fail-after=2:sim:");

    (void)state;
    for (uint64_t unit = 0; unit < 5; unit++) {
        struct reply reply = asking_text(backend, unit, "So?");

        assert_int_equal(reply.state == STATE_FAILED, unit >= 2);
        if (unit >= 2) {
            assert_null(reply.text);
            assert_non_null(strstr(reply.detail, "on purpose"));
        }
        reply_release(&reply);
    }
    backend_destroy(backend);
}

static void garbage_after(void **state)
{
    struct backend *backend = asking_create("fault:garbage-after=1:sim:");

    (void)state;
    for (uint64_t unit = 0; unit < 3; unit++) {
        struct reply reply = asking_text(backend, unit, "So?");
        size_t valid = text_valid_utf8(reply.text, reply.text_len);

        assert_int_equal(valid == reply.text_len, unit < 1);
        reply_release(&reply);
    }
    backend_destroy(backend);
}

static void breaks_after(void **state)
{
    struct backend *backend = asking_create("fault:break-after=1:sim:");
    struct request request = asking_request(2, "So?");
    struct reply reply = asking_text(backend, 1, "So?");
    struct error err = { 0 };

    (void)state;
    reply_release(&reply);
    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, 1000, &reply, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_null(reply.text);
    request_release(&request);
    backend_destroy(backend);
}

static void hangs_after(void **state)
{
    struct backend *backend = asking_create("fault:hang-after=1:sim:");
    struct request request = asking_request(2, "So?");
    struct reply reply = asking_text(backend, 1, "So?");
    struct error err = { 0 };

    (void)state;
    reply_release(&reply);
    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, 50, &reply, &err), 0);
    request_release(&request);
    backend_destroy(backend);
}

static void is_slow(void **state)
{
    struct backend *backend = asking_create("fault:slow-ms=30:sim:");
    int64_t began = clock_ms();
    struct reply reply = asking_text(backend, 1, "So?");

    (void)state;
    assert_true(clock_ms() - began >= 29);
    reply_release(&reply);
    backend_destroy(backend);
}

/* In a process that may die. */
static void kills_after(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        struct backend *backend = asking_create("fault:kill-after=1:sim:");
        struct reply reply = asking_text(backend, 1, "So?");

        reply_release(&reply);
        reply = asking_text(backend, 2, "So?");
        _exit(5);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

/* The order of the units that come back for 12 asked at once. */
static void order_of(const char *spec, uint64_t order[12])
{
    struct backend *backend = asking_create(spec);
    struct backend *plain = asking_create("sim:");
    struct error err = { 0 };

    for (uint64_t unit = 0; unit < 12; unit++) {
        struct request request = asking_request(unit, "So?");

        assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
        request_release(&request);
    }
    for (size_t i = 0; i < 12; i++) {
        struct reply reply = { 0 };
        struct reply same;

        assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err),
                         1);
        order[i] = reply.unit.low;
        same = asking_text(plain, reply.unit.low, "So?");
        assert_string_equal(reply.text, same.text);
        reply_release(&reply);
        reply_release(&same);
    }
    backend_destroy(backend);
    backend_destroy(plain);
}

/* Each reply once, in an order of the seed; texts stay with their units. */
static void shuffles_replies(void **state)
{
    uint64_t orders[4][12];
    unsigned seen = 0;

    (void)state;
    order_of("fault::sim:parallel=12", orders[0]);
    order_of("fault:shuffle=1:sim:parallel=12", orders[1]);
    order_of("fault:shuffle=1:sim:parallel=12", orders[2]);
    order_of("fault:shuffle=2:sim:parallel=12", orders[3]);
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(orders[0][i], i);
        assert_int_equal(orders[1][i], orders[2][i]);
        seen |= 1U << orders[1][i];
    }
    assert_int_equal(seen, (1U << 12) - 1);
    assert_memory_not_equal(orders[0], orders[1], sizeof orders[0]);
    assert_memory_not_equal(orders[1], orders[3], sizeof orders[0]);
}

/* What is cancelled or left behind while it is held back. */
static void shuffle_holds_nothing_back(void **state)
{
    struct backend *backend = asking_create("fault:shuffle=1:sim:parallel=12");
    struct error err = { 0 };
    struct reply reply = { 0 };

    (void)state;
    for (uint64_t unit = 0; unit < 12; unit++) {
        struct request request = asking_request(unit, "So?");

        assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
        request_release(&request);
    }
    assert_int_equal(backend->ops->step(backend, 0, &reply, &err), 1);
    for (uint64_t unit = 0; unit < 8; unit++) {
        assert_int_equal(
            backend->ops->cancel(backend, (struct hash128){ 7, unit }),
            0);
    }
    reply_release(&reply);
    assert_int_equal(backend->ops->step(backend, 0, &reply, &err), 1);
    assert_in_range(reply.unit.low, 8, 11);
    reply_release(&reply);
    backend_destroy(backend);
}

static void refuses_what_it_does_not_know(void **state)
{
    struct error err = { 0 };

    (void)state;
    assert_null(backend_create("fault:kill-afer=1:sim:", NULL, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_null(backend_create("fault:kill-after=x:sim:", NULL, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_null(backend_create("fault:kill-after=1", NULL, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_null(backend_create("fault:kill-after=1:simm:", NULL, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "'sim'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_it_is_the_inner_one),
        cmocka_unit_test(facts_are_those_of_the_inner_one),
        cmocka_unit_test(fails_after),
        cmocka_unit_test(garbage_after),
        cmocka_unit_test(breaks_after),
        cmocka_unit_test(hangs_after),
        cmocka_unit_test(is_slow),
        cmocka_unit_test(kills_after),
        cmocka_unit_test(shuffles_replies),
        cmocka_unit_test(shuffle_holds_nothing_back),
        cmocka_unit_test(refuses_what_it_does_not_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
