/* A model file that is replaced while a run goes on is not loaded again. */
#include "base/file.h"
#include "base/text.h"
#include "cli/run/rank_files.h"
#include "trustsweep/error.h"

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

static void test_another_file_is_refused(void **state)
{
    char folder[] = "/tmp/trustsweep-files-XXXXXX";
    char *path;
    char *spec;
    char *other;
    struct rank_files *files = rank_files_note(NULL);
    struct error err = { 0 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    path = path_join(folder, "m.gguf");
    other = path_join(folder, "n.gguf");
    spec = text_format("isolated:llama:%s,threads=1", path);
    assert_int_equal(file_write(path, "old", 3, NULL), 0);
    assert_int_equal(rank_files_check(files, spec, &err), 0); /* noted */
    assert_int_equal(rank_files_check(files, spec, &err), 0);
    assert_int_equal(file_write(other, "new", 3, NULL), 0);
    assert_int_equal(rename(other, path), 0);
    assert_int_equal(rank_files_check(files, spec, &err), -1);
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, "was changed or replaced"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rank_files_check(files, spec, &err), -1);
    /* what has no file, and folders, are let through */
    assert_int_equal(rank_files_check(files, "sim:", &err), 0);
    assert_int_equal(rank_files_check(files, "nothing:x", &err), 0);
    assert_int_equal(rmdir(folder), 0);
    rank_files_free(files);
    free(spec);
    free(other);
    free(path);
}

/* Each of them, also where only the second one is another. */
static void test_parts_are_looked_at(void **state)
{
    char folder[] = "/tmp/trustsweep-files-XXXXXX";
    char *first;
    char *second;
    char *spec;
    struct rank_files *files = rank_files_note(NULL);
    struct error err = { 0 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    first = path_join(folder, "m-00001-of-00002.gguf");
    second = path_join(folder, "m-00002-of-00002.gguf");
    spec = text_format("isolated:llama:%s", first);
    assert_int_equal(file_write(first, "one", 3, NULL), 0);
    assert_int_equal(file_write(second, "two", 3, NULL), 0);
    assert_int_equal(rank_files_check(files, spec, &err), 0);
    assert_int_equal(rank_files_check(files, spec, &err), 0);
    assert_int_equal(file_write(second, "three", 5, NULL), 0);
    assert_int_equal(rank_files_check(files, spec, &err), -1);
    assert_non_null(strstr(err.text, second));
    assert_int_equal(unlink(first), 0);
    assert_int_equal(unlink(second), 0);
    assert_int_equal(rmdir(folder), 0);
    rank_files_free(files);
    free(spec);
    free(second);
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_file_is_refused),
        cmocka_unit_test(test_parts_are_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
