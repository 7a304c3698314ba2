/* What sinfo says, and whether a wish fits. */
#include "launch/cluster.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char lines[] =
    "gpu*|up|1-00:00:00|1-4|3|32|64000|gpu:a100:4(S:0-1),mps:400|a100,ib\n"
    "gpu*|up|1-00:00:00|1-4|6|16|32000|gpu:v100:2|v100\n"
    "cpu|up|infinite|1-infinite|9|64|256000|(null)|(null)\n"
    "old|inact|infinite|1-infinite|2|8|8000|gpu:8|(null)\n";

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
    assert_int_equal(cluster.num, 3);
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
    cluster_release(&cluster);
    assert_int_equal(cluster_parse("no bars\n", &cluster, &err), -1);
    cluster_release(&cluster);
}

static const struct {
    struct cluster_wish wish;
    const char *says; /* NULL: it fits */
} wishes[] = {
    { { .nodes = 4, .gpus = 2, .time_s = 86400 }, NULL },
    { { .partition = "cpu", .nodes = 9, .time_s = 864000 }, NULL },
    { { .partition = "gpus" }, "there are: gpu, cpu, old" },
    { { .partition = "old", .nodes = 1 }, "not up" },
    { { .nodes = 1, .time_s = 90000 }, "--time 24:00:00 at most" },
    { { .nodes = 5, .gpus = 1 }, "say --nodes 4" },
    { { .nodes = 4, .gpus = 4 }, "say --nodes 3" },
    { { .nodes = 1, .gpus = 8 }, "3 with 4 GPUs" },
    { { .nodes = 1, .memory_mb = 100000 }, "no node" },
    { { .nodes = 1, .constraint = "h100" }, "feature h100" },
    { { .nodes = 3, .constraint = "ib" }, NULL },
    { { .nodes = 1, .constraint = "ib&new" }, NULL }, /* Slurm's to judge */
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
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_wishes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
