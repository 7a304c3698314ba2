#include "cli/batch/submit_parts.h"
#include "cli/forecast/api_workers.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <math.h>

enum {
    CPU_WORKERS = 2,       /* of a node without a GPU */
    COORDINATOR_MB = 2048, /* rank 0, and what every rank has */
    WORKER_MB = 512,
    APART_MB = 256, /* a worker without a GPU */
};

/* A model, its context and its buffers, for each part of its file. */
static const double memory_factor = 1.3;

/* Bytes of one worker: of a model on several GPUs one worker in so many has it. */
static double memory_each(const struct sweep *sweep, size_t player)
{
    const struct job *job = sweep->job;
    const bool is_role = player >= job->num_models;
    const size_t at = is_role ? player - job->num_models : player;
    const int64_t gpus = is_role ? job->roles[at].gpus : job->models[at].gpus;
    const uint64_t bytes = is_role ? sweep->roles.players[at].facts.memory_bytes
                                   : sweep->facts[at].memory_bytes;

    return (double)bytes / (double)(gpus > 1 ? gpus * job->share : 1);
}

/* Of so many workers, each with the largest model that they may have. */
static int64_t memory_of(const struct sweep *sweep, int workers, bool are_apart)
{
    const struct job *job = sweep->job;
    double most = 0;

    for (size_t i = 0; i < job->num_models + NUM_ROLES; i++) {
        const bool is_role = i >= job->num_models;
        const size_t role = is_role ? i - job->num_models : 0;

        if ((is_role && !sweep->roles.players[role].is_set)
            || (are_apart && !api_workers_may_take(job, i)))
            continue;
        most = fmax(most, memory_each(sweep, i));
    }
    return (int64_t)workers * (are_apart ? APART_MB : WORKER_MB)
           + (int64_t)(most * memory_factor / 1048576.0) * workers;
}

/* Those with most of the GPUs that the site file asks for; NULL: there are
 * none, or no queue. */
static const struct cluster_nodes *best_nodes(
    const struct site *site,
    const struct cluster_partition *partition)
{
    const bool is_typed = site->gpu_type && site->gpus_per_node != 0;
    const struct cluster_wish any = { .constraint = site->constraint,
                                      .gpu_type = site->gpu_type,
                                      .gpus = is_typed ? 1 : 0 };

    return partition ? cluster_best(partition, &any) : NULL;
}

/* All that such a node has; of a type that no node has one, so that the queue
 * says so. */
static void choose_gpus(const struct site *site,
                        const struct cluster_nodes *nodes,
                        struct cluster_wish *wish)
{
    const int least = site->gpu_type ? 1 : 0;

    wish->gpus = (int)site->gpus_per_node;
    if (wish->gpus < 0)
        wish->gpus = nodes ? cluster_gpus(nodes, site->gpu_type) : least;
    if (wish->gpus > 0)
        wish->gpu_type = site->gpu_type;
}

void submit_choose_node(const struct site *site,
                        const struct cluster_partition *partition,
                        const struct sweep *sweep,
                        struct submit_size *out)
{
    const struct cluster_nodes *nodes = best_nodes(site, partition);
    struct cluster_wish *wish = &out->wish;

    choose_gpus(site, nodes, wish);
    out->workers_per_node = (int)site->workers_per_node;
    if (out->workers_per_node <= 0) {
        out->workers_per_node =
            wish->gpus > 0 ? wish->gpus * (int)sweep->job->share : CPU_WORKERS;
    }
    out->cpus_per_worker = (int)site->cpus_per_worker;
    if (out->cpus_per_worker <= 0)
        out->cpus_per_worker = nodes ? nodes->cpus / out->workers_per_node : 0;
    if (out->cpus_per_worker == 0 && nodes)
        out->cpus_per_worker = 1;
    wish->cpus = out->cpus_per_worker * out->workers_per_node;
    out->num_apart = api_workers_wanted(sweep->job);
    out->apart_memory_mb = memory_of(sweep, out->num_apart, true);
    wish->memory_mb =
        site->memory_mb > 0
            ? site->memory_mb
            : COORDINATOR_MB + memory_of(sweep, out->workers_per_node, false)
                  + (site->coordinator.num > 0 ? 0 : out->apart_memory_mb);
}

int submit_check_workers(const struct site *site,
                         const struct sweep *sweep,
                         const struct submit_size *size,
                         struct error *err)
{
    const int share = (int)sweep->job->share;
    const int starts = size->wish.gpus * share;

    if (site->workers_per_node <= 0 || starts == 0
        || site->workers_per_node == starts)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "\"workers_per_node\" of the site file is %lld, but a "
                     "node with %d GPUs gets %d: one for each, or as many as "
                     "\"share\" of the job says; leave it out, or say "
                     "\"gpus_per_node\"",
                     (long long)site->workers_per_node,
                     size->wish.gpus,
                     starts);
}

int submit_check_memory(const struct site *site,
                        const struct sweep *sweep,
                        struct error *err)
{
    if (!sweep->night.is_made_up || site->memory_mb > 0)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "no checkpoint is there yet (%s), so how much memory one "
                     "needs is not known: say \"memory_mb\", of a node, in the "
                     "site file",
                     sweep->job->checkpoints.files);
}
