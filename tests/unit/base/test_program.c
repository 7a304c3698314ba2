/* Programs are found as a shell finds them. */
#include "base/file.h"
#include "base/program.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/trustsweep-program.XXXXXX";

static char *put(const char *name, mode_t mode)
{
    char *path = path_join(folder, name);

    assert_int_equal(file_write(path, "#!/bin/sh\n", 10, NULL), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void test_the_first_one_in_path(void **state)
{
    char *below;
    char *path;
    char *tool;
    char *plain;
    char *found;

    (void)state;
    assert_non_null(mkdtemp(folder));
    below = text_format("%s/first/tool", folder);
    path = text_format("/none:%s/first:%s", folder, folder);
    /* a folder may be searched, which is not what makes a program */
    assert_int_equal(file_make_folder(below, NULL), 0);
    (void)setenv("PATH", path, 1);
    assert_false(program_is_there("tool"));
    assert_false(program_is_there(below));
    tool = put("tool", S_IRWXU);
    plain = put("plain", S_IRUSR);
    found = program_path("tool");
    assert_string_equal(found, tool);
    free(found);
    found = program_path(tool);
    assert_string_equal(found, tool);
    free(found);
    assert_false(program_is_there("plain"));
    assert_false(program_is_there(plain));
    assert_false(program_is_there("absent"));
    assert_int_equal(chdir(folder), 0);
    (void)setenv("PATH", ":/none", 1);
    found = program_path("tool");
    assert_string_equal(found, "./tool");
    free(found);
    (void)unlink(tool);
    (void)unlink(plain);
    (void)rmdir(below);
    (void)rmdir("first");
    (void)rmdir(folder);
    free(tool);
    free(plain);
    free(path);
    free(below);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_one_in_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
