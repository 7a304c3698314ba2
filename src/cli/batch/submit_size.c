#include "base/clock.h"
#include "base/text.h"
#include "cli/batch/submit.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

enum {
    CPU_WORKERS = 2, /* of a node without a GPU */
    DAY_S = 86400,
    SPARE_S = 300,         /* to start, and for the results file */
    COORDINATOR_MB = 2048, /* rank 0, and what every rank has */
    WORKER_MB = 512,
    APART_MB = 256, /* a worker without a GPU */
};

/* A model, its context and its buffers, for each part of its file. */
static const double memory_factor = 1.3;

/* Of so many workers, each with the largest model that they may have. */
static int64_t memory_of(const struct sweep *sweep, int workers, bool are_apart)
{
    const struct job *job = sweep->job;
    double most = 0;

    for (size_t i = 0; i < job->num_models + NUM_ROLES; i++) {
        const bool is_role = i >= job->num_models;
        const struct role_player *player =
            &sweep->roles.players[is_role ? i - job->num_models : 0];

        if ((is_role && !player->is_set)
            || (are_apart && !api_workers_may_take(job, i)))
            continue;
        most = fmax(most,
                    (double)(is_role ? player->facts.memory_bytes
                                     : sweep->facts[i].memory_bytes));
    }
    return (int64_t)workers * (are_apart ? APART_MB : WORKER_MB)
           + (int64_t)(most * memory_factor / 1048576.0) * workers;
}

/* How long a job with checkpoints means to wait or work; 0 = it does not say. */
static double job_wait_s(const struct job_checkpoints *self)
{
    const int64_t now_s = clock_unix_ms() / 1000;
    const char *const texts[] = { self->until, self->deadline };
    int64_t last_s = now_s;

    for (size_t i = 0; self->files && i < 2; i++) {
        const int64_t at_s =
            texts[i] ? job_checkpoints_time(texts[i], now_s) : 0;

        if (at_s > last_s)
            last_s = at_s;
    }
    return (double)(last_s - now_s);
}

/* What a checkpoint that is not there will need of memory only its site knows. */
static int check_memory(const struct site *site,
                        const struct sweep *sweep,
                        struct error *err)
{
    if (!sweep->is_made_up || site->memory_mb > 0)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "no checkpoint is there yet (%s), so how much memory one "
                     "needs is not known: say \"memory_mb\", of a node, in the "
                     "site file",
                     sweep->job->checkpoints.files);
}

/* What the site file says, else what the partition's best nodes have. */
static void choose_node(const struct site *site,
                        const struct cluster_nodes *nodes,
                        const struct sweep *sweep,
                        struct submit_size *out)
{
    struct cluster_wish *wish = &out->wish;

    wish->gpus = (int)site->gpus_per_node;
    if (wish->gpus < 0)
        wish->gpus = nodes ? nodes->gpus : 0;
    out->workers_per_node = (int)site->workers_per_node;
    if (out->workers_per_node <= 0)
        out->workers_per_node = wish->gpus > 0 ? wish->gpus : CPU_WORKERS;
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

static int most_nodes(const struct site *site,
                      const struct cluster_partition *partition,
                      const struct cluster_wish *wish)
{
    int most = site->nodes > 0 ? (int)site->nodes : INT32_MAX;

    if (partition) {
        int fitting = cluster_num_fitting(partition, wish);

        if (partition->max_nodes > 0 && partition->max_nodes < most)
            most = partition->max_nodes;
        if (fitting > 0 && fitting < most)
            most = fitting;
    }
    return most;
}

static int nodes_for(size_t workers, const struct submit_size *size)
{
    size_t each = (size_t)size->workers_per_node;

    return (int)((workers + each - 1) / each);
}

/* Nodes that the widest model over several takes; -1: there are fewer.
 * given  by --nodes; 0 = none */
static int least_nodes(const struct outlook *outlook,
                       const struct sweep *sweep,
                       int64_t given,
                       int most,
                       const struct submit_size *size,
                       struct error *err)
{
    const int there = given > 0 && given < most ? (int)given : most;
    const char *name = NULL;
    int least = 1;

    for (size_t i = 0; i < sweep->job->num_models; i++) {
        const struct schedule_model *of = &outlook->schedule_models[i];
        const int nodes = of->may_span ? nodes_for(of->width, size) : 1;

        if (nodes > least) {
            least = nodes;
            name = sweep->job->models[i].name;
        }
    }
    if (least <= there || !name)
        return least;
    return error_set(err,
                     ERR_USAGE,
                     "model '%s' needs %d nodes at once, and there are %d; "
                     "--nodes and the site file's nodes set how many",
                     name,
                     least,
                     there);
}

/* The one of the job's types of GPUs that the site file asks for, else the first
 * one. */
static size_t type_of(const struct sweep *sweep, const struct site *site)
{
    const struct job *job = sweep->job;

    for (size_t t = 0; site->gpu_type && t < job->num_gpu_types; t++) {
        if (text_equal(job->gpu_types[t].type, site->gpu_type))
            return t;
    }
    return 0;
}

/* Of so many workers, all of that type. */
static void try_size(const struct sweep *sweep,
                     struct outlook *outlook,
                     size_t type,
                     size_t workers,
                     struct plan_forecast *out)
{
    const struct job *job = sweep->job;
    char *text = NULL;

    if (job->num_gpu_types > 0)
        text = text_format("%s=%zu", job->gpu_types[type].type, workers);
    (void)gpu_types_plan(&outlook->types, job, text, workers, NULL);
    free(text);
    outlook_add_apart(outlook, sweep, workers);
    plan_forecast_make(out, outlook, workers, 0);
}

/* The number of workers that is recommended of a type, or as many as tried. */
static size_t recommend(const struct plan_forecast *forecast, size_t type)
{
    const size_t best =
        type < PLAN_TYPES ? forecast->recommended_of[type] : SIZE_MAX;

    return best < forecast->num_sizes ? forecast->sizes[best].num_workers
                                      : forecast->num_workers;
}

/* Models that ask for a worker with a GPU, at least 1. */
static size_t num_for_gpus(const struct sweep *sweep,
                           const struct submit_size *size)
{
    size_t num = 0;

    for (size_t i = 0; i < sweep->job->num_models; i++)
        num += size->num_apart == 0 || !api_workers_may_take(sweep->job, i);
    return num > 0 ? num : 1;
}

/* The size that `plan` recommends, or a worker for each model. */
static int choose_nodes(const struct submit_options *given,
                        const struct site *site,
                        const struct sweep *sweep,
                        int most,
                        struct submit_size *out,
                        struct error *err)
{
    struct plan_forecast forecast;
    struct outlook outlook;
    const size_t type = type_of(sweep, site);
    size_t workers = num_for_gpus(sweep, out);
    int least;

    if (outlook_make(&outlook, sweep, err) < 0)
        return -1;
    outlook_place(&outlook, (size_t)out->workers_per_node);
    least = least_nodes(&outlook, sweep, given->nodes, most, out, err);
    if (least < 0) {
        outlook_release(&outlook);
        return -1;
    }
    out->forecast_s = (double)NAN;
    for (size_t i = 0; i < sweep->job->num_models; i++) {
        if (outlook.models[i].load_s > out->longest_load_s) {
            out->longest_load_s = outlook.models[i].load_s;
            out->longest_load = sweep->job->models[i].name;
        }
    }
    out->wish.nodes = (int)given->nodes;
    if (out->wish.nodes <= 0 && outlook.is_known) {
        try_size(sweep, &outlook, type, workers, &forecast);
        workers = recommend(&forecast, type);
    }
    if (out->wish.nodes <= 0) {
        out->wish.nodes = nodes_for(workers, out);
        if (out->wish.nodes < least)
            out->wish.nodes = least;
        if (out->wish.nodes > most)
            out->wish.nodes = most;
    }
    if (outlook.is_known) {
        workers = (size_t)out->wish.nodes * (size_t)out->workers_per_node;
        try_size(sweep, &outlook, type, workers, &forecast);
        out->forecast_s = forecast.makespan_high_s;
    }
    outlook_release(&outlook);
    return 0;
}

/* From the plan and what the job says of its end, at most the partition's. */
static int64_t plan_time(const struct site *site,
                         const struct cluster_partition *partition,
                         double wait_s,
                         struct submit_size *out)
{
    const int64_t spare_s = SPARE_S + site->notice_s;
    int64_t time_s = DAY_S;

    out->time_from = "a guess: a model's speed is not known";
    if (!isnan(out->forecast_s)) {
        time_s = (int64_t)out->forecast_s + spare_s;
        out->time_from = "the plan";
    }
    if (wait_s > 0 && !(wait_s < out->forecast_s)) {
        time_s = (int64_t)wait_s + spare_s;
        out->time_from = "the job's until and deadline";
    }
    if (partition && partition->limit_s > 0 && time_s > partition->limit_s) {
        time_s = partition->limit_s;
        out->time_from = "the partition's limit";
    }
    return time_s;
}

static int choose_time(const struct submit_options *given,
                       const struct site *site,
                       const struct cluster_partition *partition,
                       double wait_s,
                       struct submit_size *out,
                       struct error *err)
{
    const char *said = given->time ? given->time : site->time;
    int64_t time_s;

    if (said) {
        time_s = cluster_seconds(said);
        out->time_from = given->time ? "--time" : "the site file";
        if (time_s <= 0) {
            return error_set(err,
                             ERR_USAGE,
                             "%s: '%s' is no walltime; write HH:MM:SS",
                             out->time_from,
                             said);
        }
    } else {
        time_s = plan_time(site, partition, wait_s, out);
    }
    out->wish.time_s = (time_s + 59) / 60 * 60; /* Slurm counts in minutes */
    return 0;
}

/* Else every job would end while it loads, and no one would get further. */
static int check_load(const struct submit_size *size,
                      const struct site *site,
                      struct error *err)
{
    double least = size->longest_load_s + (double)site->notice_s;
    char load[32];

    if ((double)size->wish.time_s > least)
        return 0;
    if (size->longest_load_s <= 0) {
        return error_set(err,
                         ERR_USAGE,
                         "a walltime of %lld s is not longer than the notice "
                         "before its end, %lld s: say a longer --time, or a "
                         "shorter \"notice_s\" in the site file",
                         (long long)size->wish.time_s,
                         (long long)site->notice_s);
    }
    text_format_seconds(load, sizeof load, size->longest_load_s);
    return error_set(err,
                     ERR_USAGE,
                     "a walltime of %lld s is too short: model '%s' loads for "
                     "%s, and the last %lld s are for ending: say --time with "
                     "%.0f minutes or more",
                     (long long)size->wish.time_s,
                     size->longest_load,
                     load,
                     (long long)site->notice_s,
                     ceil((least + SPARE_S) / 60));
}

int submit_choose(const struct submit_options *given,
                  const struct site *site,
                  const struct sweep *sweep,
                  const struct cluster *queue,
                  struct submit_size *out,
                  struct error *err)
{
    const struct cluster_partition *partition = NULL;
    struct cluster_wish any = { .constraint = site->constraint };

    *out = (struct submit_size){
        .wish = { .partition = site->partition,
                  .constraint = site->constraint },
    };
    if (queue) {
        partition = cluster_find(queue, site->partition, err);
        if (!partition)
            return -1;
        /* the first component's would be kept for the second one */
        if (site->coordinator.num > 0)
            out->wish.partition = partition->name;
    }
    choose_node(site,
                partition ? cluster_best(partition, &any) : NULL,
                sweep,
                out);
    if (check_memory(site, sweep, err) < 0
        || choose_nodes(given,
                        site,
                        sweep,
                        most_nodes(site, partition, &out->wish),
                        out,
                        err)
               < 0
        || choose_time(given,
                       site,
                       partition,
                       job_wait_s(&sweep->job->checkpoints),
                       out,
                       err)
               < 0
        || check_load(out, site, err) < 0)
        return -1;
    return queue ? cluster_check(queue, &out->wish, err) : 0;
}
