/*
 * cluster.h - the production coordinator and workers in one process on a
 * virtual clock, with toy backends (toy.h) and whatever work and sink a test
 * gives; workers die, come back, are stopped and are slow.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "comm/transport_loop.h"
#include "dispatch/coordinator.h"
#include "dispatch/worker.h"
#include "schedule/schedule.h"
#include "toy.h"
#include "trustsweep/transport.h"

enum {
    MAX_RANKS = 8,
    TICK_MS = 10,
    MAX_TICK_MS = 320, /* while nothing happens */
    TAG = 77,
};

struct cluster {
    struct loop *loop;
    struct transport *transports[MAX_RANKS];
    struct worker *workers[MAX_RANKS]; /* NULL = dead */
    int64_t back_ms[MAX_RANKS];        /* when a dead one comes back; 0 = not */
    int64_t started_ms[MAX_RANKS];
    int64_t stopped_ms[MAX_RANKS]; /* until then it gets no time */
    struct schedule *schedule;
    struct coordinator *coordinator;
    int size;
    uint64_t random;
    int deaths_left;
    int hangs_left;
    int64_t tick_ms; /* of the next step */
};

/* What stands between rank 0 and its transport; NULL: nothing. */
static struct transport *(*wrap_rank0)(struct transport *inner);

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

static inline void work_request(void *self, size_t unit, struct request *out)
{
    (void)self;
    *out = (struct request){
        .unit = id_of(unit),
        .kind = REQUEST_CHAT,
        .task = mem_text("a/b"),
        .item_index = unit,
        .messages = mem_alloc(1, sizeof *out->messages),
        .num_messages = 1,
    };
    out->messages[0].role = mem_text("user");
    out->messages[0].text = mem_text("hello");
}

static inline struct hash128 work_id(void *self, size_t unit)
{
    (void)self;
    return id_of(unit);
}

static inline void cluster_start_worker(struct cluster *cluster, int rank)
{
    struct worker_params params;

    worker_params_defaults(&params);
    params.transport = cluster->transports[rank];
    params.tag = TAG;
    params.make = toy_make;
    params.is_loading = toy_is_loading;
    params.load_promise_ms = 60000;
    params.slot.max_context = rank;
    cluster->workers[rank] = worker_create(&params);
    cluster->started_ms[rank] = clock_ms();
}

static inline void cluster_kill_worker(struct cluster *cluster, int rank)
{
    loop_kill(cluster->loop, rank, true);
    worker_destroy(cluster->workers[rank]);
    cluster->workers[rank] = NULL;
    cluster->stopped_ms[rank] = 0;
}

static inline void cluster_make_schedule(struct cluster *cluster)
{
    static const struct schedule_model models[NUM_MODELS] = {
        { .load_s = 3, .tokens_per_s = 40 },
        { .load_s = 3, .tokens_per_s = 40 },
        { .load_s = 3, .is_role = true },
    };
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

    for (size_t i = 0; i < NUM_UNITS; i++) {
        of[i] = (uint16_t)(i / TOY_PER_MODEL);
        costs[i] = 5;
    }
    cluster->schedule = schedule_create(&params);
}

/* One more unit is known, as number `unit`. */
static inline void cluster_grow(struct cluster *cluster, size_t unit)
{
    if (schedule_add(cluster->schedule, (int)(unit / TOY_PER_MODEL), 0, 5)
        != unit)
        BUG("unit %zu is not the next one", unit);
    coordinator_grow(cluster->coordinator, unit + 1);
}

/* params: with work, sink and what a test wants otherwise; the rest is set. */
static inline void cluster_start(struct cluster *cluster,
                                 int size,
                                 uint64_t seed,
                                 struct coordinator_params *params)
{
    static const struct coordinator_model models[NUM_MODELS] = {
        { .name = "zero", .spec = "toy:0" },
        { .name = "one", .spec = "toy:1" },
        { .name = "two", .spec = "toy:2" },
    };
    struct loop_params loop = {
        .size = size,
        .seed = seed,
        .max_delay_ms = now_faults.max_delay_ms,
        .lose = now_faults.lose,
        .duplicate = now_faults.duplicate,
        .reorder = now_faults.reorder,
    };

    *cluster = (struct cluster){
        .size = size,
        .random = seed,
        .deaths_left = now_faults.num_deaths,
        .hangs_left = now_faults.num_hangs,
        .tick_ms = TICK_MS,
    };
    backend_random = seed + 1;
    cluster->loop = loop_create(&loop);
    for (int i = 0; i < size; i++)
        cluster->transports[i] = transport_loop_create(cluster->loop, i);
    if (wrap_rank0)
        cluster->transports[0] = wrap_rank0(cluster->transports[0]);
    cluster_make_schedule(cluster);
    params->transport = cluster->transports[0];
    params->schedule = cluster->schedule;
    params->models = models;
    params->num_models = NUM_MODELS;
    params->tag = TAG;
    params->backoff_ms = 200;
    cluster->coordinator = coordinator_create(params);
    for (int i = 1; i < size; i++)
        cluster_start_worker(cluster, i);
}

static inline void cluster_kill_rank0(struct cluster *cluster)
{
    coordinator_destroy(cluster->coordinator);
    schedule_destroy(cluster->schedule);
    cluster->coordinator = NULL;
    cluster->schedule = NULL;
    loop_kill(cluster->loop, 0, true);
}

static inline void cluster_finish(struct cluster *cluster)
{
    for (int i = 1; i < cluster->size; i++)
        worker_destroy(cluster->workers[i]);
    coordinator_destroy(cluster->coordinator);
    schedule_destroy(cluster->schedule);
    for (int i = 0; i < cluster->size; i++)
        cluster->transports[i]->ops->destroy(cluster->transports[i]);
    loop_destroy(cluster->loop);
}

static inline int any_worker(struct cluster *cluster)
{
    return 1 + (int)random_below(&cluster->random, (uint64_t)cluster->size - 1);
}

/* Now and then somebody dies or is stopped; those whose time has come are
 * back. */
static inline void cluster_disturb(struct cluster *cluster)
{
    for (int i = 1; i < cluster->size; i++) {
        if (!cluster->workers[i] && cluster->back_ms[i]
            && clock_ms() >= cluster->back_ms[i]) {
            loop_kill(cluster->loop, i, false);
            cluster_start_worker(cluster, i);
        }
    }
    if (killed_rank > 0 && cluster->workers[killed_rank]) {
        cluster_kill_worker(cluster, killed_rank);
        cluster->back_ms[killed_rank] = clock_ms() + 1000;
    }
    killed_rank = 0;
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

/* Every worker that gets time; then the clock moves on, in longer steps while
 * nothing happens.  did: whether rank 0 did something.  The rank of a worker
 * that ended by itself, or 0. */
static inline int cluster_step_workers(struct cluster *cluster,
                                       bool did,
                                       struct error *err)
{
    int ended = 0;

    for (int i = 1; i < cluster->size && !ended; i++) {
        int rc;

        if (!cluster->workers[i] || clock_ms() < cluster->stopped_ms[i])
            continue;
        if (now_faults.has_slow && i == 2
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

#endif
