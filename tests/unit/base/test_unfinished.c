/* A process that a signal ends leaves no half file behind, also of file_write(). */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/unfinished.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { BYTES = 32 << 20, WAIT_MS = 60000, ROUNDS = 200, MAX_MS = 4 };

static void write_for_ever(const char *path)
{
    char *bytes = mem_alloc(BYTES, 1);

    unfinished_watch();
    for (;;) {
        if (file_write(path, bytes, BYTES, NULL) < 0)
            _exit(1);
    }
}

/* How many files there are; `*is_begun`: one that is not whole has bytes. */
static size_t look(const char *folder, bool *is_begun)
{
    struct name_list list = { 0 };
    size_t num;

    *is_begun = false;
    assert_int_equal(file_list(folder, &list, NULL), 0);
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(folder, list.names[i]);

        if (file_is_unfinished(list.names[i], "a") && file_size(path) > 0)
            *is_begun = true;
        free(path);
    }
    num = list.num;
    name_list_release(&list);
    return num;
}

static void test_written_file(void **state)
{
    char folder[] = "/tmp/trustsweep-unfinished-XXXXXX";
    const int64_t end_ms = clock_ms() + WAIT_MS;
    bool is_begun = false;
    char *path;
    pid_t pid;
    int status;

    (void)state;
    assert_non_null(mkdtemp(folder));
    path = path_join(folder, "a");
    pid = fork();
    if (pid == 0)
        write_for_ever(path);
    /* from the second on, its place in the list was another's before */
    while (!(is_begun && file_exists(path)) && clock_ms() < end_ms)
        (void)look(folder, &is_begun);
    assert_true(is_begun);
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    assert_int_equal(look(folder, &is_begun), 1); /* the whole one */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    free(path);
}

/* With what is noted of it; one in which there is more stays. */
static void test_folder(void **state)
{
    char folder[] = "/tmp/trustsweep-unfinished-XXXXXX";
    char full[] = "/tmp/trustsweep-unfinished-XXXXXX";
    char *path;
    char *other;
    int status;
    pid_t pid;

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_non_null(mkdtemp(full));
    path = path_join(folder, "a");
    other = path_join(full, "b");
    assert_int_equal(file_write(path, "x", 1, NULL), 0);
    assert_int_equal(file_write(other, "x", 1, NULL), 0);
    pid = fork();
    if (pid == 0) {
        unfinished_watch();
        unfinished_note(folder);
        unfinished_note(full);
        unfinished_note(path);
        (void)raise(SIGINT);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
    assert_false(file_exists(folder));
    assert_true(file_exists(other));
    assert_int_equal(unlink(other), 0);
    assert_int_equal(rmdir(full), 0);
    free(path);
    free(other);
}

static void make_for_ever(const char *folder)
{
    unfinished_watch();
    for (;;) {
        char *path = path_join(folder, "b.XXXXXX");
        char *other = path_join(folder, "f.XXXXXX");
        const int fd = unfinished_file(other);

        if (unfinished_folder(path) < 0 || fd < 0)
            _exit(1);
        (void)close(fd);
        (void)rmdir(path);
        (void)unlink(other);
        unfinished_end(path);
        unfinished_end(other);
    }
}

/* Whenever the signal comes. */
static void test_temporary(void **state)
{
    char folder[] = "/tmp/trustsweep-unfinished-XXXXXX";
    struct name_list list = { 0 };
    uint64_t seed = 1;

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < ROUNDS; i++) {
        const pid_t pid = fork();
        int status;

        if (pid == 0)
            make_for_ever(folder);
        do {
            name_list_release(&list);
            assert_int_equal(file_list(folder, &list, NULL), 0);
        } while (list.num == 0);
        clock_sleep_ms(MAX_MS * random_unit(&seed));
        assert_int_equal(kill(pid, SIGTERM), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        name_list_release(&list);
        assert_int_equal(file_list(folder, &list, NULL), 0);
        assert_int_equal(list.num, 0);
    }
    name_list_release(&list);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_file),
        cmocka_unit_test(test_folder),
        cmocka_unit_test(test_temporary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
