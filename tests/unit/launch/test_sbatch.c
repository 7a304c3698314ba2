/* What of our environment sbatch gets to see: stand-ins that note it. */
#include "base/file.h"
#include "base/text.h"
#include "launch/sbatch.h"
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

enum { MAX_BYTES = 1024 * 1024 };

static char folder[64];
static char *tool;
static char *seen;

static int setup(void **state)
{
    static const char script[] = "#!/bin/sh\n"
                                 "env >\"$0.env\"\n"
                                 "echo 'a warning'\necho '17;cluster'\n";
    char *path;

    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/test_sbatch.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    tool = path_join(folder, "sbatch");
    seen = path_join(folder, "sbatch.env");
    path = text_format("%s:%s", folder, getenv("PATH"));
    (void)setenv("PATH", path, 1);
    free(path);
    return file_write(tool, script, strlen(script), NULL) < 0
                   || chmod(tool, 0700) < 0
               ? -1
               : 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(seen);
    (void)unlink(tool);
    free(seen);
    free(tool);
    return rmdir(folder);
}

static void test_environment(void **state)
{
    static const char *const out[] = {
        "SLURM_JOB_ID", "SLURM_MY_TOKEN", "SLURM_MEM_PER_CPU",
        "SPANK_X",      "SLURM_SPANK_X",  "SBATCH_PARTITION"
    };
    static const char *const kept[] = { "SLURM_CONF", "OTHER" };
    struct error err = { 0 };
    struct text env = { 0 };
    char *id = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        (void)setenv(out[i], "gone", 1);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        (void)setenv(kept[i], "kept", 1);
    assert_int_equal(sbatch_submit("x", NULL, &id, &err), 0);
    assert_string_equal(id, "17");
    assert_int_equal(file_read(seen, MAX_BYTES, &env, &err), 0);
    assert_null(strstr(text_data(&env), "=gone"));
    assert_non_null(strstr(text_data(&env), "SLURM_CONF=kept\n"));
    assert_non_null(strstr(text_data(&env), "OTHER=kept\n"));
    /* the process goes on as part of its job */
    assert_string_equal(getenv("SLURM_JOB_ID"), "gone");
    text_release(&env);
    free(id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_environment, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
