/* How a run stands whose ranks are started by somebody who lives, or does not. */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_owner_mark.h"
#include "cli/folder/run_presence.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_starting.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[64];
};

static int set_up(void **state)
{
    static struct fixture self;

    self = (struct fixture){ .folder = "/tmp/trustsweep-run-XXXXXX" };
    *state = &self;
    return mkdtemp(self.folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "run.json",
                                         "starting.json",
                                         "rounds.json" };
    const struct fixture *self = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = path_join(self->folder, names[i]);

        (void)unlink(path);
        free(path);
    }
    return rmdir(self->folder);
}

/* A file of that text, written so many seconds ago. */
static void put(const struct fixture *self,
                const char *name,
                const char *text,
                int64_t ago_s)
{
    char *path = path_join(self->folder, name);
    const int64_t at_s = clock_unix_ms() / 1000 - ago_s;
    const struct timespec times[] = { { .tv_sec = at_s }, { .tv_sec = at_s } };

    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    free(path);
}

/* The mark of this process. */
static void put_own_mark(const struct fixture *self, int64_t ago_s)
{
    struct text mark = { 0 };

    run_owner_mark_write(&mark);
    put(self, "starting.json", text_data(&mark), ago_s);
    text_release(&mark);
}

/* Of a process on another machine: made and touched so long ago. */
static void put_far_mark(const struct fixture *self,
                         int64_t made_s,
                         int64_t touched_s)
{
    const int64_t made = clock_unix_ms() / 1000 - made_s;
    char text[128];

    (void)snprintf(text,
                   sizeof text,
                   "{ \"host\": \"far\", \"pid\": 7, "
                   "\"made_ns\": \"%lld000000000\" }",
                   (long long)made);
    put(self, "starting.json", text, touched_s);
}

static bool has_ended(const struct fixture *self)
{
    struct cJSON *run = run_dir_read(self->folder, NULL);
    const bool is_so = run_standing_of(run, self->folder).has_ended;

    assert_non_null(run);
    json_free(run);
    return is_so;
}

static bool says(const struct fixture *self, const char *state)
{
    struct cJSON *run = run_dir_read(self->folder, NULL);
    const bool is_so =
        text_equal(run_standing_of(run, self->folder).state, state);

    json_free(run);
    return is_so;
}

static const char again[] = "{ \"state\": \"starting again\" }";
static const char done[] = "{ \"state\": \"done\", \"is_final\": true }";

/* Rank 0 of a round has had its last word, and "waiting" is not said yet. */
static void test_a_round_is_not_the_end(void **state)
{
    const struct fixture *self = *state;
    struct run_presence *rounds = run_starting_begin_rounds(self->folder);

    put(self, "run.json", done, 0);
    assert_false(has_ended(self));
    assert_true(says(self, "done"));
    run_presence_end(rounds);
    assert_true(has_ended(self));
}

/* Its "starting again" is not said yet. */
static void test_who_starts_again_goes_on(void **state)
{
    static const char *const words[] = {
        "{ \"state\": \"failed\", \"is_final\": true, \"start_again\": true }",
        "{ \"state\": \"running\" }",
    };
    const struct fixture *self = *state;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        put_own_mark(self, 60);
        put(self, "run.json", words[i], 0);
        assert_false(has_ended(self));
        put_far_mark(self, 900, 600); /* not touched any more */
        assert_true(has_ended(self));
    }
    put_own_mark(self, 60);
    put(self, "run.json", done, 0);
    assert_true(has_ended(self));
}

static void test_a_start_may_take_long(void **state)
{
    const struct fixture *self = *state;

    put_own_mark(self, 900);
    put(self, "run.json", again, 600);
    assert_false(has_ended(self));
    assert_true(says(self, RUN_STATE_AGAIN));
    put_far_mark(self, 900, 5);
    assert_false(has_ended(self));
    put_far_mark(self, 900, 600);
    assert_true(has_ended(self));
    assert_true(says(self, RUN_STANDING_DEAD));
    put_far_mark(self, 60, 5); /* the word is of one before */
    assert_true(says(self, RUN_STANDING_STARTING));
}

static int64_t touched_s(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return (int64_t)status.st_mtim.tv_sec;
}

static void test_a_mark_is_touched_and_keeps_its_time(void **state)
{
    const struct fixture *self = *state;
    struct run_presence *starting = run_starting_begin(self->folder);
    char *path = path_join(self->folder, "starting.json");
    const struct timespec old[] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
    const int64_t until = clock_ms() + 60000;
    int64_t first_ns = 0;
    int64_t last_ns = 0;

    assert_true(
        run_presence_is_there(self->folder, "starting.json", &first_ns));
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    while (touched_s(path) == 1000 && clock_ms() < until)
        clock_sleep_ms(20);
    assert_true(touched_s(path) > 1000);
    assert_true(run_presence_is_there(self->folder, "starting.json", &last_ns));
    assert_true(first_ns == last_ns);
    run_presence_end(starting);
    assert_false(file_exists(path));
    free(path);
}

/* The round's own launcher makes one of that name as well. */
static void test_the_later_one_keeps_its_mark(void **state)
{
    const struct fixture *self = *state;
    struct run_presence *first = run_starting_begin(self->folder);
    struct run_presence *later;
    char *path = path_join(self->folder, "starting.json");

    clock_sleep_ms(20);
    later = run_starting_begin(self->folder);
    run_presence_end(first);
    assert_true(file_exists(path));
    run_presence_end(later);
    assert_false(file_exists(path));
    free(path);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_round_is_not_the_end),
        TEST(test_who_starts_again_goes_on),
        TEST(test_a_start_may_take_long),
        TEST(test_a_mark_is_touched_and_keeps_its_time),
        TEST(test_the_later_one_keeps_its_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
