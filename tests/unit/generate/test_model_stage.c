/* A model file on the node's own disk: once, whole, shared; and what happens
 * where that cannot be. */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/model_parts.h"
#include "generate/model_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static char *model;
static char *scratch;

static int setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/test_model_stage.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    model = path_join(folder, "model.gguf");
    scratch = path_join(folder, "scratch");
    (void)setenv("TRUSTSWEEP_CACHE", folder, 1);
    (void)setenv("TRUSTSWEEP_SCRATCH", scratch, 1);
    return file_write(model, "weights", 7, NULL);
}

static void empty(const char *path)
{
    struct name_list list = { 0 };

    if (file_list(path, &list, NULL) < 0)
        return;
    for (size_t i = 0; i < list.num; i++) {
        char *name = path_join(path, list.names[i]);

        (void)unlink(name);
        free(name);
    }
    name_list_release(&list);
    (void)rmdir(path);
}

static int teardown(void **state)
{
    char *sums = path_join(folder, "sha256");

    (void)state;
    (void)unsetenv("TRUSTSWEEP_SCRATCH");
    empty(scratch);
    empty(sums);
    empty(folder);
    free(sums);
    free(model);
    free(scratch);
    return 0;
}

static void expect_content(const char *path, const char *want)
{
    struct text text = { 0 };

    assert_int_equal(file_read(path, 1000, &text, NULL), 0);
    assert_string_equal(text_data(&text), want);
    text_release(&text);
}

static ino_t inode(const char *path)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return info.st_ino;
}

static void test_one_copy(void **state)
{
    char *first = model_stage(model);
    char *second = model_stage(model);

    (void)state;
    assert_true(text_starts(first, scratch));
    assert_string_equal(first, second);
    expect_content(first, "weights");
    free(first);
    free(second);
}

/* One that was cut short by a job that ended is made again. */
static void test_half_a_copy(void **state)
{
    char *path = model_stage(model);

    (void)state;
    assert_int_equal(truncate(path, 3), 0);
    free(path);
    path = model_stage(model);
    expect_content(path, "weights");
    free(path);
}

static void test_many_ranks(void **state)
{
    enum { RANKS = 8 };
    char *path;
    struct name_list list = { 0 };
    ino_t before;

    (void)state;
    for (int i = 0; i < RANKS; i++) {
        if (fork() == 0) {
            char *staged = model_stage(model);

            _exit(text_starts(staged, scratch) ? 0 : 1);
        }
    }
    for (int i = 0; i < RANKS; i++) {
        int status = 1;

        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    path = model_stage(model);
    before = inode(path);
    free(path);
    path = model_stage(model);
    assert_true(inode(path) == before);
    free(path);
    assert_int_equal(file_list(scratch, &list, NULL), 0);
    assert_int_equal(list.num, 2); /* it and its lock */
    name_list_release(&list);
}

/* The sum that is remembered is not that of the bytes that come. */
static void test_other_bytes(void **state)
{
    struct name_list list = { 0 };
    char *sums = path_join(folder, "sha256");
    char *path = model_stage(model);
    char wrong[65];

    (void)state;
    assert_int_equal(unlink(path), 0);
    free(path);
    memset(wrong, 'a', 64);
    assert_int_equal(file_list(sums, &list, NULL), 0);
    assert_int_equal(list.num, 1);
    path = path_join(sums, list.names[0]);
    assert_int_equal(file_write(path, wrong, 64, NULL), 0);
    free(path);
    path = model_stage(model);
    assert_string_equal(path, model);
    free(path);
    name_list_release(&list);
    free(sums);
}

static void expect_itself(const char *path)
{
    char *staged = model_stage(path);

    assert_string_equal(staged, path);
    free(staged);
}

/* Of several files all are copied, under their names; where one is missing or
 * another is named first, none is. */
static void test_parts(void **state)
{
    char *first = path_join(folder, "m-00001-of-00002.gguf");
    char *second = path_join(folder, "m-00002-of-00002.gguf");
    char identity[96];
    char *staged;
    char *beside;
    char *place;
    uint64_t bytes = 0;

    (void)state;
    assert_int_equal(file_write(first, "one", 3, NULL), 0);
    expect_itself(first);
    assert_int_equal(file_write(second, "second", 6, NULL), 0);
    expect_itself(second);
    assert_int_equal(
        model_parts_identify(first, identity, sizeof identity, &bytes, NULL),
        0);
    assert_int_equal(bytes, 9);
    assert_true(text_starts(identity, "parts:"));
    staged = model_stage(first);
    assert_true(text_starts(staged, scratch));
    assert_true(text_ends(staged, "/m-00001-of-00002.gguf"));
    expect_content(staged, "one");
    place = path_folder(staged);
    assert_true(text_ends(place, identity + strlen("parts:")));
    beside = path_join(place, "m-00002-of-00002.gguf");
    expect_content(beside, "second");
    empty(place);
    free(place);
    free(beside);
    free(staged);
    free(first);
    free(second);
}

static void test_no_folder(void **state)
{
    (void)state;
    (void)setenv("TRUSTSWEEP_SCRATCH", model, 1); /* a file */
    expect_itself(model);
    (void)setenv("TRUSTSWEEP_SCRATCH", "", 1);
    expect_itself(model);
    (void)unsetenv("TRUSTSWEEP_SCRATCH");
    expect_itself(model);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_one_copy),    TEST(test_half_a_copy), TEST(test_many_ranks),
        TEST(test_other_bytes), TEST(test_parts),       TEST(test_no_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
