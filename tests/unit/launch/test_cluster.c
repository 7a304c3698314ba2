/* What sinfo says, and whether a wish fits. */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/cluster.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char lines[] =
    "gpu*|up|1-00:00:00|1-4|1/1/1/3|32|64000|"
    "gpu:a100:4(S:0-1),mps:400|a100,ib\n"
    "gpu*|up|1-00:00:00|1-4|0/6/0/6|16|32000|gpu:v100:2|v100\n"
    "cpu|up|infinite|1-infinite|3/3/3/9|64|256000|(null)|(null)\n"
    "old|inact|infinite|1-infinite|0/0/2/2|8|8000|gpu:8|(null)\n"
    "one|up|infinite|1|0/5/0/5|8|8000|(null)|(null)\n"
    "mix|up|infinite|1-infinite|0/1/0/1|8|16000|gpu:v100:4,gpu:a100:1|(null)\n"
    "mix|up|infinite|1-infinite|0/1/0/1|8|8000|gpu:a100:2|(null)\n";

static void test_times(void **state)
{
    char text[32];

    (void)state;
    assert_int_equal(cluster_seconds("90"), 5400);
    assert_int_equal(cluster_seconds("5:30"), 330);
    assert_int_equal(cluster_seconds("01:02:03"), 3723);
    assert_int_equal(cluster_seconds("1-02:03:04"), 93784);
    assert_int_equal(cluster_seconds("2-0"), 172800);
    assert_int_equal(cluster_seconds("infinite"), -1);
    assert_int_equal(cluster_seconds("UNLIMITED"), -1);
    assert_int_equal(cluster_seconds("soon"), -2);
    assert_int_equal(cluster_seconds("1:2:3:4:5"), -2);
    assert_int_equal(cluster_seconds("5:"), -2);
    assert_int_equal(cluster_seconds(""), -2);
    assert_int_equal(cluster_seconds("99999999999"), -2);
    cluster_format_seconds(text, 93784);
    assert_string_equal(text, "26:03:04");
}

static void test_reading(void **state)
{
    const struct cluster_partition *gpu;
    struct cluster cluster;
    struct error err = { 0 };

    (void)state;
    assert_int_equal(cluster_parse(lines, &cluster, &err), 0);
    assert_int_equal(cluster.num, 5);
    gpu = cluster_find(&cluster, NULL, &err);
    assert_string_equal(gpu->name, "gpu");
    assert_int_equal(gpu->limit_s, 86400);
    assert_int_equal(gpu->max_nodes, 4);
    assert_int_equal(gpu->nodes[0].gpus, 4);
    assert_int_equal(gpu->nodes[1].gpus, 2);
    assert_int_equal(cluster.partitions[1].nodes[0].gpus, 0);
    assert_int_equal(cluster.partitions[2].nodes[0].gpus, 8);
    assert_int_equal(
        cluster_best(gpu, &(struct cluster_wish){ .gpus = 1 })->gpus,
        4);
    assert_int_equal(
        cluster_best(gpu, &(struct cluster_wish){ .constraint = "v100" })->gpus,
        2);
    assert_int_equal(
        cluster_num_fitting(gpu, &(struct cluster_wish){ .gpus = 1 }),
        9);
    assert_int_equal(
        cluster_num_usable(gpu, &(struct cluster_wish){ .gpus = 1 }),
        8);
    assert_int_equal(gpu->nodes[0].num_usable, 2);
    assert_int_equal(cluster.partitions[1].max_nodes, -1);
    assert_int_equal(cluster.partitions[3].max_nodes, 1);
    cluster_release(&cluster);
    assert_int_equal(cluster_parse("no bars\n", &cluster, &err), -1);
    cluster_release(&cluster);
}

/* The best nodes for a type are those with most of that type. */
static void test_types(void **state)
{
    const struct cluster_wish a100 = { .gpus = 1, .gpu_type = "a100" };
    const struct cluster_partition *mix;
    const struct cluster_nodes *best;
    struct error err = { 0 };
    struct cluster cluster;

    (void)state;
    assert_int_equal(cluster_parse(lines, &cluster, NULL), 0);
    assert_null(cluster_find(&cluster, "gpu,mix", &err));
    assert_non_null(strstr(err.text, "'gpu,mix' is a list"));
    mix = cluster_find(&cluster, "mix", NULL);
    assert_int_equal(cluster_gpus(&mix->nodes[0], NULL), 5);
    assert_int_equal(cluster_gpus(&mix->nodes[0], "a100"), 1);
    assert_int_equal(cluster_gpus(&mix->nodes[0], "a10"), 0);
    assert_int_equal(cluster_gpus(&cluster.partitions[2].nodes[0], "a100"), 0);
    best = cluster_best(mix, &a100);
    assert_int_equal(cluster_gpus(best, "a100"), 2);
    assert_null(
        cluster_best(mix,
                     &(struct cluster_wish){ .gpus = 1, .gpu_type = "h100" }));
    cluster_release(&cluster);
}

/* The tools of Slurm as a partition of unlike nodes has them: lines of 22.05,
 * with -e and without. */
static void test_unlike(void **state)
{
    static const char sinfo[] =
        "#!/bin/sh\n"
        "case \" $* \" in\n"
        "*' -e '*)\n"
        "    echo 'main*|up|infinite|1-infinite|0/1/0/1|16|16000|gpu:4|f'\n"
        "    echo 'main*|up|infinite|1-infinite|0/1/0/1|8|8000|gpu:4|f' ;;\n"
        "*) echo 'main*|up|infinite|1-infinite|0/2/0/2|8+|8000+|gpu:4|f' ;;\n"
        "esac\n";
    char dir[] = "/tmp/trustsweep-cluster.XXXXXX";
    char *path = mem_text(getenv("PATH"));
    struct cluster cluster;
    struct error err = { 0 };
    char *both;

    (void)state;
    assert_non_null(mkdtemp(dir));
    both = text_format("%s:%s", dir, path);
    for (int i = 0; i < 2; i++) {
        char *tool = path_join(dir, i == 0 ? "sinfo" : "sbatch");

        assert_int_equal(file_write(tool, sinfo, strlen(sinfo), &err), 0);
        assert_int_equal(chmod(tool, 0755), 0);
        free(tool);
    }
    (void)setenv("PATH", both, 1);
    if (cluster_read(&cluster, &err) < 0)
        fail_msg("%s", err.text);
    (void)setenv("PATH", path, 1);
    assert_int_equal(
        cluster_check(&cluster,
                      &(struct cluster_wish){ .nodes = 1, .memory_mb = 12000 },
                      &err),
        0);
    assert_int_equal(
        cluster_num_fitting(&cluster.partitions[0],
                            &(struct cluster_wish){ .memory_mb = 12000 }),
        1);
    cluster_release(&cluster);
    for (int i = 0; i < 2; i++) {
        char *tool = path_join(dir, i == 0 ? "sinfo" : "sbatch");

        (void)unlink(tool);
        free(tool);
    }
    (void)rmdir(dir);
    free(both);
    free(path);
}

static const struct {
    struct cluster_wish wish;
    const char *says; /* NULL: it fits */
} wishes[] = {
    { { .nodes = 4, .gpus = 2, .time_s = 86400 }, NULL },
    { { .partition = "cpu", .nodes = 9, .time_s = 864000 }, NULL },
    { { .partition = "gpus" }, "there are: gpu, cpu, old, one, mix" },
    { { .partition = "old", .nodes = 1 }, "not up" },
    { { .nodes = 1, .time_s = 90000 }, "--time 24:00:00 at most" },
    { { .nodes = 5, .gpus = 1 }, "say --nodes 4" },
    { { .nodes = 4, .gpus = 4 }, "say --nodes 3" },
    { { .nodes = 1, .gpus = 8 }, "3 with 4 GPUs" },
    { { .nodes = 1, .memory_mb = 100000 }, " has 100000 MiB; there are: " },
    { { .nodes = 1, .constraint = "h100" }, " has feature h100; there are: " },
    { { .nodes = 1, .gpus = 8, .cpus = 1, .memory_mb = 9, .constraint = "ib" },
      " has 8 GPUs, 1 core, 9 MiB, feature ib; there are: " },
    { { .nodes = 3, .constraint = "ib" }, NULL },
    { { .nodes = 1, .constraint = "ib&new" }, NULL }, /* Slurm's to judge */
    { { .partition = "one", .nodes = 1 }, NULL },
    { { .partition = "one", .nodes = 2 }, "say --nodes 1" },
    { { .partition = "mix", .nodes = 2, .gpus = 2 }, NULL },
    { { .partition = "mix", .nodes = 1, .gpus = 2, .gpu_type = "a100" }, NULL },
    { { .partition = "mix", .nodes = 2, .gpus = 2, .gpu_type = "a100" },
      "say --nodes 1" },
    { { .partition = "mix", .nodes = 1, .gpus = 4, .gpu_type = "a100" },
      "4 GPUs of type a100" },
};

static void test_wishes(void **state)
{
    struct cluster cluster;

    (void)state;
    assert_int_equal(cluster_parse(lines, &cluster, NULL), 0);
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        struct error err = { 0 };
        int rc = cluster_check(&cluster, &wishes[i].wish, &err);

        if (rc != (wishes[i].says ? -1 : 0)
            || (rc < 0 && !strstr(err.text, wishes[i].says)))
            fail_msg("wish %zu: %d, %s", i, rc, err.text);
    }
    cluster_release(&cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),  cmocka_unit_test(test_reading),
        cmocka_unit_test(test_types),  cmocka_unit_test(test_unlike),
        cmocka_unit_test(test_wishes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
