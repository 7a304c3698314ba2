/*
 * The production coordinator and workers in one process on a virtual clock:
 * hundreds of seeded clusters with deaths, restarts, loss, copies, delays and
 * backends that break.  A failure prints its seed.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "comm/transport_loop.h"
#include "dispatch/coordinator.h"
#include "dispatch/worker.h"
#include "schedule/schedule.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    NUM_MODELS = 3,
    NUM_UNITS = 150, /* model = unit / 50 */
    NUM_FIRST = 120, /* the others are added while it runs, as follow-ups are */
    MAX_RANKS = 8,
    TICK_MS = 10,
    LIMIT_MS = 4 * 3600 * 1000,
    PARALLEL = 4,
    TAG = 77,
    POISON = 60, /* the unit that breaks every backend, where one does */
};

struct faults {
    double lose, duplicate;
    int max_delay_ms;
    int num_deaths;       /* of workers; each comes back or not */
    double break_backend; /* chance at a step */
    double fail_create;
    double fail_unit;
    bool has_poison;
    bool has_bad_model;  /* model 1 cannot be made */
    bool has_torn_model; /* it can, and breaks while it loads */
};

/* ---- a backend: answers its unit's number, after a while ---- */

static struct faults now_faults;
static uint64_t backend_random;
static size_t num_generated[NUM_UNITS];
static size_t num_made[NUM_MODELS];
static int max_promise_ms; /* 0 = the coordinator's own */

static struct hash128 id_of(size_t unit)
{
    /* As good as a hash here, and found again without a search. */
    return (struct hash128){ unit * 0x9e3779b97f4a7c15U, unit };
}

static size_t find_unit(void *self, struct hash128 id)
{
    (void)self;
    return id.low < NUM_UNITS && hash_equal(id_of((size_t)id.low), id)
               ? (size_t)id.low
               : SIZE_MAX;
}

struct toy {
    struct backend base;
    int model;
    struct hash128 units[PARALLEL];
    int64_t due_ms[PARALLEL];
    size_t num;
    int64_t ready_ms; /* loading until then */
};

static int toy_submit(struct backend *base,
                      const struct request *request,
                      struct error *err)
{
    struct toy *toy = (struct toy *)base;
    size_t unit = (size_t)request->item_index;

    /* Every unit has come to the model it is of. */
    assert_int_equal(unit / (NUM_UNITS / NUM_MODELS), toy->model);
    if (unit == 7)
        return error_set(err, ERR_PERMANENT, "unit 7 cannot be asked");
    if (toy->num == PARALLEL)
        return error_set(err, ERR_TRANSIENT, "full");
    toy->units[toy->num] = request->unit;
    toy->due_ms[toy->num] =
        (toy->ready_ms > clock_ms() ? toy->ready_ms : clock_ms()) + 50
        + (int64_t)(unit * 37 % 400);
    toy->num++;
    return 0;
}

static void toy_answer(size_t unit, struct reply *out)
{
    char text[32];
    int len = snprintf(text, sizeof text, "answer %zu", unit);

    out->unit = id_of(unit);
    out->reply_tokens = 2;
    out->prompt_tokens = 3;
    if (random_unit(&backend_random) < now_faults.fail_unit) {
        reply_fail(out, STATE_FAILED, "bad luck");
        return;
    }
    num_generated[unit]++;
    reply_set_text(out, text, (size_t)len, FINISH_STOP);
}

static int toy_step(struct backend *base,
                    int budget_ms,
                    struct reply *out,
                    struct error *err)
{
    struct toy *toy = (struct toy *)base;

    if (budget_ms > 0
        && random_unit(&backend_random) < now_faults.break_backend)
        return error_set(err, ERR_IO, "broken by chance");
    if (now_faults.has_torn_model && toy->model == 1)
        return error_set(err, ERR_IO, "no such model file");
    for (size_t i = 0; i < toy->num; i++) {
        size_t unit = find_unit(NULL, toy->units[i]);

        if (toy->due_ms[i] > clock_ms())
            continue;
        if (now_faults.has_poison && unit == POISON)
            return error_set(err, ERR_IO, "poisoned");
        toy->num--;
        toy->units[i] = toy->units[toy->num];
        toy->due_ms[i] = toy->due_ms[toy->num];
        toy_answer(unit, out);
        return 1;
    }
    return 0;
}

static int toy_cancel(struct backend *base, struct hash128 unit)
{
    struct toy *toy = (struct toy *)base;

    for (size_t i = 0; i < toy->num; i++) {
        if (hash_equal(toy->units[i], unit)) {
            toy->num--;
            toy->units[i] = toy->units[toy->num];
            toy->due_ms[i] = toy->due_ms[toy->num];
            break;
        }
    }
    return 0;
}

static void toy_destroy(struct backend *base)
{
    free(base);
}

static const struct backend_ops toy_ops = {
    .name = "toy",
    .submit = toy_submit,
    .step = toy_step,
    .cancel = toy_cancel,
    .destroy = toy_destroy,
};

static struct backend *toy_make(const char *spec,
                                const struct slot *slot,
                                struct error *err)
{
    struct toy *toy;
    int model = spec[strlen(spec) - 1] - '0';

    (void)slot;
    num_made[model]++;
    if ((now_faults.has_bad_model && model == 1)
        || random_unit(&backend_random) < now_faults.fail_create) {
        error_set(err, ERR_IO, "no such model file");
        return NULL;
    }
    toy = mem_alloc(1, sizeof *toy);
    toy->base.ops = &toy_ops;
    toy->model = model;
    toy->ready_ms = clock_ms() + 3000;
    return &toy->base;
}

static bool toy_is_loading(const struct backend *base)
{
    return ((const struct toy *)base)->ready_ms > clock_ms();
}

/* Every worker here has a make() of its own; the real one is not linked. */
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err)
{
    (void)slot;
    error_set(err, ERR_USAGE, "no backend '%s' in this test", spec);
    return NULL;
}

/* ---- work and sink in memory; the disk is a little behind ---- */

struct memory {
    char *texts[NUM_UNITS]; /* state and text of each recorded unit */
    size_t num_appends[NUM_UNITS];
    bool was_done[NUM_UNITS]; /* before this run */
    uint64_t num_records;
    int64_t written_ms;
    uint64_t num_synced;
    uint64_t break_at; /* append of that number fails; 0 = never */
    size_t num_units;  /* that were made known */
};

static struct hash128 work_id(void *self, size_t unit)
{
    (void)self;
    return id_of(unit);
}

static void work_request(void *self, size_t unit, struct request *out)
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

static bool work_is_done(void *self, size_t unit)
{
    return ((struct memory *)self)->was_done[unit];
}

static bool work_may_grow(void *self)
{
    return ((struct memory *)self)->num_units < NUM_UNITS;
}

static int sink_append(void *self,
                       size_t unit,
                       const struct record *record,
                       uint64_t *ticket,
                       struct error *err)
{
    struct memory *memory = self;

    if (memory->break_at && memory->num_records + 1 == memory->break_at)
        return error_set(err, ERR_IO, "disk full");
    assert_true(hash_equal(record->reply.unit, id_of(unit)));
    assert_false(memory->was_done[unit]);
    memory->num_appends[unit]++;
    free(memory->texts[unit]);
    memory->texts[unit] = text_format(
        "%s %s",
        state_name(record->reply.state),
        record->reply.text ? record->reply.text : record->reply.detail);
    *ticket = ++memory->num_records;
    return 0;
}

static int sink_synced(void *self, uint64_t *ticket, struct error *err)
{
    struct memory *memory = self;

    (void)err;
    if (clock_ms() - memory->written_ms >= 100) {
        memory->num_synced = memory->num_records;
        memory->written_ms = clock_ms();
    }
    *ticket = memory->num_synced;
    return 0;
}

static void memory_release(struct memory *memory)
{
    for (size_t i = 0; i < NUM_UNITS; i++)
        free(memory->texts[i]);
}

/* ---- the cluster ---- */

struct cluster {
    struct loop *loop;
    struct transport *transports[MAX_RANKS];
    struct worker *workers[MAX_RANKS]; /* NULL = dead */
    int64_t back_ms[MAX_RANKS];        /* when a dead one comes back; 0 = not */
    struct schedule *schedule;
    struct coordinator *coordinator;
    int size;
    uint64_t random;
    int deaths_left;
};

static void start_worker(struct cluster *cluster, int rank)
{
    struct worker_params params;

    worker_params_defaults(&params);
    params.transport = cluster->transports[rank];
    params.tag = TAG;
    params.make = toy_make;
    params.is_loading = toy_is_loading;
    params.load_promise_ms = 60000;
    cluster->workers[rank] = worker_create(&params);
}

static void make_schedule(struct cluster *cluster)
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
        of[i] = (uint16_t)(i / (NUM_UNITS / NUM_MODELS));
        costs[i] = 5;
    }
    cluster->schedule = schedule_create(&params);
}

static void start(struct cluster *cluster,
                  int size,
                  uint64_t seed,
                  struct memory *memory)
{
    static const struct coordinator_model models[NUM_MODELS] = {
        { "zero", "toy:0" },
        { "one", "toy:1" },
        { "two", "toy:2" },
    };
    struct loop_params loop = {
        .size = size,
        .seed = seed,
        .max_delay_ms = now_faults.max_delay_ms,
        .lose = now_faults.lose,
        .duplicate = now_faults.duplicate,
    };
    struct coordinator_params params;

    *cluster = (struct cluster){ .size = size, .random = seed };
    cluster->deaths_left = now_faults.num_deaths;
    backend_random = seed + 1;
    cluster->loop = loop_create(&loop);
    for (int i = 0; i < size; i++)
        cluster->transports[i] = transport_loop_create(cluster->loop, i);
    make_schedule(cluster);
    coordinator_params_defaults(&params);
    params.transport = cluster->transports[0];
    params.schedule = cluster->schedule;
    memory->num_units = NUM_FIRST;
    params.work =
        (struct work){ memory,       NUM_FIRST,    work_id,      find_unit,
                       work_request, work_is_done, work_may_grow };
    params.sink = (struct sink){ memory, sink_append, sink_synced };
    params.models = models;
    params.num_models = NUM_MODELS;
    params.tag = TAG;
    params.max_attempts = now_faults.has_poison || now_faults.has_bad_model
                                  || now_faults.has_torn_model
                              ? 3
                              : 60;
    params.backoff_ms = 200;
    if (max_promise_ms > 0)
        params.max_promise_ms = max_promise_ms;
    cluster->coordinator = coordinator_create(&params);
    for (int i = 1; i < size; i++)
        start_worker(cluster, i);
}

static void finish(struct cluster *cluster)
{
    for (int i = 1; i < cluster->size; i++)
        worker_destroy(cluster->workers[i]);
    coordinator_destroy(cluster->coordinator);
    schedule_destroy(cluster->schedule);
    for (int i = 0; i < cluster->size; i++)
        cluster->transports[i]->ops->destroy(cluster->transports[i]);
    loop_destroy(cluster->loop);
}

static void kill_and_revive(struct cluster *cluster)
{
    for (int i = 1; i < cluster->size; i++) {
        if (!cluster->workers[i] && cluster->back_ms[i]
            && clock_ms() >= cluster->back_ms[i]) {
            loop_kill(cluster->loop, i, false);
            start_worker(cluster, i);
        }
    }
    if (cluster->deaths_left > 0 && random_below(&cluster->random, 200) == 0) {
        int rank =
            1
            + (int)random_below(&cluster->random, (uint64_t)cluster->size - 1);

        if (!cluster->workers[rank])
            return;
        cluster->deaths_left--;
        loop_kill(cluster->loop, rank, true);
        worker_destroy(cluster->workers[rank]);
        cluster->workers[rank] = NULL;
        /* Rank 1 always comes back, so that the work can end. */
        cluster->back_ms[rank] =
            rank == 1 || random_below(&cluster->random, 2)
                ? clock_ms() + 1
                      + (int64_t)random_below(&cluster->random, 60000)
                : 0;
    }
}

static void step_all(struct cluster *cluster)
{
    struct error err = { 0 };

    for (int i = 1; i < cluster->size; i++) {
        if (cluster->workers[i]
            && worker_step(cluster->workers[i], 5, &err) < 0)
            fail_msg("worker %d: %s", i, err.text);
    }
    clock_advance_ms(TICK_MS);
}

/* One more unit for every other that is done. */
static void grow(struct cluster *cluster, struct memory *memory)
{
    size_t num_done = (size_t)memory->num_records;

    for (size_t i = 0; i < NUM_UNITS; i++)
        num_done += memory->was_done[i];
    while (memory->num_units < NUM_UNITS
           && num_done / 2 > memory->num_units - NUM_FIRST) {
        assert_int_equal(schedule_add(cluster->schedule, 2, 5),
                         memory->num_units);
        coordinator_grow(cluster->coordinator, ++memory->num_units);
    }
}

/* Until it is done, or `stop_after` records are in the sink. */
static enum coordinator_state run(struct cluster *cluster,
                                  struct memory *memory,
                                  uint64_t stop_after,
                                  uint64_t seed)
{
    struct error err = { 0 };
    int64_t end_ms = clock_ms() + LIMIT_MS;

    while (coordinator_state(cluster->coordinator) == COORDINATOR_RUNNING
           && memory->num_records < stop_after) {
        if (coordinator_step(cluster->coordinator, &err) < 0)
            break;
        grow(cluster, memory);
        kill_and_revive(cluster);
        step_all(cluster);
        if (clock_ms() >= end_ms) {
            fail_msg("seed %llu: no end, %zu of %d recorded",
                     (unsigned long long)seed,
                     (size_t)memory->num_records,
                     NUM_UNITS);
        }
    }
    return coordinator_state(cluster->coordinator);
}

static void expected_text(size_t unit, char *out, size_t size)
{
    if (unit == 7) {
        (void)snprintf(out, size, "failed unit 7 cannot be asked");
    } else if (unit == POISON && now_faults.has_poison) {
        (void)snprintf(out, size, "failed poisoned");
    } else if (unit / 50 == 1
               && (now_faults.has_bad_model || now_faults.has_torn_model)) {
        (void)snprintf(out,
                       size,
                       "failed the model cannot be loaded: "
                       "no such model file");
    } else {
        (void)snprintf(out, size, "answered answer %zu", unit);
    }
}

static void check_texts(const struct memory *memory, uint64_t seed)
{
    for (size_t i = 0; i < NUM_UNITS; i++) {
        char want[80];

        if (memory->was_done[i]) {
            continue;
        }
        expected_text(i, want, sizeof want);
        if (memory->num_appends[i] != 1
            || !text_equal(memory->texts[i], want)) {
            fail_msg("seed %llu: unit %zu recorded %zu times: '%s'",
                     (unsigned long long)seed,
                     i,
                     memory->num_appends[i],
                     memory->texts[i] ? memory->texts[i] : "");
        }
    }
}

/* One cluster from begin to end; what it lost on the way. */
static size_t run_cluster(int size, uint64_t seed)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    enum coordinator_state state;
    size_t num_lost;

    start(&cluster, size, seed, &memory);
    state = run(&cluster, &memory, UINT64_MAX, seed);
    if (state != COORDINATOR_DONE) {
        fail_msg("seed %llu: ended in state %d",
                 (unsigned long long)seed,
                 (int)state);
    }
    check_texts(&memory, seed);
    num_lost = coordinator_view(cluster.coordinator)->num_lost;
    finish(&cluster);
    memory_release(&memory);
    return num_lost;
}

static int begin(void **state)
{
    (void)state;
    clock_simulate(true, 1000000);
    now_faults = (struct faults){ 0 };
    memset(num_generated, 0, sizeof num_generated);
    return 0;
}

static void test_any_number_of_workers_records_the_same(void **state)
{
    static const int sizes[] = { 2, 3, 4, 8 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        memset(num_generated, 0, sizeof num_generated);
        assert_int_equal(run_cluster(sizes[i], 42), 0);
        for (size_t j = 0; j < NUM_UNITS; j++)
            assert_int_equal(num_generated[j], j != 7);
    }
}

static void test_survives_deaths_loss_copies_and_delays(void **state)
{
    size_t num_lost = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        now_faults = (struct faults){
            .lose = seed % 3 == 0 ? 0.05 : 0,
            .duplicate = seed % 2 == 0 ? 0.2 : 0,
            .max_delay_ms = seed % 5 == 0 ? 300 : 0,
            .num_deaths = (int)(seed % 6),
            .break_backend = seed % 4 == 0 ? 0.005 : 0,
            .fail_create = seed % 7 == 0 ? 0.2 : 0,
            .fail_unit = seed % 11 == 0 ? 0.1 : 0,
        };
        num_lost += run_cluster(2 + (int)(seed % 7), seed);
    }
    assert_true(num_lost > 100); /* the faults did happen */
}

static void test_poison_is_recorded_and_harms_nobody(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        now_faults = (struct faults){ .has_poison = true };
        run_cluster(2 + (int)(seed % 3), seed);
    }
}

static void test_a_model_that_cannot_load_is_given_up(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        now_faults = (struct faults){ .has_bad_model = true };
        run_cluster(2 + (int)(seed % 3), seed);
    }
}

/* Not once for each of its units, whatever units were tried alone. */
static void test_a_model_that_breaks_in_its_load_is_loaded_a_few_times(
    void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        int num_workers = 1 + (int)(seed % 4);

        now_faults = (struct faults){ .has_torn_model = true };
        memset(num_made, 0, sizeof num_made);
        run_cluster(1 + num_workers, seed);
        assert_in_range(num_made[1], 1, 3 + num_workers);
    }
}

static void test_nothing_on_disk_is_generated_again(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct memory first = { 0 };
        struct memory second = { 0 };
        struct cluster cluster;

        now_faults = (struct faults){ .num_deaths = (int)(seed % 3) };
        start(&cluster, 4, seed, &first);
        run(&cluster, &first, seed * 2, seed);
        finish(&cluster);
        for (size_t i = 0; i < NUM_UNITS; i++)
            second.was_done[i] = first.num_appends[i] > 0;
        memset(num_generated, 0, sizeof num_generated);
        start(&cluster, 2 + (int)(seed % 4), seed + 1, &second);
        assert_int_equal(run(&cluster, &second, UINT64_MAX, seed),
                         COORDINATOR_DONE);
        for (size_t i = 0; i < NUM_UNITS; i++) {
            if (second.was_done[i] && num_generated[i] != 0) {
                fail_msg("seed %llu: unit %zu was generated again",
                         (unsigned long long)seed,
                         i);
            }
        }
        check_texts(&second, seed);
        finish(&cluster);
        memory_release(&first);
        memory_release(&second);
    }
}

static void test_drain_ends_with_all_that_was_started(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;

    (void)state;
    start(&cluster, 4, 5, &memory);
    run(&cluster, &memory, 20, 5);
    coordinator_drain(cluster.coordinator);
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5),
                     COORDINATOR_DRAINED);
    assert_true(memory.num_records > 20 && memory.num_records < NUM_UNITS);
    assert_int_equal(memory.num_synced, memory.num_records);
    for (size_t i = 0; i < NUM_UNITS; i++)
        assert_true(num_generated[i] <= memory.num_appends[i]);
    coordinator_stop(cluster.coordinator);
    step_all(&cluster);
    for (int i = 1; i < 4; i++)
        assert_true(worker_is_stopped(cluster.workers[i]));
    finish(&cluster);
    memory_release(&memory);
}

static void test_abandoned_when_every_worker_is_gone(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;

    (void)state;
    start(&cluster, 3, 5, &memory);
    run(&cluster, &memory, 20, 5);
    for (int i = 1; i < 3; i++) {
        loop_kill(cluster.loop, i, true);
        worker_destroy(cluster.workers[i]);
        cluster.workers[i] = NULL;
    }
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5),
                     COORDINATOR_ABANDONED);
    assert_int_equal(coordinator_view(cluster.coordinator)->num_lost, 2);
    finish(&cluster);
    memory_release(&memory);
}

static void test_own_stall_breaks_no_promise(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;

    (void)state;
    start(&cluster, 3, 5, &memory);
    run(&cluster, &memory, 20, 5);
    clock_advance_ms(INT64_C(600000)); /* a sync that takes ten minutes */
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_DONE);
    assert_int_equal(coordinator_view(cluster.coordinator)->num_lost, 0);
    finish(&cluster);
    memory_release(&memory);
}

static void test_a_frozen_worker_comes_back(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    struct error err = { 0 };
    int64_t back_ms;

    (void)state;
    start(&cluster, 2, 5, &memory);
    run(&cluster, &memory, 20, 5);
    back_ms = clock_ms() + 40000;
    while (clock_ms() < back_ms) { /* stopped with its units in hand */
        assert_int_not_equal(coordinator_step(cluster.coordinator, &err), -1);
        clock_advance_ms(TICK_MS);
    }
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_DONE);
    assert_true(clock_ms() - back_ms < INT64_C(120000));
    assert_int_equal(coordinator_view(cluster.coordinator)->num_lost, 1);
    check_texts(&memory, 5);
    finish(&cluster);
    memory_release(&memory);
}

/* Lost when the job says so, though it promised to speak in 30 s. */
static void test_a_silent_worker_is_lost_in_time(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    int64_t silent_ms;

    (void)state;
    max_promise_ms = 7000;
    start(&cluster, 3, 5, &memory);
    run(&cluster, &memory, 20, 5);
    worker_destroy(cluster.workers[1]);
    cluster.workers[1] = NULL;
    silent_ms = clock_ms();
    while (coordinator_view(cluster.coordinator)->num_lost == 0
           && clock_ms() - silent_ms < 60000) {
        assert_int_not_equal(coordinator_step(cluster.coordinator, NULL), -1);
        step_all(&cluster);
    }
    assert_in_range(clock_ms() - silent_ms, 4000, 9000);
    max_promise_ms = 0;
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_DONE);
    finish(&cluster);
    memory_release(&memory);
}

static void test_a_sink_that_fails_breaks_the_run(void **state)
{
    struct memory memory = { .break_at = 10 };
    struct cluster cluster;

    (void)state;
    start(&cluster, 3, 5, &memory);
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_BROKEN);
    finish(&cluster);
    memory_release(&memory);
}

static void test_ledger_and_view_add_up(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    const struct ledger_row *rows;
    const struct coordinator_view *view;
    uint64_t units = 0;
    double load_s = 0;
    size_t num;

    (void)state;
    start(&cluster, 4, 5, &memory);
    run(&cluster, &memory, UINT64_MAX, 5);
    num = coordinator_ledger(cluster.coordinator, &rows);
    for (size_t i = 0; i < num; i++) {
        units += rows[i].units;
        load_s += rows[i].load_s;
        assert_true(rows[i].rank >= 1 && rows[i].rank <= 3);
    }
    view = coordinator_view(cluster.coordinator);
    assert_int_equal(units, NUM_UNITS);
    assert_true(load_s >= 9); /* three models, three seconds each */
    assert_int_equal(view->num_done, NUM_UNITS);
    assert_int_equal(view->num_failed, 1);
    assert_int_equal(view->reply_tokens, 2 * (NUM_UNITS - 1));
    assert_int_equal(view->num_workers, 3);
    assert_true(view->eta_s == 0);
    finish(&cluster);
    memory_release(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_any_number_of_workers_records_the_same,
                               begin),
        cmocka_unit_test_setup(test_survives_deaths_loss_copies_and_delays,
                               begin),
        cmocka_unit_test_setup(test_poison_is_recorded_and_harms_nobody, begin),
        cmocka_unit_test_setup(test_a_model_that_cannot_load_is_given_up,
                               begin),
        cmocka_unit_test_setup(
            test_a_model_that_breaks_in_its_load_is_loaded_a_few_times,
            begin),
        cmocka_unit_test_setup(test_nothing_on_disk_is_generated_again, begin),
        cmocka_unit_test_setup(test_drain_ends_with_all_that_was_started,
                               begin),
        cmocka_unit_test_setup(test_abandoned_when_every_worker_is_gone, begin),
        cmocka_unit_test_setup(test_own_stall_breaks_no_promise, begin),
        cmocka_unit_test_setup(test_a_frozen_worker_comes_back, begin),
        cmocka_unit_test_setup(test_a_silent_worker_is_lost_in_time, begin),
        cmocka_unit_test_setup(test_a_sink_that_fails_breaks_the_run, begin),
        cmocka_unit_test_setup(test_ledger_and_view_add_up, begin),
    };

    log_set_stderr(LOG_ERROR); /* lost workers are what is tested */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
