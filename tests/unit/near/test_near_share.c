/* Which cores a worker gets, on machines that are only described: an XML text
 * as hwloc has it, with two packages of four cores, two threads each, and GPUs
 * on both. */
#include "base/file.h"
#include "base/text.h"
#include "near/near_gpus.h"
#include "near/near_share.h"
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

enum { PACKAGES = 2, CORES = 4 };

static void add_sets(struct text *out, unsigned cpus, unsigned nodes)
{
    text_addf(out,
              " cpuset=\"0x%x\" complete_cpuset=\"0x%x\" nodeset=\"0x%x\" "
              "complete_nodeset=\"0x%x\"",
              cpus,
              cpus,
              nodes,
              nodes);
}

/* Core c of package p has the threads 4p + c and 8 + 4p + c. */
static void add_package(struct text *out, unsigned p)
{
    text_addf(out, "<object type=\"Package\" os_index=\"%u\"", p);
    add_sets(out, 0x0f0fu << 4 * p, 1u << p);
    text_add(out, ">");
    text_addf(out, "<object type=\"NUMANode\" os_index=\"%u\"", p);
    add_sets(out, 0x0f0fu << 4 * p, 1u << p);
    text_add(out, " local_memory=\"1073741824\"/>");
    for (unsigned c = 0; c < CORES; c++) {
        text_addf(out, "<object type=\"Core\" os_index=\"%u\"", 4 * p + c);
        add_sets(out, 0x0101u << (4 * p + c), 1u << p);
        text_add(out, ">");
        for (unsigned t = 0; t < 2; t++) {
            text_addf(out,
                      "<object type=\"PU\" os_index=\"%u\"",
                      8 * t + 4 * p + c);
            add_sets(out, 1u << (8 * t + 4 * p + c), 1u << p);
            text_add(out, "/>");
        }
        text_add(out, "</object>");
    }
    /* a bridge of the host, and two GPUs */
    text_addf(out,
              "<object type=\"Bridge\" bridge_type=\"0-1\" depth=\"0\" "
              "bridge_pci=\"0000:[%02x-%02x]\">",
              16 * p + 16,
              16 * p + 31);
    for (unsigned g = 0; g < 2; g++) {
        text_addf(out,
                  "<object type=\"PCIDev\" pci_busid=\"0000:%02x:00.0\" "
                  "pci_type=\"0302 [10de:2330] [10de:16c1] a1\" "
                  "pci_link_speed=\"0.0\"/>",
                  16 * p + 17 + g);
    }
    text_add(out, "</object></object>");
}

static hwloc_topology_t describe(void)
{
    struct text out = { 0 };
    hwloc_topology_t topology;

    text_add(&out,
             "<?xml version=\"1.0\"?><topology version=\"2.0\">"
             "<object type=\"Machine\" os_index=\"0\"");
    add_sets(&out, 0xffff, 3);
    text_add(&out, " allowed_cpuset=\"0xffff\" allowed_nodeset=\"0x3\">");
    for (unsigned p = 0; p < PACKAGES; p++)
        add_package(&out, p);
    text_add(&out, "</object></topology>");
    assert_int_equal(hwloc_topology_init(&topology), 0);
    (void)hwloc_topology_set_io_types_filter(topology,
                                             HWLOC_TYPE_FILTER_KEEP_ALL);
    assert_int_equal(hwloc_topology_set_xmlbuffer(topology,
                                                  text_data(&out),
                                                  (int)out.len + 1),
                     0);
    assert_int_equal(hwloc_topology_load(topology), 0);
    text_release(&out);
    return topology;
}

static char buses[][NEAR_BUS] = { "0000:11:00.0",
                                  "0000:12:00.0",
                                  "0000:21:00.0",
                                  "0000:22:00.0" };
static const struct near_gpus gpus = { buses, 4 };

/* The share of a worker as a list; "" = it cannot be told. */
static void expect(const struct near_node *node, int worker, const char *want)
{
    hwloc_bitmap_t share = hwloc_bitmap_alloc();
    struct error err = { 0 };
    char text[128] = "";

    if (near_share_choose(node, worker, share, &err) == 0) {
        (void)hwloc_bitmap_list_snprintf(text, sizeof text, share);
    } else {
        assert_true(err.text[0] != '\0');
    }
    hwloc_bitmap_free(share);
    assert_string_equal(text, want);
}

static hwloc_bitmap_t list(const char *cores)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();

    (void)hwloc_bitmap_list_sscanf(set, cores);
    return set;
}

static void check(const char *allowed,
                  const int *devices,
                  int workers,
                  const char *const *want)
{
    hwloc_topology_t topology = describe();
    hwloc_bitmap_t set = list(allowed);
    const struct near_node node = { topology, set, &gpus, devices, workers };

    for (int i = 0; i < workers; i++)
        expect(&node, i, want[i]);
    hwloc_bitmap_free(set);
    hwloc_topology_destroy(topology);
}

static void test_shares(void **state)
{
    static const int four[] = { 0, 1, 2, 3 };
    static const int crossed[] = { 2, 0, 3, 1 };
    static const int one[] = { 3 };
    static const int eight[] = { 0, 0, 0, 0, 0, 1, 1, 2 };

    (void)state;
    /* two on each package: two whole cores each */
    check("0-15",
          four,
          4,
          (const char *[]){ "0-1,8-9", "2-3,10-11", "4-5,12-13", "6-7,14-15" });
    check("0-15",
          crossed,
          4,
          (const char *[]){ "4-5,12-13", "0-1,8-9", "6-7,14-15", "2-3,10-11" });
    /* alone: all of its package, none of the other one */
    check("0-15", one, 1, (const char *[]){ "4-7,12-15" });
    /* more workers than cores: none is without one, none leaves the package */
    check("0-15",
          eight,
          8,
          (const char *[]){ "0,8",
                            "0,8",
                            "1,9",
                            "1,9",
                            "2,10",
                            "2,10",
                            "3,11",
                            "4-7,12-15" });
}

static void test_never_wider(void **state)
{
    static const int four[] = { 0, 1, 2, 3 };

    (void)state;
    check("1-2,9-10,7", four, 4, (const char *[]){ "1,9", "2,10", "7", "7" });
    /* nothing near is allowed: those are not bound, the others are */
    check("0-3", four, 4, (const char *[]){ "0-1", "2-3", "", "" });
}

static void test_unknown(void **state)
{
    static const int far[] = { 4 };
    static char other[][NEAR_BUS] = { "0000:77:00.0" };
    static const struct near_gpus strange = { other, 1 };
    static const int zero[] = { 0 };
    hwloc_topology_t topology = describe();
    hwloc_bitmap_t set = list("0-15");
    struct near_node node = { topology, set, &gpus, far, 1 };

    (void)state;
    expect(&node, 0, "");
    node.gpus = &strange;
    node.devices = zero;
    expect(&node, 0, "");
    hwloc_bitmap_free(set);
    hwloc_topology_destroy(topology);
}

/* ---- which GPUs there are, as a driver says it in a folder */

static char *root;

static void put(const char *name, const char *text)
{
    char *path = text_format("%s/%s", root, name);
    char *folder = path_folder(path);

    assert_int_equal(file_make_folder(folder, NULL), 0);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    free(folder);
    free(path);
}

static void put_gpu(const char *bus, const char *model, int minor)
{
    char *name = text_format("proc/driver/nvidia/gpus/%s/information", bus);
    char *text = text_format("Model: \t\t %s\nIRQ:   \t\t 18\n"
                             "GPU UUID: \t GPU-%d%d-abc\n"
                             "Bus Type: \t PCIe\nDevice Minor: \t %d\n",
                             model,
                             minor,
                             minor,
                             minor);

    put(name, text);
    free(text);
    free(name);
}

static int make_node(void **state)
{
    char path[] = "/tmp/test-near.XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(path));
    root = text_format("%s", path);
    put_gpu("0000:11:00.0", "NVIDIA H100", 3);
    put_gpu("0000:12:00.0", "NVIDIA H100", 0);
    put_gpu("0000:21:00.0", "NVIDIA H100", 1);
    put("dev/nvidia0", "");
    put("dev/nvidia1", "");
    put("dev/nvidia3", "");
    return 0;
}

static int remove_node(void **state)
{
    char *command = text_format("rm -rf %s", root);

    (void)state;
    assert_int_equal(system(command), 0);
    free(command);
    free(root);
    return 0;
}

/* Buses with blanks between; what is wrong begins with a "!". */
static void expect_gpus(struct near_gpus_params params, const char *want)
{
    struct near_gpus got;
    struct error err = { 0 };
    struct text text = { 0 };

    params.root = root;
    if (near_gpus_read(&got, &params, &err) == 0) {
        for (size_t i = 0; i < got.num; i++)
            text_addf(&text, "%s%s", i ? " " : "", got.bus[i]);
        near_gpus_release(&got);
        assert_string_equal(text_data(&text), want);
    } else {
        assert_int_equal(want[0], '!');
        assert_non_null(strstr(err.text, want + 1));
    }
    text_release(&text);
}

static void test_gpus(void **state)
{
    (void)state;
    expect_gpus((struct near_gpus_params){ 0 },
                "0000:11:00.0 0000:12:00.0 0000:21:00.0");
    expect_gpus((struct near_gpus_params){ .visible = "2,0" },
                "0000:21:00.0 0000:11:00.0");
    expect_gpus((struct near_gpus_params){ .visible = "GPU-00-abc,GPU-33" },
                "0000:12:00.0 0000:11:00.0");
    expect_gpus((struct near_gpus_params){ .visible = "0,3" }, "!'3'");
    expect_gpus((struct near_gpus_params){ .visible = "MIG-GPU-00-abc/1/2" },
                "!MIG-");
    expect_gpus((struct near_gpus_params){ .visible = "1",
                                           .buses = "0000:01:00.0,0000:02:"
                                                    "00.0" },
                "0000:02:00.0");
    expect_gpus((struct near_gpus_params){ .buses = "0000:01:00.0,,x" },
                "!comma");
}

/* One that a job may not open is not counted. */
static void test_hidden_gpu(void **state)
{
    char *path = text_format("%s/dev/nvidia3", root);

    (void)state;
    assert_int_equal(unlink(path), 0);
    expect_gpus((struct near_gpus_params){ .visible = "0,1" },
                "0000:12:00.0 0000:21:00.0");
    free(path);
}

static void test_order(void **state)
{
    (void)state;
    put_gpu("0000:21:00.0", "NVIDIA A100", 1);
    expect_gpus((struct near_gpus_params){ .visible = "0" },
                "!CUDA_DEVICE_ORDER=PCI_BUS_ID");
    expect_gpus(
        (struct near_gpus_params){ .visible = "0", .order = "PCI_BUS_ID" },
        "0000:11:00.0");
}

static void test_no_driver(void **state)
{
    char *command = text_format("rm -rf %s/proc", root);

    (void)state;
    assert_int_equal(system(command), 0);
    expect_gpus((struct near_gpus_params){ 0 }, "!TRUSTSWEEP_GPU_BUS");
    free(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_never_wider),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test_setup_teardown(test_gpus, make_node, remove_node),
        cmocka_unit_test_setup_teardown(test_hidden_gpu,
                                        make_node,
                                        remove_node),
        cmocka_unit_test_setup_teardown(test_order, make_node, remove_node),
        cmocka_unit_test_setup_teardown(test_no_driver, make_node, remove_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
