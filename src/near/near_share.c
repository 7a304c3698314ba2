#include "near/near_share.h"

#include "base/mem.h"
#include "near/near_gpus.h"
#include "trustsweep/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

hwloc_const_cpuset_t near_share_around(const struct near_node *self,
                                       int device,
                                       struct error *err)
{
    const bool is_there = device >= 0 && (size_t)device < self->gpus->num;
    const char *bus = is_there ? self->gpus->bus[device] : "";
    hwloc_obj_t card = NULL;
    hwloc_obj_t above = NULL;

    if (is_there)
        card = hwloc_get_pcidev_by_busidstring(self->topology, bus);
    if (card)
        above = hwloc_get_non_io_ancestor_obj(self->topology, card);
    if (above && above->cpuset && !hwloc_bitmap_iszero(above->cpuset))
        return above->cpuset;
    (void)error_set(err,
                    ERR_USAGE,
                    "where GPU %d (%s) is in this machine is not known",
                    device,
                    is_there ? bus : "not among those that are seen");
    return NULL;
}

/* Of `num` that share `cores` the one at `at`. */
static int share_out(hwloc_topology_t whole,
                     hwloc_const_cpuset_t cores,
                     unsigned num,
                     unsigned at,
                     hwloc_cpuset_t out)
{
    hwloc_cpuset_t *sets = mem_alloc(num, sizeof(hwloc_cpuset_t));
    hwloc_topology_t part = NULL;
    hwloc_obj_t root;
    int rc = hwloc_topology_dup(&part, whole);

    if (rc == 0)
        rc = hwloc_topology_restrict(part, cores, 0);
    if (rc == 0) {
        const int depth = hwloc_get_type_or_below_depth(part, HWLOC_OBJ_CORE);

        root = hwloc_get_root_obj(part);
        rc = hwloc_distrib(part, &root, 1, sets, num, depth, 0);
    }
    if (rc == 0)
        (void)hwloc_bitmap_copy(out, sets[at]);
    for (unsigned i = 0; i < num; i++)
        hwloc_bitmap_free(sets[i]);
    if (part)
        hwloc_topology_destroy(part);
    free(sets);
    return rc;
}

/* Allowed ones near the GPU of a worker. */
static int find_cores(const struct near_node *self,
                      int worker,
                      hwloc_cpuset_t out,
                      struct error *err)
{
    hwloc_const_cpuset_t around =
        near_share_around(self, self->devices[worker], err);

    if (!around)
        return -1;
    (void)hwloc_bitmap_and(out, around, self->allowed);
    return 0;
}

int near_share_choose(const struct near_node *self,
                      int worker,
                      hwloc_cpuset_t out,
                      struct error *err)
{
    hwloc_cpuset_t own = hwloc_bitmap_alloc();
    hwloc_cpuset_t other = hwloc_bitmap_alloc();
    unsigned num = 0;
    unsigned at = 0;
    int rc = find_cores(self, worker, own, err);

    if (rc == 0 && hwloc_bitmap_iszero(own)) {
        rc = error_set(err,
                       ERR_USAGE,
                       "no core near GPU %d may be used by this process",
                       self->devices[worker]);
    }
    for (int i = 0; rc == 0 && i < self->workers; i++) {
        if (i == worker)
            at = num;
        if (i == worker
            || (find_cores(self, i, other, NULL) == 0
                && hwloc_bitmap_isequal(own, other)))
            num++;
    }
    if (rc == 0 && share_out(self->topology, own, num, at, out) < 0)
        rc = error_set(err, ERR_USAGE, "hwloc cannot share out the cores");
    hwloc_bitmap_free(other);
    hwloc_bitmap_free(own);
    return rc;
}
