/* What is free is the least of the machine's and of what cgroups leave. */
#include "base/file.h"
#include "base/text.h"
#include "generate/parts/free_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIB ((uint64_t)1024 * 1024)

static char *root;

/* A file of the machine that stands in for this one. */
static void put(const char *path, const char *content)
{
    char *full = text_format("%s/%s", root, path);
    char *folder = text_format("%s", full);

    *strrchr(folder, '/') = '\0';
    assert_int_equal(file_make_folder(folder, NULL), 0);
    assert_int_equal(file_write(full, content, strlen(content), NULL), 0);
    free(folder);
    free(full);
}

static int begin(void **state)
{
    char folder[] = "/tmp/trustsweep-test.XXXXXX";

    (void)state;
    root = text_format("%s", mkdtemp(folder));
    put("proc/meminfo", "MemTotal: 2097152 kB\nMemAvailable: 1048576 kB\n");
    return 0;
}

static int end(void **state)
{
    char *command = text_format("rm -rf '%s'", root);

    (void)state;
    (void)!system(command);
    free(command);
    free(root);
    return 0;
}

static void test_the_machine_where_nothing_limits(void **state)
{
    (void)state;
    assert_int_equal(free_memory(root), 1024 * MIB);
    put("proc/self/cgroup", "0::/job\n");
    put("sys/fs/cgroup/job/memory.max", "max\n");
    put("sys/fs/cgroup/job/memory.current", "1048576\n");
    assert_int_equal(free_memory(root), 1024 * MIB);
    put("proc/self/cgroup", "4:cpu,memory:/a\n");
    put("sys/fs/cgroup/memory/a/memory.limit_in_bytes",
        "9223372036854771712\n");
    put("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1048576\n");
    assert_int_equal(free_memory(root), 1024 * MIB);
}

static void test_version_2(void **state)
{
    (void)state;
    put("proc/self/cgroup", "0::/slurm/job/step\n");
    put("sys/fs/cgroup/slurm/job/memory.max", "524288000\n");
    put("sys/fs/cgroup/slurm/job/memory.current", "209715200\n");
    /* of the job above the step: 500 - 200 MiB */
    assert_int_equal(free_memory(root), 300 * MIB);
    put("sys/fs/cgroup/slurm/job/memory.stat",
        "anon 1\ninactive_file 104857600\n");
    assert_int_equal(free_memory(root), 400 * MIB);
    put("sys/fs/cgroup/slurm/job/step/memory.max", "52428800\n");
    put("sys/fs/cgroup/slurm/job/step/memory.current", "0\n");
    assert_int_equal(free_memory(root), 50 * MIB);
    put("sys/fs/cgroup/slurm/job/step/memory.current", "52428801\n");
    assert_int_equal(free_memory(root), 1); /* nothing, not unknown */
}

static void test_version_1(void **state)
{
    (void)state;
    put("proc/self/cgroup",
        "9:name=systemd:/\n4:cpu,memory:/host/name\n0::/\n");
    /* as a container sees it: its own at the top */
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "314572800\n");
    put("sys/fs/cgroup/memory/memory.usage_in_bytes", "209715200\n");
    assert_int_equal(free_memory(root), 100 * MIB);
    put("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 104857600\n");
    assert_int_equal(free_memory(root), 200 * MIB);
}

static void test_the_machine_where_it_is_less(void **state)
{
    (void)state;
    put("proc/self/cgroup", "0::/\n");
    put("sys/fs/cgroup/memory.max", "10737418240\n");
    put("sys/fs/cgroup/memory.current", "0\n");
    assert_int_equal(free_memory(root), 1024 * MIB);
}

static void test_unknown(void **state)
{
    (void)state;
    put("proc/meminfo", "MemTotal: 2097152 kB\n");
    assert_int_equal(free_memory(root), 0);
    put("proc/self/cgroup", "nonsense\n1:memory\n\n");
    assert_int_equal(free_memory(root), 0);
    assert_true(free_memory("") > 0); /* this machine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_machine_where_nothing_limits,
                                        begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_version_2, begin, end),
        cmocka_unit_test_setup_teardown(test_version_1, begin, end),
        cmocka_unit_test_setup_teardown(test_the_machine_where_it_is_less,
                                        begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_unknown, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
