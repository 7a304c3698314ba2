/* From when a night counts that goes on in a folder. */
#include "base/file.h"
#include "base/text.h"
#include "cli/folder/checkpoints_since.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char *put(const char *dir, const char *name, const char *text)
{
    char *path = path_join(dir, name);

    assert_int_equal(file_write(path, text, 2, NULL), 0);
    return path;
}

/* The night of a folder is the one that began there, also where a run without
 * checkpoints was before. */
static void test_the_first_start_counts(void **state)
{
    char dir[] = "/tmp/test-since-XXXXXX";
    char *job;
    char *since;

    (void)state;
    (void)unsetenv(CHECKPOINTS_SINCE);
    assert_non_null(mkdtemp(dir));
    /* nothing has begun: each start is the first */
    assert_int_equal(checkpoints_since_keep(dir, 1000, NULL), 0);
    assert_int_equal(checkpoints_since_keep(dir, 2000, NULL), 0);
    assert_true(checkpoints_since(dir) > 1000000);
    job = put(dir, "job.json", "{}");
    assert_int_equal(checkpoints_since(dir), 2000);
    assert_int_equal(checkpoints_since_keep(dir, 3000, NULL), 0);
    assert_int_equal(checkpoints_since(dir), 2000);
    /* a run was there, and no night */
    since = path_join(dir, "checkpoints-since.json");
    assert_int_equal(unlink(since), 0);
    assert_int_equal(checkpoints_since_keep(dir, 4000, NULL), 0);
    assert_int_equal(checkpoints_since(dir), 4000);
    assert_int_equal(checkpoints_since_keep(dir, 5000, NULL), 0);
    assert_int_equal(checkpoints_since(dir), 4000);
    assert_int_equal(unlink(since), 0);
    assert_int_equal(unlink(job), 0);
    assert_int_equal(rmdir(dir), 0);
    free(since);
    free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_start_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
