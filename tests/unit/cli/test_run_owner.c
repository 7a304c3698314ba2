/* One owner of a folder at a time: races, the dead, the far, torn marks, clocks
 * that lie. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/run_owner.h"
#include "cli/folder/run_owner_mark.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[64];
    char *mark;
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(1, sizeof *f);

    (void)snprintf(f->folder, sizeof f->folder, "/tmp/test_owner.XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    f->mark = path_join(f->folder, "owner.json");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *lock = path_join(f->folder, "owner.lock");

    (void)unlink(f->mark);
    (void)unlink(lock);
    (void)rmdir(f->folder);
    free(lock);
    free(f->mark);
    free(f);
    return 0;
}

/* What lies there, last touched `age_s` ago. */
static void leave(const struct fixture *f, const char *text, int64_t age_s)
{
    struct timespec times[2] = { 0 };

    assert_int_equal(file_write(f->mark, text, strlen(text), NULL), 0);
    times[0].tv_sec = times[1].tv_sec = clock_unix_ms() / 1000 - age_s;
    assert_int_equal(utimensat(AT_FDCWD, f->mark, times, 0), 0);
}

static void leave_process(const struct fixture *f,
                          const char *host,
                          int64_t pid,
                          int64_t age_s)
{
    char *text = text_format("{ \"host\": \"%s\", \"pid\": %lld, "
                             "\"batch_job\": \"77\", "
                             "\"since\": \"2026-11-24T17:16:08Z\" }",
                             host,
                             (long long)pid);

    leave(f, text, age_s);
    free(text);
}

static void expect_free(const struct fixture *f)
{
    struct error err = { 0 };
    struct run_owner *owner;

    if (run_owner_try(f->folder, &err) < 0)
        fail_msg("%s", err.text);
    owner = run_owner_claim(f->folder, &err);
    if (!owner)
        fail_msg("%s", err.text);
    assert_true(run_owner_is_there(f->folder));
    run_owner_release(owner);
    assert_false(file_exists(f->mark));
}

static void expect_held(const struct fixture *f, const char *part)
{
    struct error err = { 0 };
    char *way_out = text_format("remove %s", f->mark);

    assert_true(run_owner_is_there(f->folder));
    assert_null(run_owner_claim(f->folder, &err));
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, part) || !strstr(err.text, way_out))
        fail_msg("no '%s' in: %s", part, err.text);
    assert_int_equal(run_owner_try(f->folder, &err), -1);
    assert_true(file_exists(f->mark));
    free(way_out);
}

static void test_living(void **state)
{
    struct fixture *f = *state;
    struct error err = { 0 };
    struct run_owner *owner = run_owner_claim(f->folder, &err);
    char host[256];
    char *who;

    assert_non_null(owner);
    assert_int_equal(gethostname(host, sizeof host), 0);
    who = text_format("process %lld on %s since ", (long long)getpid(), host);
    expect_held(f, who);
    expect_held(f, ", last heard of 0 s ago");
    assert_true(run_owner_is_ours(owner));
    run_owner_release(owner);
    assert_false(run_owner_is_there(f->folder));
    run_owner_release(NULL);
    expect_free(f);
    free(who);
}

/* Its number may have gone to another process since. */
static void test_dead_here(void **state)
{
    struct fixture *f = *state;
    char host[256];
    pid_t child = fork();
    char *other_boot;

    if (child == 0)
        _exit(0);
    assert_int_equal(gethostname(host, sizeof host), 0);
    (void)clock_sleep_ms(100);
    leave_process(f, host, child, 0); /* a zombie */
    expect_free(f);
    assert_int_equal(waitpid(child, NULL, 0), child);
    leave_process(f, host, child, 0);
    expect_free(f);
    other_boot = text_format("{ \"host\": \"%s\", \"pid\": %lld, "
                             "\"began\": \"7\" }",
                             host,
                             (long long)getpid());
    leave(f, other_boot, 0);
    expect_free(f);
    free(other_boot);
    /* a twin of this host's name, where the same number is another process */
    other_boot = text_format("{ \"host\": \"%s\", \"pid\": %lld, "
                             "\"machine\": \"another\" }",
                             host,
                             (long long)child);
    leave(f, other_boot, 0);
    expect_held(f, "process");
    free(other_boot);
}

static void test_elsewhere(void **state)
{
    struct fixture *f = *state;

    leave_process(f, "node7.elsewhere", 4711, 0);
    expect_held(f,
                "process 4711 on node7.elsewhere (batch job 77) since "
                "2026-11-24T17:16:08Z, last heard of ");
    /* a clock that is a little ahead of ours, or ours was set back */
    leave_process(f, "node7.elsewhere", 4711, -3);
    expect_held(f, ", last heard of 0 s ago");
    leave_process(f, "node7.elsewhere", 4711, 170);
    expect_held(f, "last heard of 17");
}

/* Our own batch job, requeued on another node, waits for nobody: the mark is of
 * its start before. */
static void test_requeued(void **state)
{
    struct fixture *f = *state;

    (void)setenv("SLURM_JOB_ID", "77", 1);
    leave_process(f, "node7.elsewhere", 4711, 0);
    expect_held(f, "(batch job 77)"); /* of the same start, on another node */
    (void)setenv("SLURM_RESTART_COUNT", "1", 1);
    leave_process(f, "node7.elsewhere", 4711, 0);
    expect_free(f);
    (void)setenv("SLURM_JOB_ID", "78", 1);
    leave_process(f, "node7.elsewhere", 4711, 0);
    expect_held(f, "(batch job 77)");
    (void)setenv("SLURM_JOB_ID", "77", 1);
    leave(f,
          "{ \"host\": \"node7.elsewhere\", \"pid\": 4711, \"batch_job\": "
          "\"77\", \"batch_restart\": \"1\" }",
          0);
    expect_held(f, "(batch job 77)");
    (void)unsetenv("SLURM_JOB_ID");
    (void)unsetenv("SLURM_RESTART_COUNT");
}

static pid_t touch_in(const struct fixture *f, int ms)
{
    pid_t child = fork();

    if (child == 0) {
        clock_sleep_ms(ms);
        (void)utimensat(AT_FDCWD, f->mark, NULL, 0);
        _exit(0);
    }
    return child;
}

/* Silent for long by the clock: it is watched before it is taken for dead. */
static void test_silent(void **state)
{
    static const int64_t ages[] = { 4000, -4000 };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(ages); i++) {
        struct error err = { 0 };
        int64_t began = clock_ms();
        pid_t child;

        leave_process(f, "node7.elsewhere", 4711, ages[i]);
        child = touch_in(f, 1500);
        assert_null(run_owner_claim(f->folder, &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_in_range(clock_ms() - began, 1000, 5000);
        (void)waitpid(child, NULL, 0);
    }
    leave_process(f, "node7.elsewhere", 4711, 4000);
    assert_false(run_owner_is_there(f->folder));
    int64_t began = clock_ms();

    assert_int_equal(run_owner_try(f->folder, NULL), 0);
    assert_in_range(clock_ms() - began,
                    RUN_OWNER_WATCH_MS,
                    RUN_OWNER_WATCH_MS + 3000);
}

static void test_torn(void **state)
{
    static const char *const torn[] = { "",
                                        "{ \"host\": \"a",
                                        "{ \"pid\": 12 }",
                                        "{ \"host\": \"a\", \"pid\": \"x\" }",
                                        "{ \"host\": \"a\", \"pid\": 1e300 }" };
    struct fixture *f = *state;
    int64_t began;

    for (size_t i = 0; i < ARRAY_LEN(torn); i++) {
        leave(f, torn[i], 60);
        expect_free(f);
        leave(f, torn[i], -60);
        expect_free(f);
    }
    /* one of just now may become whole */
    began = clock_ms();
    leave(f, torn[0], 0);
    assert_int_equal(run_owner_try(f->folder, NULL), 0);
    assert_in_range(clock_ms() - began, 500, 4000);
}

/* `num` processes at the same instant; how many became the owner.  It lives until
 * all have tried, however busy the machine is. */
static int race(const struct fixture *f, int num)
{
    int64_t start_ns = clock_ns() + 20000000;
    const int zeros = open("/dev/zero", O_RDWR | O_CLOEXEC);
    atomic_int *num_tried = mmap(NULL,
                                 sizeof *num_tried,
                                 PROT_READ | PROT_WRITE,
                                 MAP_SHARED,
                                 zeros,
                                 0);
    int winners = 0;

    assert_ptr_not_equal(num_tried, MAP_FAILED);
    (void)close(zeros);

    for (int i = 0; i < num; i++) {
        if (fork() == 0) {
            struct run_owner *owner;

            while (clock_ns() < start_ns)
                continue;
            owner = run_owner_claim(f->folder, NULL);
            atomic_fetch_add(num_tried, 1);
            for (int ms = 0; owner && ms < 60000 && *num_tried < num; ms++)
                clock_sleep_ms(1);
            _exit(owner ? 1 : 0); /* dies as its owner */
        }
    }
    for (int i = 0; i < num; i++) {
        int status = 0;

        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        winners += WEXITSTATUS(status);
    }
    (void)munmap(num_tried, sizeof *num_tried);
    return winners;
}

/* Each race begins with the mark of a dead owner, the one of the last race. */
static void test_races(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 50; i++) {
        if (race(f, 4) != 1)
            fail_msg("race %d", i);
    }
    expect_free(f);
}

/* Who was taken for dead wakes up: it sees that, and leaves the mark alone. */
static void test_taken_from_us(void **state)
{
    struct fixture *f = *state;
    struct run_owner *owner = run_owner_claim(f->folder, NULL);

    assert_non_null(owner);
    leave_process(f, "node7.elsewhere", 4711, 0);
    for (int i = 0; i < 80 && run_owner_is_ours(owner); i++)
        clock_sleep_ms(100);
    assert_false(run_owner_is_ours(owner));
    run_owner_release(owner);
    expect_held(f, "node7.elsewhere");
}

/* It is touched whatever its process does. */
static void test_touches(void **state)
{
    struct fixture *f = *state;
    struct run_owner *owner = run_owner_claim(f->folder, NULL);
    struct timespec old[2] = { { 0 } };
    struct stat info;

    assert_non_null(owner);
    assert_int_equal(utimensat(AT_FDCWD, f->mark, old, 0), 0);
    sleep(RUN_OWNER_TOUCH_MS / 1000 + 1);
    assert_int_equal(stat(f->mark, &info), 0);
    assert_true(clock_unix_ms() / 1000 - (int64_t)info.st_mtime < 5);
    run_owner_release(owner);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_living),  TEST(test_dead_here),     TEST(test_elsewhere),
        TEST(test_silent),  TEST(test_torn),          TEST(test_races),
        TEST(test_touches), TEST(test_taken_from_us), TEST(test_requeued),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
