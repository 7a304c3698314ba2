/* Files in a folder of their own, paths, and the share folder. */
#include "base/file.h"
#include "base/gzip.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

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
    static struct fixture fixture;

    fixture = (struct fixture){ "/tmp/trustsweep-file-XXXXXX" };
    *state = &fixture;
    return mkdtemp(fixture.folder) ? 0 : -1;
}

/* Empties and removes the folder; tests nest no deeper than two. */
static void remove_folder(const char *path)
{
    struct name_list list = { 0 };

    assert_int_equal(file_list(path, &list, NULL), 0);
    for (size_t i = 0; i < list.num; i++) {
        char *inner = path_join(path, list.names[i]);
        if (unlink(inner) != 0) {
            struct name_list deeper = { 0 };
            assert_int_equal(file_list(inner, &deeper, NULL), 0);
            for (size_t k = 0; k < deeper.num; k++) {
                char *innermost = path_join(inner, deeper.names[k]);
                if (unlink(innermost) != 0) {
                    (void)rmdir(innermost);
                }
                free(innermost);
            }
            name_list_release(&deeper);
            (void)rmdir(inner);
        }
        free(inner);
    }
    name_list_release(&list);
    assert_int_equal(rmdir(path), 0);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    remove_folder(fixture->folder);
    return 0;
}

static void test_write_and_read(void **state)
{
    struct fixture *fixture = *state;
    char *path = path_join(fixture->folder, "a");
    struct error err = { 0 };
    struct text text = { 0 };
    struct name_list list = { 0 };

    assert_int_equal(file_size(path), -1);
    assert_int_equal(file_write(path, "first", 5, &err), 0);
    assert_int_equal(file_write(path, "sec\0nd", 6, &err), 0);
    assert_int_equal(file_size(path), 6);
    text_add(&text, "+");
    assert_int_equal(file_read(path, 6, &text, &err), 0);
    assert_int_equal(text.len, 7);
    assert_memory_equal(text.data, "+sec\0nd", 8);
    /* No temporary file stays behind. */
    assert_int_equal(file_list(fixture->folder, &list, &err), 0);
    assert_int_equal(list.num, 1);
    name_list_release(&list);
    assert_int_equal(file_write(path, NULL, 0, &err), 0);
    text_clear(&text);
    assert_int_equal(file_read(path, 0, &text, &err), 0);
    assert_int_equal(text.len, 0);
    assert_int_equal(err.code, ERR_NONE);
    text_release(&text);
    free(path);
}

static void test_refusals(void **state)
{
    struct fixture *fixture = *state;
    char *path = path_join(fixture->folder, "a");
    char *nowhere = path_join(fixture->folder, "no/a");
    struct error err = { 0 };
    struct text text = { 0 };
    struct name_list list = { 0 };

    text_add(&text, "kept");
    assert_int_equal(file_write(path, "12345", 5, &err), 0);
    assert_int_equal(file_read(path, 4, &text, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(file_read(nowhere, 4, &text, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, nowhere));
    assert_int_equal(file_read(fixture->folder, 4, &text, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(text.data, "kept");
    assert_int_equal(file_write(nowhere, "x", 1, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    /* A rename that fails leaves no temporary file behind. */
    assert_int_equal(file_make_folder(nowhere, &err), 0);
    assert_int_equal(file_write(nowhere, "x", 1, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    char *beside = path_folder(nowhere);
    assert_int_equal(file_list(beside, &list, &err), 0);
    assert_int_equal(list.num, 1);
    name_list_release(&list);
    free(beside);
    assert_int_equal(file_read(nowhere, 4, &text, NULL), -1);
    assert_int_equal(file_list(path, &list, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    text_release(&text);
    free(nowhere);
    free(path);
}

static void test_gzip_files(void **state)
{
    struct fixture *fixture = *state;
    char *path = path_join(fixture->folder, "a");
    struct error err = { 0 };
    struct text packed = { 0 };
    struct text text = { 0 };

    gzip_deflate("hello", 5, &packed);
    assert_int_equal(file_write(path, packed.data, packed.len, &err), 0);
    assert_int_equal(file_read(path, 100, &text, &err), 0);
    assert_string_equal(text.data, "hello");
    assert_int_equal(file_write(path, packed.data, packed.len - 3, &err), 0);
    assert_int_equal(file_read(path, 100, &text, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, path));
    assert_string_equal(text.data, "hello");
    text_release(&text);
    text_release(&packed);
    free(path);
}

static void test_folders(void **state)
{
    struct fixture *fixture = *state;
    char *deep = path_join(fixture->folder, "b/c");
    char *file = path_join(fixture->folder, "file");
    char *below = path_join(file, "x");
    struct error err = { 0 };
    struct name_list list = { 0 };
    struct stat facts;

    assert_int_equal(file_make_folder(deep, &err), 0);
    assert_int_equal(file_make_folder(deep, &err), 0);
    assert_true(file_is_folder(deep));
    assert_int_equal(stat(deep, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_int_equal(file_write(file, "x", 1, &err), 0);
    assert_true(file_exists(file));
    assert_false(file_is_folder(file));
    assert_int_equal(file_make_folder(below, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(file_make_folder("", &err), -1);
    /* the reason is that of mkdir(), not of a look at what is there */
    free(below);
    below = path_join(fixture->folder, "link");
    assert_int_equal(symlink("nowhere", below), 0);
    assert_int_equal(file_make_folder(below, &err), -1);
    assert_non_null(strstr(err.text, "a file is there"));
    assert_int_equal(unlink(below), 0);
    assert_int_equal(file_list(fixture->folder, &list, &err), 0);
    assert_int_equal(list.num, 2);
    assert_string_equal(list.names[0], "b");
    assert_string_equal(list.names[1], "file");
    name_list_release(&list);
    free(below);
    free(file);
    free(deep);
}

static void test_paths(void **state)
{
    static const struct {
        const char *path, *folder, *name, *stem;
    } rows[] = {
        { "a", ".", "a", "a" },
        { "a.json", ".", "a.json", "a" },
        { "x/a.json.gz", "x", "a.json.gz", "a.json" },
        { "/a", "/", "a", "a" },
        { "//a", "/", "a", "a" },
        { "/x/y/.env", "/x/y", ".env", ".env" },
        { "x//y", "x", "y", "y" },
        { "x.d/y", "x.d", "y", "y" },
        { "x/", "x", "", "" },
    };
    static const struct {
        const char *folder, *name, *joined;
    } joins[] = {
        { "a", "b", "a/b" }, { "a/", "b", "a/b" }, { "a", "/b", "/b" },
        { "", "b", "b" },    { "/", "b", "/b" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *folder = path_folder(rows[i].path);
        char *stem = path_stem(rows[i].path);
        assert_string_equal(folder, rows[i].folder);
        assert_string_equal(path_name(rows[i].path), rows[i].name);
        assert_string_equal(stem, rows[i].stem);
        free(stem);
        free(folder);
    }
    char *beside = path_beside("x/a.b.h5", "labels.json");

    assert_string_equal(beside, "x/a.b.labels.json");
    free(beside);
    for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
        char *joined = path_join(joins[i].folder, joins[i].name);
        assert_string_equal(joined, joins[i].joined);
        free(joined);
    }
}

static void test_absolute(void **state)
{
    static const char *const same[] = { "x/y", "./x/y", ".//x/y", "././x/y" };
    char *here = path_absolute(".", NULL);
    char *wanted = path_join(here, "x/y");

    (void)state;
    assert_int_equal(here[0], '/');
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        char *path = path_absolute(same[i], NULL);
        assert_string_equal(path, wanted);
        free(path);
    }
    char *path = path_absolute("/x", NULL);
    assert_string_equal(path, "/x");
    free(path);
    free(wanted);
    free(here);
}

static void test_can_make(void **state)
{
    struct fixture *fixture = *state;
    struct error err = { 0 };
    char *inside = path_join(fixture->folder, "out.h5");
    char *beside = path_join(fixture->folder, "none/out.h5");

    assert_int_equal(file_can_make(inside, &err), 0);
    assert_int_equal(file_can_make("out.h5", &err), 0);
    assert_int_equal(file_can_make(beside, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "out.h5: there is no folder "));
    assert_int_equal(file_may_write(beside, "report", "<!", &err), -1);
    assert_int_equal(file_can_make(fixture->folder, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "it is a folder"));
    assert_int_equal(mkfifo(inside, 0600), 0);
    assert_int_equal(file_can_make(inside, &err), -1);
    assert_int_equal(file_may_write(inside, "report", "<!", &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "it is no regular file"));
    assert_int_equal(unlink(inside), 0);
    free(inside);
    free(beside);
}

static void test_share(void **state)
{
    struct fixture *fixture = *state;
    char *wanted = path_join(fixture->folder, "data.json");
    struct error err = { 0 };

    assert_int_equal(file_write(wanted, "{}", 2, &err), 0);
    assert_int_equal(setenv("TRUSTSWEEP_SHARE", fixture->folder, 1), 0);
    char *found = path_share("data.json", &err);
    assert_string_equal(found, wanted);
    free(found);
    assert_null(path_share("none.json", &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, fixture->folder));
    assert_non_null(strstr(err.text, "share/trustsweep/none.json"));
    assert_int_equal(unsetenv("TRUSTSWEEP_SHARE"), 0);
    assert_null(path_share("none.json", &err));
    free(wanted);
}

static void test_self(void **state)
{
    char *self = path_self(NULL);

    (void)state;
    assert_non_null(self);
    assert_string_equal(path_name(self), "unit_base_test_file");
    free(self);
}

/* The name is gone for a moment; for this process it stays gone. */
static void test_self_replaced(void **state)
{
    struct error err = { 0 };
    char *self = path_self(NULL);
    char *running = path_running();
    char *kept = text_format("%s.kept", self);

    (void)state;
    assert_string_equal(running, self);
    assert_int_equal(link(self, kept), 0);
    assert_int_equal(unlink(self), 0);
    char *gone = path_self(&err);
    assert_int_equal(file_write(self, "another", 7, NULL), 0);
    char *replaced = path_self(NULL);
    char *link_itself = path_running();
    assert_int_equal(rename(kept, self), 0);
    assert_null(gone);
    assert_string_equal(replaced, self);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "test_file was removed"));
    assert_non_null(strstr(err.text, "run again"));
    assert_string_equal(link_itself, "/proc/self/exe");
    free(link_itself);
    free(replaced);
    free(kept);
    free(running);
    free(self);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void test_temporary_names(void **state)
{
    static const struct {
        const char *folder, *path;
    } cases[] = {
        { "/var/scratch", "/var/scratch/trustsweep-x.XXXXXX" },
        { "", "/tmp/trustsweep-x.XXXXXX" },
        { NULL, "/tmp/trustsweep-x.XXXXXX" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *path;

        if (cases[i].folder) {
            assert_int_equal(setenv("TMPDIR", cases[i].folder, 1), 0);
        } else {
            assert_int_equal(unsetenv("TMPDIR"), 0);
        }
        path = path_temporary("x");
        assert_string_equal(path, cases[i].path);
        free(path);
    }
}

/* Nobody writes into the pipe: who waits for it waits for ever. */
static void test_a_regular_file_only(void **state)
{
    struct fixture *fixture = *state;
    char *file = path_join(fixture->folder, "file");
    char *pipe = path_join(fixture->folder, "pipe");
    char *none = path_join(fixture->folder, "none");
    const char *const others[] = { pipe, fixture->folder, "/dev/null" };
    struct error err = { 0 };
    struct text text = { 0 };

    assert_int_equal(file_write(file, "here", 4, &err), 0);
    assert_int_equal(file_read_regular(file, 4, &text, &err), 0);
    assert_string_equal(text_data(&text), "here");
    assert_int_equal(file_read_regular(file, 3, &text, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        err = (struct error){ 0 };
        assert_int_equal(file_read_regular(others[i], 9, &text, &err), -1);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_non_null(strstr(err.text, "is no regular file"));
    }
    assert_int_equal(file_read_regular(none, 9, &text, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(text_data(&text), "here");
    /* nor does anybody read what is written there */
    for (size_t i = 0; i < 2; i++) {
        err = (struct error){ 0 };
        assert_int_equal(
            file_open_here(pipe, i == 0 ? O_WRONLY | O_APPEND : O_RDWR, &err),
            -1);
        assert_non_null(strstr(err.text, "it is no regular file; remove it"));
    }
    text_release(&text);
    free(none);
    free(pipe);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_and_read),
        TEST(test_refusals),
        TEST(test_a_regular_file_only),
        TEST(test_gzip_files),
        TEST(test_folders),
        TEST(test_can_make),
        TEST(test_share),
        cmocka_unit_test(test_temporary_names),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_absolute),
        cmocka_unit_test(test_self),
        cmocka_unit_test(test_self_replaced), /* the last */
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
