/* Answers kept for other runs: found again, shared by two that write at the
 * same time, and what a broken byte costs. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "gather/reply_cache.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char folder[32];
};

static int make(void **state)
{
    struct place *place = mem_alloc(1, sizeof *place);

    (void)snprintf(place->folder, sizeof place->folder, "/tmp/cache.XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    *state = place;
    return 0;
}

static int clean(void **state)
{
    struct place *place = *state;
    struct name_list names = { 0 };

    assert_int_equal(file_list(place->folder, &names, NULL), 0);
    for (size_t i = 0; i < names.num; i++) {
        char *path = path_join(place->folder, names.names[i]);

        (void)unlink(path);
        free(path);
    }
    name_list_release(&names);
    (void)rmdir(place->folder);
    free(place);
    return 0;
}

static struct hash128 id_of(uint64_t number)
{
    return (struct hash128){ 7, number };
}

static void add(struct reply_cache *cache, uint64_t number, const char *text)
{
    struct reply reply = { .unit = id_of(number) };

    reply_set_text(&reply, text, strlen(text), FINISH_STOP);
    reply_cache_add(cache, &reply);
    reply_release(&reply);
}

static bool has(struct reply_cache *cache, uint64_t number, const char *text)
{
    struct reply reply;
    bool is_same;

    if (!reply_cache_get(cache, id_of(number), &reply))
        return false;
    is_same = text_equal(reply.text, text);
    reply_release(&reply);
    return is_same;
}

static void found_again(void **state)
{
    const struct place *place = *state;
    struct reply_cache *cache = reply_cache_open(place->folder, NULL);
    struct reply failed = { .unit = id_of(3) };

    assert_non_null(cache);
    assert_false(has(cache, 1, "yes"));
    add(cache, 1, "yes");
    add(cache, 2, "");
    reply_fail(&failed, STATE_FAILED, "no");
    reply_cache_add(cache, &failed);
    reply_release(&failed);
    assert_true(has(cache, 1, "yes"));
    reply_cache_close(cache);

    cache = reply_cache_open(place->folder, NULL);
    assert_true(has(cache, 1, "yes"));
    assert_true(has(cache, 2, ""));
    assert_false(has(cache, 3, "no"));
    assert_int_equal(reply_cache_count(cache).hits, 2);
    assert_int_equal(reply_cache_count(cache).misses, 1);
    assert_int_equal(reply_cache_count(cache).added, 0);
    reply_cache_close(cache);
}

static void two_at_once(void **state)
{
    const struct place *place = *state;
    struct reply_cache *a = reply_cache_open(place->folder, NULL);
    struct reply_cache *b;

    add(a, 1, "of a");
    clock_sleep_ms(2); /* one process: two files of it differ by the clock */
    b = reply_cache_open(place->folder, NULL);
    for (uint64_t i = 10; i < 60; i++) {
        add(a, i, "of a");
        add(b, i + 100, "of b");
    }
    assert_true(has(b, 1, "of a"));
    assert_false(has(b, 10, "of a")); /* came after it was opened */
    reply_cache_close(a);
    reply_cache_close(b);
    a = reply_cache_open(place->folder, NULL);
    for (uint64_t i = 10; i < 60; i++) {
        assert_true(has(a, i, "of a"));
        assert_true(has(a, i + 100, "of b"));
    }
    assert_int_equal(reply_cache_count(a).damaged, 0);
    reply_cache_close(a);
}

/* The one file of the folder. */
static char *only_file(const char *folder)
{
    struct name_list names = { 0 };
    char *path;

    assert_int_equal(file_list(folder, &names, NULL), 0);
    assert_int_equal(names.num, 1);
    path = path_join(folder, names.names[0]);
    name_list_release(&names);
    return path;
}

static void any_broken_byte(void **state)
{
    const struct place *place = *state;
    struct reply_cache *cache = reply_cache_open(place->folder, NULL);
    struct text whole = { 0 };
    char *path;

    add(cache, 1, "first");
    add(cache, 2, "second");
    reply_cache_close(cache);
    path = only_file(place->folder);
    assert_int_equal(file_read(path, 1 << 20, &whole, NULL), 0);
    for (size_t i = 0; i < whole.len; i++) {
        struct reply reply;
        size_t num = 0;

        whole.data[i] = (char)(whole.data[i] ^ 0x11);
        assert_int_equal(file_write(path, whole.data, whole.len, NULL), 0);
        cache = reply_cache_open(place->folder, NULL);
        for (uint64_t id = 1; id <= 2; id++) {
            if (reply_cache_get(cache, id_of(id), &reply)) {
                assert_string_equal(reply.text, id == 1 ? "first" : "second");
                reply_release(&reply);
                num++;
            }
        }
        assert_true(num < 2); /* what is broken is not given */
        reply_cache_close(cache);
        whole.data[i] = (char)(whole.data[i] ^ 0x11);
    }
    text_release(&whole);
    free(path);
}

static void torn_and_made_again(void **state)
{
    const struct place *place = *state;
    struct reply_cache *cache = reply_cache_open(place->folder, NULL);
    struct text whole = { 0 };
    char *path;

    add(cache, 1, "first");
    add(cache, 2, "second");
    reply_cache_close(cache);
    path = only_file(place->folder);
    assert_int_equal(file_read(path, 1 << 20, &whole, NULL), 0);
    whole.data[whole.len - 1] = '!';
    assert_int_equal(file_write(path, whole.data, whole.len, NULL), 0);
    cache = reply_cache_open(place->folder, NULL);
    assert_false(has(cache, 2, "second"));
    assert_int_equal(reply_cache_count(cache).damaged, 1);
    add(cache, 2, "second");
    reply_cache_close(cache);
    cache = reply_cache_open(place->folder, NULL);
    assert_true(has(cache, 2, "second"));
    reply_cache_close(cache);
    assert_int_equal(truncate(path, (off_t)whole.len - 3), 0);
    cache = reply_cache_open(place->folder, NULL);
    assert_true(has(cache, 1, "first"));
    assert_true(has(cache, 2, "second"));
    reply_cache_close(cache);
    text_release(&whole);
    free(path);
}

static size_t num_files(const char *folder)
{
    struct name_list names = { 0 };
    size_t num;

    assert_int_equal(file_list(folder, &names, NULL), 0);
    num = names.num;
    name_list_release(&names);
    return num;
}

/* One of each run that shared the folder: more than a process may have open. */
static void more_files_than_may_be_open(void **state)
{
    enum { FILES = 100, MAY_BE_OPEN = 32 };
    const struct place *place = *state;
    struct reply_cache *cache;
    struct rlimit before;
    struct rlimit few;

    for (uint64_t i = 0; i < FILES; i++) {
        cache = reply_cache_open(place->folder, NULL);
        add(cache, i, "yes");
        reply_cache_close(cache);
    }
    assert_int_equal(num_files(place->folder), FILES);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = MAY_BE_OPEN;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    cache = reply_cache_open(place->folder, NULL);
    for (uint64_t i = 0; i < FILES; i++)
        assert_true(has(cache, i, "yes"));
    add(cache, FILES, "yes");
    for (uint64_t i = 0; i <= FILES; i++)
        assert_true(has(cache, i, "yes"));
    assert_int_equal(reply_cache_count(cache).damaged, 0);
    reply_cache_close(cache);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* Nothing is left behind by what could not be written, and it goes on once there
 * is room. */
static void a_full_disk(void **state)
{
    enum { ANSWERS = 50 };
    const struct place *place = *state;
    struct reply_cache *cache = reply_cache_open(place->folder, NULL);
    struct rlimit before;
    struct rlimit none;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    for (uint64_t i = 0; i < ANSWERS; i++)
        add(cache, i, "yes");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(reply_cache_count(cache).unwritten, ANSWERS);
    assert_int_equal(num_files(place->folder), 0);
    add(cache, 0, "yes");
    assert_true(has(cache, 0, "yes"));
    assert_int_equal(num_files(place->folder), 1);
    reply_cache_close(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(found_again, make, clean),
        cmocka_unit_test_setup_teardown(two_at_once, make, clean),
        cmocka_unit_test_setup_teardown(any_broken_byte, make, clean),
        cmocka_unit_test_setup_teardown(torn_and_made_again, make, clean),
        cmocka_unit_test_setup_teardown(more_files_than_may_be_open,
                                        make,
                                        clean),
        cmocka_unit_test_setup_teardown(a_full_disk, make, clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
