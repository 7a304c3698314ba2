#include "base/mem.h"
#include "base/text.h"
#include "cli/batch/submit.h"
#include "cli/batch/submit_parts.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/places.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/forecast/plan_range.h"
#include "cli/forecast/plan_sizes.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

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

/* A node that is away now would only keep the job waiting: no more than those
 * that can be had, but for what a model takes at once. */
static void leave_out_away(const struct cluster_partition *partition,
                           int least,
                           struct submit_size *out)
{
    struct cluster_wish *wish = &out->wish;
    const int usable = partition ? cluster_num_usable(partition, wish) : 0;
    const int enough = usable > least ? usable : least;

    if (usable == 0 || wish->nodes <= enough)
        return;
    out->nodes_away = cluster_num_fitting(partition, wish) - usable;
    wish->nodes = enough;
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
    const char **names = outlook_names(outlook);
    const char *name = NULL;
    int least = 1;

    for (size_t i = 0; i < sweep->job->num_models + outlook->num_roles; i++) {
        const struct schedule_model *of = &outlook->schedule_models[i];
        const int nodes = of->may_span ? nodes_for(of->width, size) : 1;

        if (nodes > least) {
            least = nodes;
            name = names[i];
        }
    }
    free((void *)names);
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

/* The one of the job's types of GPUs that the site file asks for, else the
 * first; `is_sure`: the nodes have no other. */
static size_t type_of(const struct sweep *sweep,
                      const struct site *site,
                      bool *is_sure)
{
    const size_t num = sweep->job->num_gpu_types;
    const size_t t = job_gpu_type_called(sweep->job, site->gpu_type);

    *is_sure = t < num || num == 0;
    return t < num ? t : 0;
}

/* So many workers, all of that type. */
static void take_type(const struct sweep *sweep,
                      struct outlook *outlook,
                      size_t type,
                      size_t workers)
{
    const struct job *job = sweep->job;
    char *text = NULL;

    if (job->num_gpu_types > 0)
        text = text_format("%s=%zu", job->gpu_types[type].type, workers);
    (void)gpu_types_plan(&outlook->types, job, text, workers, NULL);
    free(text);
}

/* A forecast of them. */
static int try_size(const struct sweep *sweep,
                    struct outlook *outlook,
                    size_t type,
                    size_t workers,
                    struct plan_forecast *out,
                    struct error *err)
{
    take_type(sweep, outlook, type, workers);
    outlook_add_apart(outlook, sweep, workers);
    return plan_forecast_make(out, outlook, workers, NULL, err);
}

/* What needs more than so many nodes have: said as `plan` and `run` say it.
 * type  NULL: nobody knows which GPUs these will be */
static int check_room(const struct sweep *sweep,
                      struct outlook *outlook,
                      const size_t *type,
                      int nodes,
                      const struct submit_size *size,
                      struct error *err)
{
    const size_t node = (size_t)size->workers_per_node;
    const size_t workers = (size_t)nodes * node;
    size_t *width =
        mem_alloc(sweep->job->num_models + NUM_ROLES, sizeof *width);
    struct places places;
    int rc;

    places_of_plan(&places, workers, 0, node, outlook->share, NULL);
    rc = places_widths(&places, sweep, width, err);
    if (rc == 0 && type) {
        take_type(sweep, outlook, *type, workers);
        rc = gpu_types_check(&outlook->types, sweep, &places, width, err);
    }
    places_release(&places);
    free(width);
    return rc;
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

/* Of all that is asked anything, roles too. */
static void find_longest_load(const struct outlook *outlook,
                              struct submit_size *out)
{
    const char **names = outlook_names(outlook);

    for (size_t i = 0; i < outlook->params.num_models; i++) {
        if (outlook->models[i].num_asked > 0
            && outlook->models[i].load_s > out->longest_load_s) {
            out->longest_load_s = outlook->models[i].load_s;
            out->longest_load = names[i];
        }
    }
    free((void *)names);
}

/* Of the nodes that were chosen. */
static int forecast_nodes(const struct sweep *sweep,
                          struct outlook *outlook,
                          size_t type,
                          bool is_sure,
                          struct submit_size *out,
                          struct error *err)
{
    const size_t workers =
        (size_t)out->wish.nodes * (size_t)out->workers_per_node;
    struct plan_forecast forecast;

    if (workers > PLACES_MOST_WORKERS) {
        return error_set(err,
                         ERR_USAGE,
                         "%d nodes of %d workers are more than the %d workers "
                         "that one run can have: say fewer --nodes",
                         out->wish.nodes,
                         out->workers_per_node,
                         (int)PLACES_MOST_WORKERS);
    }
    if (!outlook->is_known)
        return 0;
    if (try_size(sweep, outlook, type, workers, &forecast, is_sure ? err : NULL)
        == 0) {
        plan_range_make(&forecast, outlook);
        out->forecast_s = forecast.makespan_high_s;
        return 0;
    }
    out->no_forecast = "a guess: the site file names no type of GPU of the job "
                       "that holds all models";
    return is_sure ? -1 : 0;
}

/* The size that `plan` recommends, or a worker for each model. */
static int choose_nodes(const struct submit_options *given,
                        const struct site *site,
                        const struct sweep *sweep,
                        const struct cluster_partition *partition,
                        struct submit_size *out,
                        struct error *err)
{
    const int most = most_nodes(site, partition, &out->wish);
    struct plan_forecast forecast;
    struct outlook outlook;
    bool is_sure;
    const size_t type = type_of(sweep, site, &is_sure);
    size_t workers = num_for_gpus(sweep, out);
    int least;
    int rc;

    if (outlook_make(&outlook, sweep, err) < 0)
        return -1;
    outlook_warn(&outlook);
    outlook_add_roles(&outlook, sweep);
    outlook_place(&outlook,
                  (size_t)out->workers_per_node,
                  (size_t)out->workers_per_node);
    least = least_nodes(&outlook, sweep, given->nodes, most, out, err);
    if (least < 0
        || check_room(sweep, &outlook, is_sure ? &type : NULL, least, out, err)
               < 0) {
        outlook_release(&outlook);
        return -1;
    }
    out->forecast_s = (double)NAN;
    out->no_forecast = "a guess: a model's speed is not known";
    find_longest_load(&outlook, out);
    out->wish.nodes = (int)given->nodes;
    if (out->wish.nodes <= 0 && outlook.is_known) {
        /* what does not fit on so few is no matter: sizes that fit are looked for */
        (void)try_size(sweep, &outlook, type, workers, &forecast, NULL);
        plan_sizes_make(&forecast, &outlook);
        workers = recommend(&forecast, type);
    }
    if (out->wish.nodes <= 0) {
        out->wish.nodes = nodes_for(workers, out);
        if (out->wish.nodes < least)
            out->wish.nodes = least;
        if (out->wish.nodes > most)
            out->wish.nodes = most;
        leave_out_away(partition, least, out);
    }
    rc = forecast_nodes(sweep, &outlook, type, is_sure, out, err);
    outlook_release(&outlook);
    return rc;
}

int submit_choose(const struct submit_options *given,
                  const struct site *site,
                  const struct sweep *sweep,
                  const struct cluster *queue,
                  struct submit_size *out,
                  struct error *err)
{
    const struct cluster_partition *partition = NULL;

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
    submit_choose_node(site, partition, sweep, out);
    if (submit_check_workers(site, sweep, out, err) < 0
        || submit_check_memory(site, sweep, err) < 0
        || choose_nodes(given, site, sweep, partition, out, err) < 0
        || submit_choose_time(given, site, partition, sweep, out, err) < 0
        || submit_check_load(out, site, err) < 0
        || submit_check_budget(given, out, site, err) < 0)
        return -1;
    return queue ? cluster_check(queue, &out->wish, err) : 0;
}
