/* The nodes of an allocation: what Slurm's tools say, here small shell scripts,
 * and the command lines that come of it. */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/allocation.h"
#include "launch/mpirun.h"
#include "launch/tool.h"
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

static char folder[64];
static char *old_path;

static void write_tool(const char *name, const char *body)
{
    char *path = path_join(folder, name);
    char *text = text_format("#!/bin/sh\nPATH=/usr/bin:/bin\n%s\n", body);

    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    assert_int_equal(chmod(path, S_IRWXU), 0);
    free(text);
    free(path);
}

static int setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/test_allocation.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    old_path = mem_text(getenv("PATH"));
    (void)setenv("PATH", folder, 1);
    (void)setenv("SLURM_JOB_ID", "7", 1);
    (void)setenv("SLURM_JOB_NODELIST", "n[1-3]", 1);
    (void)setenv("SLURM_TASKS_PER_NODE", "2(x3)", 1);
    (void)setenv("CUDA_VISIBLE_DEVICES", "", 1);
    (void)unsetenv("SLURM_NTASKS_PER_NODE");
    (void)unsetenv("SLURM_MPI_TYPE");
    write_tool("squeue", "echo 'n[1-3]'");
    write_tool("scontrol",
               "[ \"$3\" = 'n[1-3]' ] && printf 'n1\\nn2\\nn3\\n' && exit\n"
               "echo \"$3\"");
    write_tool("srun",
               "[ \"$1\" = --version ] && echo slurm 22.05.8 && exit\n"
               "while [ \"$1\" != -w ]; do shift; done\n"
               "[ \"$2\" != n2 ]");
    return 0;
}

static int teardown(void **state)
{
    struct name_list list = { 0 };

    (void)state;
    (void)file_list(folder, &list, NULL);
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(folder, list.names[i]);

        (void)unlink(path);
        free(path);
    }
    name_list_release(&list);
    (void)rmdir(folder);
    (void)setenv("PATH", old_path, 1);
    (void)unsetenv("SLURM_JOB_ID");
    (void)unsetenv("TRUSTSWEEP_MPIRUN");
    free(old_path);
    return 0;
}

static void test_counts(void **state)
{
    (void)state;
    assert_int_equal(allocation_first_count("4(x2),3"), 4);
    assert_int_equal(allocation_first_count("16"), 16);
    assert_int_equal(allocation_first_count(""), 0);
    assert_int_equal(allocation_first_count(NULL), 0);
    assert_int_equal(allocation_first_count("-3"), 0);
}

static void expect_hosts(int gpus, bool probe, bool repeat, const char *want)
{
    struct allocation nodes;
    struct error err = { 0 };
    char *hosts;

    assert_int_equal(allocation_read(&nodes, gpus, probe, &err), 0);
    hosts = allocation_hosts(&nodes, repeat);
    assert_string_equal(hosts, want);
    free(hosts);
    allocation_release(&nodes);
}

static void test_hosts(void **state)
{
    (void)state;
    assert_true(allocation_is_there());
    expect_hosts(0, false, false, "n1:3,n2:2,n3:2");
    expect_hosts(4, false, false, "n1:5,n2:4,n3:4");
    expect_hosts(1, false, true, "n1,n1,n2,n3");
}

static void test_silent_node_is_left_out(void **state)
{
    (void)state;
    expect_hosts(1, true, false, "n1:2,n3:1");
}

/* A node that was taken from the running job is in the environment still. */
static void test_squeue_knows_better(void **state)
{
    (void)state;
    write_tool("squeue", "echo n3");
    expect_hosts(1, true, false, "n3:2");
    write_tool("squeue", "exit 1");
    expect_hosts(1, true, false, "n1:2,n3:1");
    /* at a first start there is nothing that it could know better */
    write_tool("squeue", "echo n3");
    expect_hosts(1, false, false, "n1:2,n2:1,n3:1");
}

static void test_nobody_answers(void **state)
{
    struct allocation nodes;
    struct error err = { 0 };

    (void)state;
    write_tool("srun", "exit 1");
    assert_int_equal(allocation_read(&nodes, 1, true, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "no node of n[1-3] starts the program"));
    write_tool("scontrol", "echo down; exit 1");
    assert_int_equal(allocation_read(&nodes, 1, false, &err), -1);
    assert_non_null(strstr(err.text, "scontrol"));
}

static void test_threads(void **state)
{
    (void)state;
    (void)unsetenv("SLURM_CPUS_ON_NODE");
    assert_int_equal(allocation_threads(64, 64, 4), 16);
    assert_int_equal(allocation_threads(64, 64, 0), 64);
    assert_int_equal(allocation_threads(64, 3, 4), 3); /* bound */
    assert_int_equal(allocation_threads(2, 2, 4), 1);
    (void)setenv("SLURM_CPUS_ON_NODE", "16", 1); /* a part of the node */
    assert_int_equal(allocation_threads(64, 64, 4), 4);
    assert_int_equal(allocation_threads(64, 16, 4), 4);
    (void)setenv("SLURM_CPUS_ON_NODE", "128", 1); /* more than there are */
    assert_int_equal(allocation_threads(64, 64, 4), 16);
    (void)unsetenv("SLURM_CPUS_ON_NODE");
}

static int num_apart;
static int num_ranks;

static void expect_command(bool is_restart, const char *want)
{
    static char argument[] = "run";
    char *argv[] = { argument, NULL };
    struct mpirun_params params = { .program = "/bin/t",
                                    .argv = argv,
                                    .ranks = num_ranks,
                                    .num_apart = num_apart,
                                    .is_restart = is_restart };
    struct error err = { 0 };
    char **command = mpirun_command(&params, &err);
    struct text line = { 0 };

    assert_non_null(command);
    for (char **word = command + 1; *word; word++)
        text_addf(&line, "%s ", *word);
    assert_non_null(strstr(text_data(&line), want));
    text_release(&line);
    mpirun_free(command);
}

static void test_commands(void **state)
{
    (void)state;
    write_tool("mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
    expect_command(false, "--host n1:3,n2:2,n3:2 -n 7 /bin/t run ");
    expect_command(true, "--host n1:3,n3:2 -n 5 /bin/t run ");
    (void)setenv("TRUSTSWEEP_MPIRUN", "srun", 1);
    expect_command(false,
                   "--mpi pmix --distribution=arbitrary --nodelist "
                   "n1,n1,n1,n2,n2,n3,n3 -n 7 /bin/t run ");
    (void)setenv("SLURM_MPI_TYPE", "pmix_v4", 1);
    expect_command(true, "--export=ALL --distribution=arbitrary");
}

/* Workers without a GPU are beside rank 0, before all others. */
static void test_workers_without_a_gpu(void **state)
{
    (void)state;
    num_apart = 2;
    write_tool("mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
    expect_command(false, "--host n1:5,n2:2,n3:2 -n 9 /bin/t run ");
    expect_command(true, "--host n1:5,n3:2 -n 7 /bin/t run ");
    num_ranks = 4;
    expect_command(false, "-n 6 /bin/t run ");
    num_ranks = 0;
    (void)unsetenv("SLURM_JOB_ID");
    expect_command(false, "-n 5 /bin/t run ");
    (void)setenv("SLURM_JOB_ID", "7", 1);
    (void)setenv("SLURM_JOB_NODELIST", "login1", 1);
    (void)setenv("SLURM_JOB_NODELIST_HET_GROUP_1", "n[1-3]", 1);
    (void)setenv("SLURM_NTASKS_PER_NODE_HET_GROUP_1", "1", 1);
    (void)setenv("TRUSTSWEEP_MPIRUN", "srun", 1);
    expect_command(false, "--het-group=0 -n 3 /bin/t run : ");
    expect_command(false, "--nodelist n1,n2,n3 -n 3 /bin/t run ");
    (void)unsetenv("SLURM_JOB_NODELIST_HET_GROUP_1");
    (void)unsetenv("SLURM_NTASKS_PER_NODE_HET_GROUP_1");
    num_apart = 0;
}

/* Rank 0 has the first component to itself, whatever GPUs are there. */
static void test_split(void **state)
{
    struct mpirun_params params = { .program = "/bin/t" };
    struct error err = { 0 };
    int gpus = 0;

    (void)state;
    (void)setenv("SLURM_JOB_NODELIST", "login1", 1);
    (void)setenv("SLURM_JOB_NODELIST_HET_GROUP_1", "n[1-3]", 1);
    (void)setenv("SLURM_JOB_NUM_NODES_HET_GROUP_1", "3", 1);
    (void)setenv("SLURM_NTASKS_PER_NODE_HET_GROUP_1", "4", 1);
    assert_int_equal(allocation_size(&gpus), 3);
    assert_int_equal(gpus, 4);
    expect_hosts(1, false, false, "n1:4,n2:4,n3:4");
    expect_hosts(1, true, false, "n1:4,n3:4");
    write_tool("mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
    assert_null(mpirun_command(&params, &err));
    assert_non_null(strstr(err.text, "only srun"));
    (void)setenv("TRUSTSWEEP_MPIRUN", "srun", 1);
    (void)setenv("SLURM_NTASKS_PER_NODE_HET_GROUP_1", "1", 1);
    expect_command(false, "--het-group=0 -n 1 /bin/t run : ");
    expect_command(false,
                   "--het-group=1 --distribution=arbitrary --nodelist "
                   "n1,n2,n3 -n 3 /bin/t run ");
    (void)unsetenv("SLURM_JOB_NODELIST_HET_GROUP_1");
    (void)unsetenv("SLURM_JOB_NUM_NODES_HET_GROUP_1");
    (void)unsetenv("SLURM_NTASKS_PER_NODE_HET_GROUP_1");
}

/* Of every node, and of what mpirun is told: as many as it would start. */
static void test_workers(void **state)
{
    struct mpirun_params params = { .share = 1 };

    (void)state;
    (void)setenv("SLURM_JOB_NUM_NODES", "3", 1);
    assert_int_equal(mpirun_count_workers(&params), 6);
    (void)setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3", 1);
    assert_int_equal(mpirun_count_workers(&params), 12);
    params.share = 2;
    assert_int_equal(mpirun_count_workers(&params), 24);
    params.ranks = 5;
    assert_int_equal(mpirun_count_workers(&params), 4);
    params.ranks = 0;
    (void)unsetenv("SLURM_JOB_NUM_NODES");
    assert_int_equal(mpirun_count_workers(&params), 8);
    (void)setenv("SLURM_JOB_ID", "", 1);
    assert_int_equal(mpirun_count_workers(&params), 8);
    (void)setenv("CUDA_VISIBLE_DEVICES", "", 1);
    assert_int_equal(mpirun_count_workers(&params), 2);
}

static void test_tool_that_hangs(void **state)
{
    const char *const argv[] = { "sleeps", NULL };
    struct text out = { 0 };
    struct error err = { 0 };

    (void)state;
    write_tool("sleeps", "echo begun; sleep 30");
    assert_int_equal(tool_run(argv, 300, &out, &err), -1);
    assert_string_equal(text_data(&out), "begun\n");
    assert_non_null(strstr(err.text, "sleeps has not ended within"));
    text_release(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_counts),
        TEST(test_hosts),
        TEST(test_silent_node_is_left_out),
        TEST(test_squeue_knows_better),
        TEST(test_nobody_answers),
        TEST(test_commands),
        TEST(test_workers_without_a_gpu),
        TEST(test_split),
        TEST(test_workers),
        TEST(test_threads),
        TEST(test_tool_that_hangs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
