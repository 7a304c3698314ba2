#include "near/near.h"

#include "base/mem.h"
#include "base/text.h"
#include "near/near_gpus.h"
#include "near/near_share.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct near {
    struct near_node node;
    struct near_gpus gpus;
    hwloc_cpuset_t allowed;
    int *devices;
};

/* Libraries of GPUs are not asked: a driver would start in every rank. */
static const char *const left_out[] = { "cuda", "nvml",      "opencl",
                                        "rsmi", "levelzero", "gl" };

static int load(hwloc_topology_t *out, struct error *err)
{
    hwloc_topology_t topology = NULL;

    *out = NULL;
    if (hwloc_topology_init(&topology) < 0) {
        return error_set(err,
                         ERR_USAGE,
                         "hwloc does not start, so workers cannot be put near "
                         "their GPUs; --bind none goes on without");
    }
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        (void)hwloc_topology_set_components(
            topology,
            HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST,
            left_out[i]);
    }
    (void)hwloc_topology_set_io_types_filter(topology,
                                             HWLOC_TYPE_FILTER_KEEP_ALL);
    if (hwloc_topology_load(topology) == 0
        && hwloc_topology_is_thissystem(topology)) {
        *out = topology;
        return 0;
    }
    hwloc_topology_destroy(topology);
    return error_set(err, ERR_USAGE, "hwloc does not know this machine");
}

struct near *near_open(const int *devices, int workers, struct error *err)
{
    const struct near_gpus_params params = {
        .visible = getenv("CUDA_VISIBLE_DEVICES"),
        .order = getenv("CUDA_DEVICE_ORDER"),
        .buses = getenv("TRUSTSWEEP_GPU_BUS"),
        .root = "",
    };
    struct near *self = mem_alloc(1, sizeof *self);
    int rc = near_gpus_read(&self->gpus, &params, err);

    if (rc == 0)
        rc = load(&self->node.topology, err);
    if (rc == 0) {
        self->allowed = hwloc_bitmap_alloc();
        rc = hwloc_get_cpubind(self->node.topology,
                               self->allowed,
                               HWLOC_CPUBIND_THREAD);
        if (rc < 0) {
            (void)error_set_errno(err,
                                  errno,
                                  "cannot tell which cores may be used");
        }
    }
    if (rc < 0) {
        near_close(self);
        return NULL;
    }
    self->devices = mem_copy(devices, (size_t)workers * sizeof *devices);
    self->node.gpus = &self->gpus;
    self->node.allowed = self->allowed;
    self->node.devices = self->devices;
    self->node.workers = workers;
    return self;
}

static bool has(const struct slot *slot, int device)
{
    for (int i = 0; i < slot->num_devices; i++) {
        if (slot->devices[i] == device)
            return true;
    }
    return false;
}

/* Its own share, and with several GPUs those of all that have one of them. */
static int choose(const struct near *self,
                  int worker,
                  const struct slot *slot,
                  hwloc_cpuset_t out,
                  struct error *err)
{
    hwloc_cpuset_t other = hwloc_bitmap_alloc();
    int rc = near_share_choose(&self->node, worker, out, err);

    for (int i = 0; rc == 0 && slot->num_devices > 1 && i < self->node.workers;
         i++) {
        if (i == worker || !has(slot, self->devices[i]))
            continue;
        rc = near_share_choose(&self->node, i, other, err);
        if (rc == 0)
            (void)hwloc_bitmap_or(out, out, other);
    }
    hwloc_bitmap_free(other);
    return rc;
}

/* All cores near the GPUs of a slot, as a program that is started may use them:
 * a launcher's binding of this process is not for it. */
static void note_cores(const struct near *self, struct slot *slot)
{
    memset(slot->near, 0, sizeof slot->near);
    for (int i = 0; i < slot->num_devices; i++) {
        hwloc_const_cpuset_t around =
            near_share_around(&self->node, slot->devices[i], NULL);

        for (int core = around ? hwloc_bitmap_first(around) : -1;
             core >= 0 && core < SLOT_CORES;
             core = hwloc_bitmap_next(around, core))
            slot->near[core / 64] |= (uint64_t)1 << core % 64;
    }
}

static void say(const struct near *self,
                const struct slot *slot,
                hwloc_const_cpuset_t cores,
                struct text *out)
{
    char *list = NULL;

    if (hwloc_bitmap_list_asprintf(&list, cores) < 0)
        return;
    text_addf(out, "cores %s, near GPU", list);
    for (int i = 0; i < slot->num_devices; i++) {
        const int at = slot->devices[i];
        const bool is_seen = (size_t)at < self->gpus.num;

        text_addf(out,
                  "%s %s",
                  i > 0 ? "," : "",
                  is_seen ? self->gpus.bus[at] : "?");
    }
    free(list);
}

int near_bind(struct near *self,
              int worker,
              struct slot *slot,
              struct text *said,
              struct error *err)
{
    hwloc_cpuset_t cores = hwloc_bitmap_alloc();
    int rc = choose(self, worker, slot, cores, err);

    if (rc == 0
        && hwloc_set_cpubind(self->node.topology, cores, HWLOC_CPUBIND_THREAD)
               < 0)
        rc = error_set_errno(err, errno, "cannot bind to the cores");
    if (rc == 0) {
        /* without STRICT it is a wish; some kernels know none */
        (void)hwloc_set_membind(self->node.topology,
                                cores,
                                HWLOC_MEMBIND_BIND,
                                HWLOC_MEMBIND_THREAD);
        note_cores(self, slot);
        say(self, slot, cores, said);
    }
    hwloc_bitmap_free(cores);
    return rc;
}

int near_tell(const struct near *self,
              int worker,
              struct text *said,
              struct error *err)
{
    const struct slot slot = { .num_devices = 1,
                               .devices = { self->devices[worker] } };
    hwloc_cpuset_t cores = hwloc_bitmap_alloc();
    const int rc = choose(self, worker, &slot, cores, err);

    if (rc == 0)
        say(self, &slot, cores, said);
    hwloc_bitmap_free(cores);
    return rc;
}

void near_library(char *out, size_t size)
{
    const unsigned version = hwloc_get_api_version(); /* 0x20900 */

    (void)snprintf(out,
                   size,
                   "%u.%u.%u",
                   version >> 16,
                   version >> 8 & 0xffU,
                   version & 0xffU);
}

void near_close(struct near *self)
{
    if (!self)
        return;
    near_gpus_release(&self->gpus);
    if (self->node.topology)
        hwloc_topology_destroy(self->node.topology);
    hwloc_bitmap_free(self->allowed);
    free(self->devices);
    free(self);
}
