/*
 * The production coordinator and workers in one process on a virtual clock:
 * hundreds of seeded clusters with deaths, restarts, loss, copies, delays and
 * backends that break.  A failure prints its seed.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "cluster.h"
#include "comm/transport_loop.h"
#include "dispatch/protocol.h"
#include "dispatch/worker.h"
#include "schedule/schedule_explain.h"
#include "toy.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/record.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    LIMIT_MS = 24 * 3600 * 1000,
    NUM_MIXTURES = 400,
    JUST_MS = 5000, /* until rank 0 has heard of a worker */
};

static int max_promise_ms; /* 0 = the coordinator's own */
static int max_attempts;   /* 0 = as the faults ask for */
static bool may_skip;      /* longer steps while nothing happens */

/* ---- work and sink in memory; the disk is a little behind ---- */

struct memory {
    char *texts[NUM_UNITS]; /* state and text of each recorded unit */
    size_t num_appends[NUM_UNITS];
    bool was_done[NUM_UNITS]; /* before this run */
    uint64_t num_records;
    int64_t written_ms;
    int64_t sync_ms; /* that a sync takes; 0 = a little */
    uint64_t num_synced;
    uint64_t break_at; /* append of that number fails; 0 = never */
    size_t num_units;  /* that were made known */
};

static bool work_is_done(void *self, size_t unit)
{
    return ((struct memory *)self)->was_done[unit];
}

static bool work_may_grow(void *self)
{
    return ((struct memory *)self)->num_units < NUM_UNITS;
}

/* Once all that was there first is recorded: the added ones are follow-ups of
 * the first units. */
static size_t work_waits_for(void *self)
{
    const struct memory *memory = self;

    for (size_t i = 0; i < NUM_FIRST; i++) {
        if (!memory->texts[i] && !memory->was_done[i])
            return SIZE_MAX;
    }
    for (size_t i = NUM_FIRST; i < memory->num_units; i++) {
        if (!memory->texts[i] && !memory->was_done[i])
            return i - NUM_FIRST;
    }
    return SIZE_MAX;
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
    assert_true(hash_equal(record->reply.unit, toy_id(unit)));
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
    if (clock_ms() - memory->written_ms
        >= (memory->sync_ms > 0 ? memory->sync_ms : 100)) {
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

static void start(struct cluster *cluster,
                  int size,
                  uint64_t seed,
                  struct memory *memory)
{
    struct coordinator_params params;

    coordinator_params_defaults(&params);
    memory->num_units = NUM_FIRST;
    params.work = (struct work){ .self = memory,
                                 .num_units = NUM_FIRST,
                                 .id = toy_work_id,
                                 .find = toy_find,
                                 .request = toy_work_request,
                                 .is_done = work_is_done,
                                 .may_grow = work_may_grow,
                                 .waits_for = work_waits_for };
    params.sink = (struct sink){ memory, sink_append, sink_synced };
    params.max_attempts = toy_faults.has_poison || toy_faults.has_bad_model
                                  || toy_faults.has_torn_model
                                  || toy_faults.has_killer
                              ? 3
                              : 60;
    if (max_attempts > 0)
        params.max_attempts = max_attempts;
    if (max_promise_ms > 0)
        params.max_promise_ms = max_promise_ms;
    cluster_start(cluster, size, seed, &params);
}

static void step_all(struct cluster *cluster, bool did)
{
    struct error err = { 0 };
    int ended = cluster_step_workers(cluster, did, &err);

    if (ended)
        fail_msg("worker %d: %s", ended, err.text);
}

/* One more unit for every other that is done. */
static void grow(struct cluster *cluster, struct memory *memory)
{
    size_t num_done = (size_t)memory->num_records;

    for (size_t i = 0; i < NUM_UNITS; i++)
        num_done += memory->was_done[i];
    while (memory->num_units < NUM_UNITS
           && num_done / 2 > memory->num_units - NUM_FIRST) {
        cluster_grow(cluster, memory->num_units++);
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
        const int did = coordinator_step(cluster->coordinator, &err);

        if (did < 0)
            break;
        grow(cluster, memory);
        cluster_disturb(cluster);
        step_all(cluster, did > 0 || !may_skip);
        if (clock_ms() >= end_ms) {
            fail_msg("seed %llu: no end, %zu of %d recorded",
                     (unsigned long long)seed,
                     (size_t)memory->num_records,
                     NUM_UNITS);
        }
    }
    return coordinator_state(cluster->coordinator);
}

static void check_texts(const struct memory *memory, uint64_t seed)
{
    for (size_t i = 0; i < NUM_UNITS; i++) {
        char want[80];

        if (memory->was_done[i]) {
            continue;
        }
        toy_expected(i, want, sizeof want);
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

static void add_spent(struct ledger_seconds *sum,
                      const struct ledger_seconds *spent)
{
    sum->load_s += spent->load_s;
    sum->prefill_s += spent->prefill_s;
    sum->decode_s += spent->decode_s;
    sum->judge_wait_s += spent->judge_wait_s;
    sum->idle_s += spent->idle_s;
    sum->wasted_s += spent->wasted_s;
    sum->units += spent->units;
    assert_true(spent->load_s >= 0 && spent->prefill_s >= 0);
    assert_true(spent->decode_s >= 0 && spent->judge_wait_s >= 0);
    assert_true(spent->idle_s >= 0 && spent->wasted_s >= 0);
}

static double all_of(const struct ledger_seconds *spent)
{
    return spent->load_s + spent->prefill_s + spent->decode_s
           + spent->judge_wait_s + spent->idle_s + spent->wasted_s;
}

/* Up to what a million sums of hundredths of a second are rounded by. */
static void assert_near(double a, double b)
{
    assert_true(fabs(a - b) < 1e-6 + 1e-9 * fabs(b));
}

/* The same seconds by rank, by model and by cell, kind by kind, and all of what
 * the workers had.  Gives the sum. */
static struct ledger_seconds assert_adds_up(struct cluster *cluster)
{
    const struct ledger_view *view = coordinator_ledger(cluster->coordinator);
    struct ledger_seconds ranks[MAX_RANKS] = { 0 };
    struct ledger_seconds models[NUM_MODELS + 1] = { 0 };
    struct ledger_seconds cells[NUM_MODELS + 1] = { 0 };
    struct ledger_seconds all = { 0 };

    for (size_t i = 0; i < view->num_rows; i++) {
        add_spent(&ranks[view->rows[i].rank], &view->rows[i].spent);
        add_spent(&models[view->rows[i].model + 1], &view->rows[i].spent);
        add_spent(&all, &view->rows[i].spent);
    }
    for (size_t i = 0; i < view->num_cells; i++)
        add_spent(&cells[view->cells[i].model + 1], &view->cells[i].spent);
    assert_int_equal(view->num_ranks, cluster->size - 1);
    for (size_t r = 1; r <= view->num_ranks; r++)
        assert_near(all_of(&ranks[r]), view->allocated_s);
    for (size_t m = 0; m <= NUM_MODELS; m++) {
        assert_near(models[m].load_s, cells[m].load_s);
        assert_near(models[m].prefill_s, cells[m].prefill_s);
        assert_near(models[m].decode_s, cells[m].decode_s);
        assert_near(models[m].judge_wait_s, cells[m].judge_wait_s);
        assert_near(models[m].idle_s, cells[m].idle_s);
        assert_near(models[m].wasted_s, cells[m].wasted_s);
        assert_int_equal(models[m].units, cells[m].units);
    }
    return all;
}

/* One cluster from begin to end; what it lost on the way. */
static size_t run_cluster(int size, uint64_t seed)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    enum coordinator_state state;
    size_t num_lost;

    start(&cluster, size, seed, &memory);
    for (uint64_t some = 1; some < NUM_UNITS; some += 7) {
        (void)run(&cluster, &memory, some, seed); /* with work under way */
        (void)assert_adds_up(&cluster);
    }
    state = run(&cluster, &memory, UINT64_MAX, seed);
    (void)assert_adds_up(&cluster);
    if (state != COORDINATOR_DONE) {
        fail_msg("seed %llu: ended in state %d",
                 (unsigned long long)seed,
                 (int)state);
    }
    check_texts(&memory, seed);
    num_lost = coordinator_view(cluster.coordinator)->num_lost;
    cluster_finish(&cluster);
    memory_release(&memory);
    return num_lost;
}

static int begin(void **state)
{
    (void)state;
    clock_simulate(true, 1000000);
    toy_faults = (struct faults){ 0 };
    memset(toy_generated, 0, sizeof toy_generated);
    return 0;
}

static void test_any_number_of_workers_records_the_same(void **state)
{
    static const int sizes[] = { 2, 3, 4, 8 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        memset(toy_generated, 0, sizeof toy_generated);
        assert_int_equal(run_cluster(sizes[i], 42), 0);
        for (size_t j = 0; j < NUM_UNITS; j++)
            assert_int_equal(toy_generated[j], j != UNASKABLE);
    }
}

static void test_survives_deaths_loss_copies_and_delays(void **state)
{
    size_t num_lost = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        toy_faults = (struct faults){
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
        toy_faults = (struct faults){ .has_poison = true };
        run_cluster(2 + (int)(seed % 3), seed);
    }
}

static void test_a_model_that_cannot_load_is_given_up(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        toy_faults = (struct faults){ .has_bad_model = true };
        run_cluster(2 + (int)(seed % 3), seed);
    }
}

/* The others go on, and each is told from it. */
static void test_a_unit_that_kills_its_rank_is_quarantined(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct memory memory = { 0 };
        struct cluster cluster;
        const struct coordinator_view *view;

        toy_faults = (struct faults){ .has_killer = true };
        start(&cluster, 3 + (int)(seed % 3), seed, &memory);
        assert_int_equal(run(&cluster, &memory, UINT64_MAX, seed),
                         COORDINATOR_DONE);
        view = coordinator_view(cluster.coordinator);
        assert_int_equal(view->num_quarantined, 1);
        assert_int_equal(view->num_failed, 2); /* and UNASKABLE */
        assert_int_equal(view->num_lost, 1 + 3);
        assert_string_equal(memory.texts[POISON],
                            "failed quarantined: 4 workers were lost while "
                            "holding it, 3 of them with nothing else in hand");
        for (size_t i = 0; i < NUM_UNITS; i++)
            assert_true(i == POISON || i == UNASKABLE || toy_generated[i] > 0);
        cluster_finish(&cluster);
        memory_release(&memory);
        memset(toy_generated, 0, sizeof toy_generated);
    }
}

/* It is idle most of the time, so it would be first to fail with each model. */
static void test_one_bad_node_costs_no_model(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct memory memory = { 0 };
        struct cluster cluster;

        toy_faults = (struct faults){ .bad_rank = 1 + (int)(seed % 3) };
        max_attempts = 2;
        start(&cluster, 4, seed, &memory);
        assert_int_equal(run(&cluster, &memory, UINT64_MAX, seed),
                         COORDINATOR_DONE);
        check_texts(&memory, seed);
        cluster_finish(&cluster);
        memory_release(&memory);
    }
    max_attempts = 0;
}

static void test_a_backend_that_hangs_is_made_again(void **state)
{
    size_t num_retries = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct memory memory = { 0 };
        struct cluster cluster;

        toy_faults = (struct faults){ .hang_backend = 0.003 };
        start(&cluster, 3, seed, &memory);
        assert_int_equal(run(&cluster, &memory, UINT64_MAX, seed),
                         COORDINATOR_DONE);
        check_texts(&memory, seed);
        num_retries += coordinator_view(cluster.coordinator)->num_retries;
        assert_int_equal(coordinator_view(cluster.coordinator)->num_lost, 0);
        cluster_finish(&cluster);
        memory_release(&memory);
    }
    assert_true(num_retries > 20);
}

/* Not once for each of its units, whatever units were tried alone. */
static void test_a_model_that_breaks_in_its_load_is_loaded_a_few_times(
    void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        int num_workers = 1 + (int)(seed % 4);

        toy_faults = (struct faults){ .has_torn_model = true };
        memset(toy_made, 0, sizeof toy_made);
        run_cluster(1 + num_workers, seed);
        assert_in_range(toy_made[1], 1, 4 + 2 * num_workers);
    }
}

/* Of several workers some one is always loading it, and that one has failed to
 * before. */
static void test_a_model_that_breaks_late_in_its_load_is_given_up(void **state)
{
    (void)state;
    may_skip = true;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        int num_workers = 1 + (int)(seed % 8);

        toy_faults = (struct faults){
            .has_torn_model = true,
            .torn_ms = 5 * 60 * 1000,
        };
        memset(toy_made, 0, sizeof toy_made);
        run_cluster(1 + num_workers, seed);
        assert_in_range(toy_made[1], 1, 3 + 5 * num_workers);
    }
    may_skip = false;
}

/* A backend lives for a second and loads for three: nearly no load gets through,
 * ten minutes pass between two, and it ends all the same. */
static void test_a_cluster_that_can_hardly_load_ends(void **state)
{
    (void)state;
    toy_faults = (struct faults){
        .num_deaths = 2,
        .num_hangs = 1,
        .break_backend = 0.01,
        .fail_unit = 0.02,
        .lose = 0.02,
        .max_delay_ms = 200,
    };
    run_cluster(5, 7);
}

static double one_of(uint64_t *random, uint64_t one_in, double value)
{
    return random_below(random, one_in) == 0 ? value : 0;
}

static struct faults draw_mixture(uint64_t seed)
{
    uint64_t random = seed;

    return (struct faults){
        .num_deaths = (int)random_below(&random, 8),
        .num_hangs = (int)random_below(&random, 5),
        .lose = one_of(&random, 2, 0.02),
        .duplicate = one_of(&random, 3, 0.2),
        .max_delay_ms = (int)one_of(&random, 2, 200),
        .has_slow = random_below(&random, 6) == 0,
        .break_backend = one_of(&random, 2, 0.01),
        .hang_backend = one_of(&random, 4, 0.003),
        .garbage = one_of(&random, 4, 0.05),
        .fail_create = one_of(&random, 4, 0.3),
        .fail_unit = one_of(&random, 2, 0.02),
        .bad_rank = (int)random_below(&random, 5),
        .has_killer = random_below(&random, 6) == 0,
        .has_torn_model = random_below(&random, 6) == 0,
        .torn_ms = (int)one_of(&random, 2, 100000),
    };
}

/* Nobody there, or only just. */
static bool is_nobody_there(const struct cluster *cluster)
{
    for (int i = 1; i < cluster->size; i++) {
        if (cluster->workers[i] && clock_ms() > cluster->stopped_ms[i] + JUST_MS
            && clock_ms() > cluster->started_ms[i] + JUST_MS)
            return false;
    }
    return true;
}

static void check_each_once(const struct memory *memory, uint64_t seed)
{
    for (size_t i = 0; i < NUM_UNITS; i++) {
        const char *text = memory->texts[i] ? memory->texts[i] : "";
        char want[80];

        (void)snprintf(want, sizeof want, "answered answer %zu", i);
        if (memory->num_appends[i] != 1
            || !(text_equal(text, want) || text_starts(text, "failed "))) {
            fail_msg("seed %llu: unit %zu recorded %zu times: '%s'",
                     (unsigned long long)seed,
                     i,
                     memory->num_appends[i],
                     text);
        }
    }
}

/* Whoever dies, hangs and breaks, and however often: while a worker is there it
 * goes on until each unit is recorded, answered or as failed. */
static void test_any_mixture_of_faults_ends(void **state)
{
    size_t num_answered = 0;
    size_t num_failed = 0;
    size_t num_deserted = 0;

    (void)state;
    may_skip = true;
    max_attempts = 3;
    for (uint64_t seed = 1; seed <= NUM_MIXTURES; seed++) {
        struct memory memory = { 0 };
        struct cluster cluster;

        toy_faults = draw_mixture(seed);
        start(&cluster, 2 + (int)(seed % (MAX_RANKS - 1)), seed, &memory);
        if (run(&cluster, &memory, UINT64_MAX, seed) == COORDINATOR_DONE) {
            check_each_once(&memory, seed);
        } else if (coordinator_state(cluster.coordinator)
                       != COORDINATOR_ABANDONED
                   || !is_nobody_there(&cluster)) {
            fail_msg("seed %llu: ended too soon", (unsigned long long)seed);
        } else {
            num_deserted++;
        }
        (void)assert_adds_up(&cluster);
        num_failed += coordinator_view(cluster.coordinator)->num_failed;
        for (size_t i = 0; i < NUM_UNITS; i++) {
            num_answered +=
                memory.texts[i] && text_starts(memory.texts[i], "answered");
        }
        cluster_finish(&cluster);
        memory_release(&memory);
    }
    max_attempts = 0;
    may_skip = false;
    assert_in_range(num_deserted, 1, NUM_MIXTURES / 10);
    assert_true(num_answered > NUM_MIXTURES * (size_t)NUM_UNITS / 2);
    assert_true(num_failed > NUM_MIXTURES * (size_t)NUM_UNITS / 20);
}

static void test_nothing_on_disk_is_generated_again(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct memory first = { 0 };
        struct memory second = { 0 };
        struct cluster cluster;

        toy_faults = (struct faults){ .num_deaths = (int)(seed % 3) };
        start(&cluster, 4, seed, &first);
        run(&cluster, &first, seed * 2, seed);
        cluster_finish(&cluster);
        for (size_t i = 0; i < NUM_UNITS; i++)
            second.was_done[i] = first.num_appends[i] > 0;
        memset(toy_generated, 0, sizeof toy_generated);
        start(&cluster, 2 + (int)(seed % 4), seed + 1, &second);
        assert_int_equal(run(&cluster, &second, UINT64_MAX, seed),
                         COORDINATOR_DONE);
        for (size_t i = 0; i < NUM_UNITS; i++) {
            if (second.was_done[i] && toy_generated[i] != 0) {
                fail_msg("seed %llu: unit %zu was generated again",
                         (unsigned long long)seed,
                         i);
            }
        }
        check_texts(&second, seed);
        cluster_finish(&cluster);
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
        assert_true(toy_generated[i] <= memory.num_appends[i]);
    coordinator_stop(cluster.coordinator);
    step_all(&cluster, true);
    for (int i = 1; i < 4; i++)
        assert_true(worker_is_stopped(cluster.workers[i]));
    cluster_finish(&cluster);
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
    cluster_finish(&cluster);
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
    cluster_finish(&cluster);
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
    cluster_finish(&cluster);
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
        step_all(&cluster, true);
    }
    assert_in_range(clock_ms() - silent_ms, 4000, 9000);
    max_promise_ms = 0;
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_DONE);
    cluster_finish(&cluster);
    memory_release(&memory);
}

static void test_a_sink_that_fails_breaks_the_run(void **state)
{
    struct memory memory = { .break_at = 10 };
    struct cluster cluster;

    (void)state;
    start(&cluster, 3, 5, &memory);
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_BROKEN);
    cluster_finish(&cluster);
    memory_release(&memory);
}

/* Beside its work rank 2 sends what is no message: it is refused and counted,
 * and neither rank 0 nor rank 2 ends of it. */
static void test_what_is_no_message_ends_nobody(void **state)
{
    static const enum message_type types[] = { MSG_HELLO,
                                               MSG_HEARTBEAT,
                                               MSG_RESULT,
                                               MSG_FAILED,
                                               MSG_STOP };
    static const char bytes[] = "of no sense, but longer than any head";
    struct memory memory = { 0 };
    struct error err = { 0 };
    struct cluster cluster;

    (void)state;
    start(&cluster, 4, 5, &memory);
    for (size_t i = 0; i < NUM_UNITS; i++) {
        struct transport *liar = cluster.transports[2];

        assert_int_equal(liar->ops->send(liar,
                                         0,
                                         types[i % ARRAY_LEN(types)],
                                         bytes,
                                         sizeof bytes,
                                         &err),
                         0);
        run(&cluster, &memory, i + 1, 5);
    }
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_DONE);
    check_each_once(&memory, 5);
    assert_true(coordinator_view(cluster.coordinator)->num_refused
                > NUM_UNITS / 2);
    assert_int_equal(coordinator_view(cluster.coordinator)->num_lost, 0);
    assert_non_null(cluster.workers[2]);
    cluster_finish(&cluster);
    memory_release(&memory);
}

static void test_ledger_and_view_add_up(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    struct ledger_seconds all;
    const struct ledger_view *ledger;
    const struct coordinator_view *view;
    int64_t begin_ms;

    (void)state;
    begin_ms = clock_ms();
    start(&cluster, 4, 5, &memory);
    for (uint64_t some = 1; some < NUM_UNITS; some += 7) {
        run(&cluster, &memory, some, 5); /* with work under way */
        (void)assert_adds_up(&cluster);
    }
    run(&cluster, &memory, UINT64_MAX, 5);
    coordinator_stop(cluster.coordinator);
    all = assert_adds_up(&cluster);
    ledger = coordinator_ledger(cluster.coordinator);
    assert_true(
        fabs(ledger->allocated_s - (double)(clock_ms() - begin_ms) / 1e3)
        < 0.1);
    assert_int_equal(all.units, NUM_UNITS);
    assert_true(all.load_s > 8.8); /* three models, three seconds each */
    /* for follow-ups of the units of the first model, by others too */
    assert_true(all.judge_wait_s > 0);
    for (size_t i = 0; i < ledger->num_rows; i++) {
        assert_true(ledger->rows[i].model == 0
                    || ledger->rows[i].spent.judge_wait_s <= 0);
    }
    view = coordinator_view(cluster.coordinator);
    assert_int_equal(view->num_done, NUM_UNITS);
    assert_int_equal(view->num_failed, 1);
    assert_int_equal(view->reply_tokens, 2 * (NUM_UNITS - 1));
    assert_int_equal(view->num_workers, 3);
    assert_true(view->eta_s == 0);
    cluster_finish(&cluster);
    memory_release(&memory);
}

/* Answers that are sent once more, as the disk is busy with them, took no time. */
static void test_what_is_sent_again_is_no_waste(void **state)
{
    struct memory memory = { .sync_ms = 20000 };
    struct cluster cluster;
    struct ledger_seconds all;

    (void)state;
    start(&cluster, 2, 5, &memory);
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_DONE);
    all = assert_adds_up(&cluster);
    assert_true(all.decode_s > 0);
    assert_near(all.wasted_s, 0);
    cluster_finish(&cluster);
    memory_release(&memory);
}

/* Seconds of work left for each unit of a model. */
static double seconds_each(struct cluster *cluster, int model)
{
    struct schedule_reason reason;

    schedule_explain(cluster->schedule, model, clock_ms(), &reason);
    return reason.num_left > 0 ? reason.work_s / (double)reason.num_left : 0;
}

/* A backend that broke is loaded once more: that is a load, and no unit's time. */
static void test_a_load_after_a_break_is_a_load(void **state)
{
    size_t num_breaks = 0;

    (void)state;
    toy_faults.break_backend = 0.004;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct memory memory = { 0 };
        struct cluster cluster;
        double most_s = 0;

        toy_loaded = 0;
        start(&cluster, 2, seed, &memory);
        for (uint64_t some = 1; some <= NUM_UNITS; some++) {
            run(&cluster, &memory, some, seed);
            for (int m = 0; m < 2; m++)
                most_s = fmax(most_s, seconds_each(&cluster, m));
        }
        assert_int_equal(run(&cluster, &memory, UINT64_MAX, seed),
                         COORDINATOR_DONE);
        assert_int_equal(coordinator_view(cluster.coordinator)->num_loads,
                         toy_loaded);
        /* 5 tokens at 40 a second are thought, and loads take 3 s */
        assert_true(most_s < 1.5 * 5 / 40);
        num_breaks += coordinator_view(cluster.coordinator)->num_retries;
        cluster_finish(&cluster);
        memory_release(&memory);
    }
    assert_true(num_breaks > 20);
}

/* What is loaded and has answered nothing yet is said to run. */
static void test_a_load_has_ended_before_the_first_reply(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    const struct worker_view *worker;
    struct schedule_reason reason = { 0 };
    bool was_loading = false;
    bool is_loading = false;

    (void)state;
    start(&cluster, 2, 5, &memory);
    while (!was_loading || is_loading) {
        assert_int_not_equal(coordinator_step(cluster.coordinator, NULL), -1);
        worker = &coordinator_view(cluster.coordinator)->workers[0];
        is_loading = text_equal(worker->state, "loading");
        for (int m = 0; m < NUM_MODELS && (m == 0 || reason.num_slots < 1); m++)
            schedule_explain(cluster.schedule, m, clock_ms(), &reason);
        assert_true(!is_loading || reason.why == SCHEDULE_LOADS);
        was_loading = was_loading || is_loading;
        step_all(&cluster, true);
    }
    assert_string_equal(worker->state, "generating");
    assert_int_equal(memory.num_records, 0);
    assert_int_equal(reason.num_slots, 1);
    assert_int_equal(reason.num_loading, 0);
    cluster_finish(&cluster);
    memory_release(&memory);
}

/* Model 1 over two nodes of one, two or more workers. */
static void test_a_model_over_two_nodes(void **state)
{
    (void)state;
    for (int each = 1; each <= 4; each++) {
        memset(toy_generated, 0, sizeof toy_generated);
        memset(toy_made, 0, sizeof toy_made);
        toy_faults = (struct faults){ .node_workers = each };
        assert_int_equal(run_cluster(1 + 2 * each, 42), 0);
        for (size_t j = 0; j < NUM_UNITS; j++)
            assert_int_equal(toy_generated[j], j != UNASKABLE);
        assert_int_equal(toy_made[1], 2); /* who drives it, and its part */
        assert_int_equal(toy_part_rank(), 0);
    }
}

static void test_over_nodes_all_of_it_starts_again(void **state)
{
    (void)state;
    memset(toy_made, 0, sizeof toy_made);
    for (uint64_t seed = 1; seed <= 100; seed++) {
        toy_faults = (struct faults){
            .node_workers = 1 + (int)(seed % 3),
            .lose = seed % 3 == 0 ? 0.05 : 0,
            .duplicate = seed % 2 == 0 ? 0.2 : 0,
            .max_delay_ms = seed % 5 == 0 ? 300 : 0,
            .break_backend = seed % 4 == 0 ? 0.001 : 0,
            .break_part = 0.001,
            .fail_create = seed % 7 == 0 ? 0.2 : 0,
        };
        run_cluster(1 + 2 * toy_faults.node_workers, seed);
    }
    assert_true(toy_made[1] > 300); /* 200 without faults */
}

/* The reason names where to look. */
static void test_a_part_that_cannot_be_made_costs_the_model(void **state)
{
    (void)state;
    for (int each = 1; each <= 3; each++) {
        struct memory memory = { 0 };
        struct cluster cluster;

        memset(toy_made, 0, sizeof toy_made);
        toy_faults =
            (struct faults){ .node_workers = each, .has_bad_part = true };
        max_attempts = 3;
        start(&cluster, 1 + 2 * each, 7, &memory);
        assert_int_equal(run(&cluster, &memory, UINT64_MAX, 7),
                         COORDINATOR_DONE);
        assert_non_null(strstr(memory.texts[TOY_PER_MODEL],
                               "cannot be loaded: its part on n1"));
        assert_string_equal(memory.texts[0], "answered answer 0");
        assert_in_range(toy_made[1], 2, 20);
        cluster_finish(&cluster);
        memory_release(&memory);
    }
    max_attempts = 0;
}

/* There is no other node: the rest of the model is given up, all else done. */
static void test_a_part_whose_worker_is_gone(void **state)
{
    struct memory memory = { 0 };
    struct cluster cluster;
    int rank;

    (void)state;
    toy_faults = (struct faults){ .node_workers = 2 };
    start(&cluster, 5, 5, &memory);
    for (uint64_t i = 1; i < NUM_UNITS && memory.num_appends[POISON] == 0; i++)
        run(&cluster, &memory, i, 5);
    rank = toy_part_rank();
    assert_int_equal(rank, 3);
    loop_kill(cluster.loop, rank, true);
    worker_destroy(cluster.workers[rank]);
    cluster.workers[rank] = NULL;
    assert_int_equal(run(&cluster, &memory, UINT64_MAX, 5), COORDINATOR_DONE);
    for (size_t i = 0; i < NUM_UNITS; i++) {
        if (i / TOY_PER_MODEL != 1 && i != UNASKABLE)
            assert_true(text_starts(memory.texts[i], "answered"));
    }
    assert_non_null(strstr(memory.texts[2 * TOY_PER_MODEL - 1],
                           "it needs 4 workers at once"));
    cluster_finish(&cluster);
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
        cmocka_unit_test_setup(test_a_unit_that_kills_its_rank_is_quarantined,
                               begin),
        cmocka_unit_test_setup(test_one_bad_node_costs_no_model, begin),
        cmocka_unit_test_setup(test_a_backend_that_hangs_is_made_again, begin),
        cmocka_unit_test_setup(
            test_a_model_that_breaks_in_its_load_is_loaded_a_few_times,
            begin),
        cmocka_unit_test_setup(
            test_a_model_that_breaks_late_in_its_load_is_given_up,
            begin),
        cmocka_unit_test_setup(test_a_cluster_that_can_hardly_load_ends, begin),
        cmocka_unit_test_setup(test_any_mixture_of_faults_ends, begin),
        cmocka_unit_test_setup(test_nothing_on_disk_is_generated_again, begin),
        cmocka_unit_test_setup(test_drain_ends_with_all_that_was_started,
                               begin),
        cmocka_unit_test_setup(test_abandoned_when_every_worker_is_gone, begin),
        cmocka_unit_test_setup(test_own_stall_breaks_no_promise, begin),
        cmocka_unit_test_setup(test_a_frozen_worker_comes_back, begin),
        cmocka_unit_test_setup(test_a_silent_worker_is_lost_in_time, begin),
        cmocka_unit_test_setup(test_a_sink_that_fails_breaks_the_run, begin),
        cmocka_unit_test_setup(test_what_is_no_message_ends_nobody, begin),
        cmocka_unit_test_setup(test_ledger_and_view_add_up, begin),
        cmocka_unit_test_setup(test_what_is_sent_again_is_no_waste, begin),
        cmocka_unit_test_setup(test_a_load_after_a_break_is_a_load, begin),
        cmocka_unit_test_setup(test_a_load_has_ended_before_the_first_reply,
                               begin),
        cmocka_unit_test_setup(test_a_model_over_two_nodes, begin),
        cmocka_unit_test_setup(test_over_nodes_all_of_it_starts_again, begin),
        cmocka_unit_test_setup(test_a_part_that_cannot_be_made_costs_the_model,
                               begin),
        cmocka_unit_test_setup(test_a_part_whose_worker_is_gone, begin),
    };

    log_set_stderr(LOG_ERROR); /* lost workers are what is tested */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
