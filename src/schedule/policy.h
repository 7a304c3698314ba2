/*
 * policy.h - how a sweep is cut into jobs by simpler policies, for comparison: a
 * job is units of one model that one slot does, and begins with a load.  (In
 * src/job and src/cli a job is the file that all of it is asked for with.)
 *
 * Who cuts them: schedule_jobs.h hands jobs out in a run, where units fail, come
 * later and slots die; simulate_jobs.h adds them up, as for a forecast dozens of
 * sizes are tried.  A test holds the one to the other.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stddef.h>
#include <stdint.h>

enum policy {
    POLICY_RESIDENT = 0, /* no jobs: schedule.h */
    POLICY_PAIR,         /* a job for each model and task, as HELM's and naive
                            Slurm runners do */
    POLICY_CHUNK,        /* jobs of a fixed number of units of one model: big
                            tasks are cut, small ones put together */
    POLICY_STATIC,       /* each model's units cut into equal shards */
    NUM_POLICIES,
};

const char *policy_name(enum policy policy);

/* Those of a model stand together, and of these those of a task. */
struct policy_units {
    const uint16_t *model; /* of all units */
    const uint16_t *task;  /* likewise; NULL: one task */
    const uint32_t *index; /* [num] which of them; NULL: the first ones */
    size_t num;
};

/*
 * The job of each unit, in the order in which jobs begin, from 0.
 *
 * policy   not POLICY_RESIDENT
 * size     units in a job (chunk), shards a model (static), above 0
 * job      [num]
 * returns  how many jobs; none is empty
 */
size_t policy_assign(enum policy policy,
                     size_t size,
                     const struct policy_units *units,
                     uint32_t *job);

#endif
