/*
 * allocation.h - the nodes that a batch system has given us, and how many
 * ranks go where: a worker for each GPU of each node, and rank 0, which mostly
 * sleeps, beside those of the first one.
 */
#ifndef ALLOCATION_H
#define ALLOCATION_H

#include "base/text.h"

#include <stdbool.h>

struct error;

struct allocation {
    char **nodes; /* [num] names; owned */
    int num;
    int workers;        /* on each node */
    int beside;         /* ranks beside those of the first one: rank 0, which
                       allocation_read() counts, and workers without a GPU */
    int num_silent;     /* nodes that were left out */
    struct text silent; /* their names */
    bool is_split; /* those have a component of their own, these are workers' */
};

/* Whether this process is in an allocation, and not a rank yet. */
bool allocation_is_there(void);

/* Whether it is a heterogeneous job: the first component is for rank 0, the
 * second one has the nodes of the workers. */
bool allocation_is_split(void);

/*
 * Its nodes, as Slurm says now; of a split one those of the workers.
 *
 * gpus    of this node, or workers for them; 0: as many workers as tasks were
 *         asked for
 * probe   leave out nodes on which this program cannot be started within 15 s: on
 *         a second start, when one of them may be what ended the first
 * errors  ERR_IO when Slurm does not answer, or no node does
 */
int allocation_read(struct allocation *out,
                    int gpus,
                    bool probe,
                    struct error *err);
void allocation_release(struct allocation *self);

/* Nodes with workers, 0 = unknown.  gpus: of each, as this one has them; of a
 * split job as many as tasks were asked for on each. */
int allocation_size(int *gpus);

/* Workers of the whole allocation by its variables, 0 = unknown.  gpus: as of
 * allocation_read() */
int allocation_workers(int gpus);

int allocation_ranks(const struct allocation *self);

/* "node1:5,node2:4", `beside` at the first one unless it is split; or, as srun
 * wants it, each name as often as it has ranks.  free() */
char *allocation_hosts(const struct allocation *self, bool repeat);

/* The first number of a list like "4(x2),3"; 0 = none. */
int allocation_first_count(const char *text);

/*
 * Threads for one of `workers` on this node: an even share of the cores of the
 * job ($SLURM_CPUS_ON_NODE) or, without one, of the `online` ones, and not more
 * than the `usable` ones of a process that is bound.  At least 1.
 */
int allocation_threads(long online, long usable, int workers);

#endif
