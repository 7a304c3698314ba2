#include "cluster.h"

#include "base/clock.h"
#include "base/random.h"
#include "comm/transport_loop.h"
#include "dispatch/worker.h"
#include "schedule/schedule.h"
#include "toy.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <string.h>

struct transport *(*cluster_wrap_rank0)(struct transport *inner);

/* Every worker here has a make() of its own; the real one is not linked. */
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err);
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err)
{
    (void)slot;
    error_set(err, ERR_USAGE, "no backend '%s' in this test", spec);
    return NULL;
}

static void cluster_start_worker(struct cluster *cluster, int rank)
{
    static const char *const hosts[] = { "n0", "n1", "n2", "n3" };
    struct worker_params params;

    worker_params_defaults(&params);
    if (toy_faults.node_workers > 0)
        params.host = hosts[(rank - 1) / toy_faults.node_workers];
    params.free_port = toy_free_port;
    params.transport = cluster->transports[rank];
    params.tag = TAG;
    params.make = toy_make;
    params.is_loading = toy_is_loading;
    params.load_promise_ms = 60000 + toy_faults.torn_ms;
    params.slot.max_context = rank;
    cluster->workers[rank] = worker_create(&params);
    cluster->started_ms[rank] = clock_ms();
}

static void cluster_kill_worker(struct cluster *cluster, int rank)
{
    loop_kill(cluster->loop, rank, true);
    worker_destroy(cluster->workers[rank]);
    cluster->workers[rank] = NULL;
    cluster->stopped_ms[rank] = 0;
}

static void cluster_make_schedule(struct cluster *cluster)
{
    struct schedule_model models[NUM_MODELS] = {
        { .load_s = 3, .tokens_per_s = 40 },
        { .load_s = 3, .tokens_per_s = 40 },
        { .load_s = 3, .is_role = true },
    };
    const int each = toy_faults.node_workers;
    struct team_place places[MAX_RANKS];
    uint16_t of[NUM_UNITS];
    float costs[NUM_UNITS];
    struct schedule_params params = {
        .models = models,
        .num_models = NUM_MODELS,
        .num_units = NUM_FIRST,
        .unit_model = of,
        .unit_cost = costs,
        .num_slots = (size_t)cluster->size - 1,
        .lease_s = 4,
        .max_lease = 16,
    };

    for (int i = 0; i < cluster->size - 1 && each > 0; i++)
        places[i] = (struct team_place){ .node = i / each, .at = i % each };
    if (each > 0) {
        models[1].width = 2 * (size_t)each;
        models[1].may_span = true;
        params.places = places;
    }
    for (size_t i = 0; i < NUM_UNITS; i++) {
        of[i] = (uint16_t)(i / TOY_PER_MODEL);
        costs[i] = 5;
    }
    cluster->schedule = schedule_create(&params);
}

void cluster_grow(struct cluster *cluster, size_t unit)
{
    if (schedule_add(cluster->schedule, (int)(unit / TOY_PER_MODEL), 0, 5)
        != unit)
        BUG("unit %zu is not the next one", unit);
    coordinator_grow(cluster->coordinator, unit + 1);
}

void cluster_start(struct cluster *cluster,
                   int size,
                   uint64_t seed,
                   struct coordinator_params *params)
{
    static const struct coordinator_model models[NUM_MODELS] = {
        { .name = "zero", .spec = "toy:0" },
        { .name = "one", .spec = "toy:1" },
        { .name = "two", .spec = "toy:2" },
    };
    static struct coordinator_model over[NUM_MODELS];
    struct loop_params loop = {
        .size = size,
        .seed = seed,
        .max_delay_ms = toy_faults.max_delay_ms,
        .lose = toy_faults.lose,
        .duplicate = toy_faults.duplicate,
        .reorder = toy_faults.reorder,
    };

    *cluster = (struct cluster){
        .size = size,
        .random = seed,
        .deaths_left = toy_faults.num_deaths,
        .hangs_left = toy_faults.num_hangs,
        .tick_ms = TICK_MS,
    };
    toy_random = seed + 1;
    cluster->loop = loop_create(&loop);
    for (int i = 0; i < size; i++)
        cluster->transports[i] = transport_loop_create(cluster->loop, i);
    if (cluster_wrap_rank0)
        cluster->transports[0] = cluster_wrap_rank0(cluster->transports[0]);
    cluster_make_schedule(cluster);
    params->transport = cluster->transports[0];
    params->schedule = cluster->schedule;
    memcpy(over, models, sizeof models);
    if (toy_faults.node_workers > 0) {
        over[1].num_ranks = 2 * toy_faults.node_workers;
        over[1].num_nodes = 2;
    }
    params->models = over;
    params->num_models = NUM_MODELS;
    params->tag = TAG;
    params->backoff_ms = 200;
    cluster->coordinator = coordinator_create(params);
    for (int i = 1; i < size; i++)
        cluster_start_worker(cluster, i);
}

void cluster_kill_rank0(struct cluster *cluster)
{
    coordinator_destroy(cluster->coordinator);
    schedule_destroy(cluster->schedule);
    cluster->coordinator = NULL;
    cluster->schedule = NULL;
    loop_kill(cluster->loop, 0, true);
}

void cluster_finish(struct cluster *cluster)
{
    for (int i = 1; i < cluster->size; i++)
        worker_destroy(cluster->workers[i]);
    coordinator_destroy(cluster->coordinator);
    schedule_destroy(cluster->schedule);
    for (int i = 0; i < cluster->size; i++)
        cluster->transports[i]->ops->destroy(cluster->transports[i]);
    loop_destroy(cluster->loop);
}

static int any_worker(struct cluster *cluster)
{
    return 1 + (int)random_below(&cluster->random, (uint64_t)cluster->size - 1);
}

void cluster_disturb(struct cluster *cluster)
{
    for (int i = 1; i < cluster->size; i++) {
        if (!cluster->workers[i] && cluster->back_ms[i]
            && clock_ms() >= cluster->back_ms[i]) {
            loop_kill(cluster->loop, i, false);
            cluster_start_worker(cluster, i);
        }
    }
    if (toy_killed_rank > 0 && cluster->workers[toy_killed_rank]) {
        cluster_kill_worker(cluster, toy_killed_rank);
        cluster->back_ms[toy_killed_rank] = clock_ms() + 1000;
    }
    toy_killed_rank = 0;
    if (cluster->deaths_left > 0 && random_below(&cluster->random, 200) == 0) {
        int rank = any_worker(cluster);

        if (!cluster->workers[rank])
            return;
        cluster->deaths_left--;
        cluster_kill_worker(cluster, rank);
        /* Rank 1 always comes back, so that the work can end. */
        cluster->back_ms[rank] =
            rank == 1 || random_below(&cluster->random, 2)
                ? clock_ms() + 1
                      + (int64_t)random_below(&cluster->random, 60000)
                : 0;
    }
    if (cluster->hangs_left > 0 && random_below(&cluster->random, 200) == 0) {
        cluster->hangs_left--;
        cluster->stopped_ms[any_worker(cluster)] =
            clock_ms() + 100 + (int64_t)random_below(&cluster->random, 100000);
    }
}

int cluster_step_workers(struct cluster *cluster, bool did, struct error *err)
{
    int ended = 0;

    for (int i = 1; i < cluster->size && !ended; i++) {
        int rc;

        if (!cluster->workers[i] || clock_ms() < cluster->stopped_ms[i])
            continue;
        if (toy_faults.has_slow && i == 2
            && random_below(&cluster->random, 10) > 0)
            continue;
        rc = worker_step(cluster->workers[i], 5, err);
        did = did || rc > 0;
        if (rc < 0)
            ended = i;
    }
    cluster->tick_ms = did ? TICK_MS : cluster->tick_ms * 2;
    if (cluster->tick_ms > MAX_TICK_MS)
        cluster->tick_ms = MAX_TICK_MS;
    clock_advance_ms(cluster->tick_ms);
    return ended;
}
