/*
 * near_share.h - the cores of a worker: those near its GPU, shared out among the
 * workers of the node that have the same ones near.  Pure.
 */
#ifndef NEAR_SHARE_H
#define NEAR_SHARE_H

#include <hwloc.h>
#include <stddef.h>

struct error;
struct near_gpus;

struct near_node {
    hwloc_topology_t topology;
    hwloc_const_cpuset_t allowed; /* of this process */
    const struct near_gpus *gpus;
    const int *devices; /* [workers] the first GPU of each; as slots count */
    int workers;
};

/* Cores near a GPU, allowed or not; borrowed of the topology.  NULL: where it is
 * is not known. */
hwloc_const_cpuset_t near_share_around(const struct near_node *self,
                                       int device,
                                       struct error *err);

/*
 * The share of one worker, never beyond `allowed`; whole cores while there are
 * enough.
 *
 * errors  ERR_USAGE: it cannot be told, or nothing near is allowed
 */
int near_share_choose(const struct near_node *self,
                      int worker,
                      hwloc_cpuset_t out,
                      struct error *err);

#endif
