/*
 * Servers that do not come up, die, hold on or leave children; ranks and guards
 * that are killed; ports that others have.  Nothing is left of any of them.
 */
#define _GNU_SOURCE /* SO_REUSEPORT */
#include "base/unfinished.h"
#include "generate/server/server_guard.h"
#include "generate/server/server_port.h"
#include "generate/server/server_process.h"
#include "tests/unit/generate/model_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void one_that_dies_at_its_start(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    struct error err;

    (void)state;
    write_recipe(&place, at_port, "die-at-start", "");
    backend = create(&place, "");
    err = expect_broken(backend, "ended with status 3");
    assert_non_null(strstr(err.text, "no GPU was found"));
    assert_true(backend_load_s(backend) < 0); /* a failed load */
    backend_destroy(backend);
    write_text(place.recipe, "{\"command\": [\"no-such-server\", \"{port}\"]}");
    backend = create(&place, "");
    err = expect_broken(backend, "did not start");
    assert_non_null(strstr(err.text, "no-such-server: there is no such"));
    backend_destroy(backend);
    expect_none(&place, 1, 0);
    close_place(&place);
}

/* The next backend is another server; its key is not in what is told. */
static void one_that_dies_in_the_middle(void **state)
{
    struct place place = open_place();

    (void)state;
    write_recipe(&place, at_port, "die-after=2", key_env);
    for (int i = 0; i < 2; i++) {
        struct backend *backend = create(&place, "");
        struct error err;

        expect_answer(backend, "one");
        expect_answer(backend, "two");
        err = expect_broken(backend, "ended with status 9");
        assert_non_null(strstr(err.text, "fell off the bus, key ****"));
        backend_destroy(backend);
    }
    expect_none(&place, 2, 0);
    close_place(&place);
}

/* Its last words are cut in the middle of its key: no part of that is told. */
static void one_that_tells_its_key(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    struct cJSON *report;
    struct error err;
    const char *key;

    (void)state;
    write_recipe(&place, at_port, "die-telling", key_env);
    backend = create(&place, "");
    expect_answer(backend, "one");
    report = read_report(&place);
    key = json_member_text(json_member(report, "env"), "MODEL_SERVER_KEY");
    err = expect_broken(backend, "it said last: **");
    assert_null(strstr(err.text, key + strlen(key) - 4));
    json_free(report);
    backend_destroy(backend);
    close_place(&place);
}

/* Whether it came as far as to say who it is in so many seconds; a busy machine
 * may take longer to begin it. */
static bool is_never_well(const struct place *place, int start_s)
{
    const int64_t began = clock_ms();
    char *more = text_format(",start_s=%d", start_s);
    char *why = text_format("not ready after start_s=%d", start_s);
    struct backend *backend = create(place, more);
    int64_t *pids;
    size_t num;

    (void)expect_broken(backend, why);
    assert_true(clock_ms() - began >= start_s * 1000);
    backend_destroy(backend);
    num = read_pids(place, &pids);
    free(pids);
    free(why);
    free(more);
    return num > 0;
}

static void one_that_is_never_well(void **state)
{
    struct place place = open_place();

    (void)state;
    write_recipe(&place, at_port, "never", "");
    if (!is_never_well(&place, 2) && !is_never_well(&place, 8))
        assert_true(is_never_well(&place, 32));
    expect_none(&place, 1, 0);
    close_place(&place);
}

/* 10 MB of log: it is not held up, and the end of it is told. */
static void one_that_talks(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    struct error err;
    int64_t *pids;

    (void)state;
    write_recipe(&place, at_socket, "noisy", "");
    backend = create(&place, "");
    expect_answer(backend, "p");
    assert_int_equal(read_pids(&place, &pids), 1);
    assert_int_equal(kill((pid_t)pids[0], SIGKILL), 0);
    free(pids);
    err = expect_broken(backend, "died of signal 9");
    assert_non_null(strstr(err.text, "|this was the last line"));
    backend_destroy(backend);
    close_place(&place);
}

static void one_that_will_not_end(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    int64_t began;

    (void)state;
    write_recipe(&place, at_socket, "stubborn", "");
    backend = create(&place, "");
    expect_answer(backend, "p");
    began = clock_ms();
    backend_destroy(backend);
    assert_true(clock_ms() - began >= SERVER_GUARD_GRACE_MS);
    assert_true(clock_ms() - began < SERVER_GUARD_GRACE_MS + SOON_MS);
    expect_none(&place, 1, 0);
    close_place(&place);
}

/* A child in its group and one in another session, that ignores TERM. */
static void one_with_a_family(void **state)
{
    struct place place = open_place();
    struct backend *backend;

    (void)state;
    write_recipe(&place, at_socket, "family", "");
    backend = create(&place, "");
    expect_answer(backend, "p");
    backend_destroy(backend);
    expect_none(&place, 3, 0);
    close_place(&place);
}

/* The whole rank is killed: its server and all of that's children end. */
static void a_rank_that_is_killed(void **state)
{
    struct place place = open_place();
    char byte;
    int ends[2];
    pid_t rank;

    (void)state;
    write_recipe(&place, at_socket, "family", "");
    assert_int_equal(pipe(ends), 0);
    rank = fork();
    if (rank == 0) {
        struct backend *backend = create(&place, "");
        struct reply reply = asking_text(backend, 3, "p");

        (void)!write(ends[1], reply.text, 1);
        for (;;)
            (void)pause();
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(kill(rank, SIGKILL), 0);
    assert_int_equal(waitpid(rank, NULL, 0), rank);
    expect_none(&place, 3, SERVER_GUARD_GRACE_MS + SOON_MS);
    (void)close(ends[0]);
    (void)close(ends[1]);
    for (int i = 0; i < 100; i++) { /* the guard, with its folder */
        struct name_list names = { 0 };
        bool is_empty =
            file_list(getenv("TMPDIR"), &names, NULL) == 0 && names.num == 0;

        name_list_release(&names);
        if (is_empty)
            break;
        clock_sleep_ms(50);
    }
    close_place(&place);
}

static void a_guard_that_is_killed(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    int64_t *family;
    size_t num;

    (void)state;
    write_recipe(&place, at_socket, "", "");
    backend = create(&place, "");
    expect_answer(backend, "p");
    num = process_family(getpid(), &family);
    assert_int_equal(num, 2);
    /* the elder is the guard */
    assert_int_equal(
        kill((pid_t)(family[0] < family[1] ? family[0] : family[1]), SIGKILL),
        0);
    free(family);
    expect_none(&place, 1, SOON_MS);
    (void)expect_broken(backend, "its guard was killed");
    backend_destroy(backend);
    close_place(&place);
}

/* A listener of this process, at the last number of 127.0.0.x and at *port; 0
 * there: any that is free. */
static int listen_on(int host, bool is_shared, int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    struct sockaddr *general = (struct sockaddr *)&address;
    socklen_t len = sizeof address;
    const int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + (uint32_t)host);
    address.sin_port = htons((uint16_t)*port);
    if (is_shared) {
        assert_int_equal(
            setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes),
            0);
    }
    assert_int_equal(bind(fd, general, len), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, general, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static int listen_at(int *port)
{
    *port = 0;
    return listen_on(1, false, port);
}

/* A process of its own that has taken over a listener. */
static pid_t give_away(int fd)
{
    const pid_t other = fork();

    if (other == 0) {
        (void)alarm(WAIT_MS / 1000); /* whatever becomes of the test */
        for (;;)
            (void)pause();
    }
    (void)close(fd);
    return other;
}

static void end(pid_t other)
{
    assert_int_equal(kill(other, SIGKILL), 0);
    assert_int_equal(waitpid(other, NULL, 0), other);
}

static size_t num_temporary(void)
{
    struct name_list names = { 0 };
    size_t num;

    assert_int_equal(file_list(getenv("TMPDIR"), &names, NULL), 0);
    num = names.num;
    name_list_release(&names);
    return num;
}

/* A rank that dies of a signal when a server's folder, with its key, is there
 * and its guard is not; `more` servers are begun and given up before, more than
 * the list of what is unfinished has places. */
static void become_a_rank_of(int more)
{
    char *folder;
    char *key;

    unfinished_watch();
    for (int i = 0; i < more; i++) {
        folder = server_process_folder(NULL);
        server_process_abandon(folder);
        free(folder);
    }
    folder = server_process_folder(NULL);
    key = path_join(folder, SERVER_GUARD_KEY);
    write_text(key, "sk-1");
    (void)raise(SIGTERM);
    _exit(0);
}

static void a_signal_before_the_guard(void **state)
{
    (void)state;
    for (int more = 0; more <= 40; more += 40) {
        const pid_t rank = fork();
        int status = 0;

        if (rank == 0)
            become_a_rank_of(more);
        assert_int_equal(waitpid(rank, &status, 0), rank);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGTERM);
        assert_int_equal(num_temporary(), 0);
    }
}

/* Servers that run have none of these few places. */
static void a_guard_takes_its_folder_over(void **state)
{
    enum { NUM = 7 }; /* three places each, of 16 */
    struct place place = open_place();
    struct backend *backends[NUM];
    pid_t rank;
    int status = 0;

    (void)state;
    write_recipe(&place, at_socket, "none", "");
    rank = fork();
    if (rank == 0) {
        for (int i = 0; i < NUM; i++) {
            backends[i] = create(&place, "");
            expect_answer(backends[i], "p");
        }
        become_a_rank_of(0);
    }
    assert_int_equal(waitpid(rank, &status, 0), rank);
    assert_true(WIFSIGNALED(status));
    expect_none(&place, NUM, SERVER_GUARD_GRACE_MS + SOON_MS);
    for (int i = 0; i < 100 && num_temporary() > 0; i++)
        clock_sleep_ms(50);
    close_place(&place);
}

/* A port is ours where all who are asked at it are; the family is that of this
 * process, without itself. */
static void a_port_that_is_shared(void **state)
{
    const int64_t root = getpid();
    int port = 0;
    const pid_t child = give_away(listen_on(1, true, &port));
    int mine;
    int elsewhere;

    (void)state;
    assert_int_equal(server_port_owner(port, root), SERVER_PORT_FAMILY);
    assert_int_equal(server_port_owner(port, 0), SERVER_PORT_OTHERS);
    mine = listen_on(1, true, &port);
    assert_int_equal(server_port_owner(port, root), SERVER_PORT_OTHERS);
    (void)close(mine);
    /* who asks at 127.0.0.1 never comes there */
    elsewhere = listen_on(9, false, &port);
    assert_int_equal(server_port_owner(port, root), SERVER_PORT_FAMILY);
    end(child);
    (void)close(elsewhere);
    assert_int_equal(server_port_owner(port, root), SERVER_PORT_NOBODY);
}

/* Says once that it is well, and is gone when that is heard. */
static pid_t answer_once(int fd)
{
    static const char well[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                               "Connection: close\r\n\r\n";
    const pid_t other = fork();

    if (other == 0) {
        const int client = accept(fd, NULL, NULL);
        char byte[4096];

        (void)alarm(WAIT_MS / 1000);
        (void)!read(client, byte, sizeof byte);
        (void)close(fd);
        (void)!write(client, well, sizeof well - 1);
        while (read(client, byte, sizeof byte) > 0)
            ;
        _exit(0);
    }
    (void)close(fd);
    return other;
}

/* What answered at its port is not there any more when it is looked who listens:
 * it is not taken for a server that still loads. */
static void a_port_where_another_was(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    char *more;
    pid_t other;
    int port;
    int fd = listen_at(&port);

    (void)state;
    other = answer_once(fd);
    write_recipe(&place, at_port, "late", "");
    more = text_format(",port=%d", port);
    backend = create(&place, more);
    expect_answer(backend, "p");
    assert_true(backend_load_s(backend) >= 2); /* so late is it */
    backend_destroy(backend);
    assert_int_equal(waitpid(other, NULL, 0), other);
    expect_none(&place, 1, 0);
    free(more);
    close_place(&place);
}

static void a_port_that_is_taken(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    char *more;
    int port;
    int fd = listen_at(&port);

    (void)state;
    write_recipe(&place, at_port, "", key_env);
    more = text_format(",port=%d", port);
    backend = create(&place, more);
    expect_answer(backend, "p");
    backend_destroy(backend);
    expect_none(&place, 2, 0);
    (void)close(fd);
    free(more);
    close_place(&place);
}

/* Somebody else answers at its port while it still loads: he is not asked. */
static void a_port_where_another_answers(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    char *more;
    char number[16];
    struct cJSON *report;
    pid_t other;
    int port;
    int fd = listen_at(&port);

    (void)state;
    (void)close(fd);
    (void)snprintf(number, sizeof number, "%d", port);
    other = fork();
    if (other == 0) {
        (void)execlp("python3",
                     "python3",
                     "tests/http/model_server.py",
                     "--port",
                     number,
                     (char *)NULL);
        _exit(127);
    }
    while (server_port_owner(port, getpid()) != SERVER_PORT_FAMILY)
        clock_sleep_ms(20);
    write_recipe(&place, at_port, "late", "");
    more = text_format(",port=%d", port);
    backend = create(&place, more);
    expect_answer(backend, "p");
    report = read_report(&place);
    assert_false(is_in_arguments(report, number));
    json_free(report);
    backend_destroy(backend);
    expect_none(&place, 1, 0);
    end(other);
    free(more);
    close_place(&place);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_dies_at_its_start),
        cmocka_unit_test(one_that_dies_in_the_middle),
        cmocka_unit_test(one_that_tells_its_key),
        cmocka_unit_test(one_that_is_never_well),
        cmocka_unit_test(one_that_talks),
        cmocka_unit_test(one_that_will_not_end),
        cmocka_unit_test(one_with_a_family),
        cmocka_unit_test(a_rank_that_is_killed),
        cmocka_unit_test(a_signal_before_the_guard),
        cmocka_unit_test(a_guard_takes_its_folder_over),
        cmocka_unit_test(a_guard_that_is_killed),
        cmocka_unit_test(a_port_that_is_taken),
        cmocka_unit_test(a_port_that_is_shared),
        cmocka_unit_test(a_port_where_another_answers),
        cmocka_unit_test(a_port_where_another_was),
    };

    return model_server_tests(argc, argv, tests, ARRAY_LEN(tests));
}
