/*
 * The production coordinator and workers on a virtual clock, with the
 * production journal on a disk that fails or stands still at each call in turn.
 */
#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"
#include "comm/transport_loop.h"
#include "disk.h"
#include "dispatch/coordinator.h"
#include "dispatch/worker.h"
#include "fixture.h"
#include "schedule/schedule.h"
#include "trustsweep/transport.h"

#include <time.h>

enum {
    NUM_UNITS = 40,
    SIZE = 3, /* ranks */
    TICK_MS = 20,
    ANSWER_MS = 90,
    PARALLEL = 2,
    TAG = 5,
    ROTATE = 500,
    STALL_MS = 120 * 1000,
    LIMIT_MS = 3600 * 1000,
};

/* ---- a backend: answers its unit's number after a while ---- */

static size_t num_generated[NUM_UNITS];

static struct hash128 id_of(size_t unit)
{
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
    struct hash128 units[PARALLEL];
    int64_t due_ms[PARALLEL];
    size_t num;
};

static int toy_submit(struct backend *base,
                      const struct request *request,
                      struct error *err)
{
    struct toy *toy = (struct toy *)base;

    if (toy->num == PARALLEL)
        return error_set(err, ERR_TRANSIENT, "full");
    toy->units[toy->num] = request->unit;
    toy->due_ms[toy->num++] = clock_ms() + ANSWER_MS;
    return 0;
}

static void drop(struct toy *toy, size_t at)
{
    toy->num--;
    toy->units[at] = toy->units[toy->num];
    toy->due_ms[at] = toy->due_ms[toy->num];
}

static int toy_step(struct backend *base,
                    int budget_ms,
                    struct reply *out,
                    struct error *err)
{
    struct toy *toy = (struct toy *)base;
    char text[32];

    (void)budget_ms;
    (void)err;
    for (size_t i = 0; i < toy->num; i++) {
        if (toy->due_ms[i] > clock_ms())
            continue;
        out->unit = toy->units[i];
        int len = snprintf(text, sizeof text, "answer %d", (int)out->unit.low);

        reply_set_text(out, text, (size_t)len, FINISH_STOP);
        num_generated[out->unit.low]++;
        drop(toy, i);
        return 1;
    }
    return 0;
}

static int toy_cancel(struct backend *base, struct hash128 unit)
{
    struct toy *toy = (struct toy *)base;

    for (size_t i = toy->num; i-- > 0;) {
        if (hash_equal(toy->units[i], unit))
            drop(toy, i);
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
    struct toy *toy = mem_alloc(1, sizeof *toy);

    (void)spec;
    (void)slot;
    (void)err;
    toy->base.ops = &toy_ops;
    return &toy->base;
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

/* ---- a sync that takes two minutes of the virtual clock ---- */

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opens;
    int num_syncs; /* seen */
    int hold_at;   /* this one stands still; 0 = none */
    bool is_held;
    bool is_open; /* it may go on */
};

static struct gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER,
                            .opens = PTHREAD_COND_INITIALIZER };

static void on_sync(void *context)
{
    struct gate *self = context;

    (void)pthread_mutex_lock(&self->lock);
    if (++self->num_syncs == self->hold_at) {
        self->is_held = true;
        while (!self->is_open)
            (void)pthread_cond_wait(&self->opens, &self->lock);
        self->is_held = false;
    }
    (void)pthread_mutex_unlock(&self->lock);
}

static bool is_held(struct gate *self)
{
    (void)pthread_mutex_lock(&self->lock);
    bool is = self->is_held;

    (void)pthread_mutex_unlock(&self->lock);
    return is;
}

static void let_go(struct gate *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->is_open = true;
    (void)pthread_cond_broadcast(&self->opens);
    (void)pthread_mutex_unlock(&self->lock);
}

/* ---- a run: cluster, journal, and what is known of each unit ---- */

struct unit {
    bool was_done;      /* before this run */
    bool is_safe;       /* the coordinator was told that it is on disk */
    size_t num_records; /* found when the journal was opened */
};

struct world {
    struct fixture *f;
    struct journal *journal;
    struct unit units[NUM_UNITS];
    size_t of_ticket[NUM_UNITS + 1]; /* the unit */
    uint64_t last_ticket;
    uint64_t num_safe;
    struct loop *loop;
    struct transport *transports[SIZE];
    struct worker *workers[SIZE];
    struct schedule *schedule;
    struct coordinator *coordinator;
};

static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct world *world = context;
    size_t unit = find_unit(NULL, record->reply.unit);
    char want[32];

    (void)place;
    (void)err;
    assert_true(unit < NUM_UNITS);
    (void)snprintf(want, sizeof want, "answer %zu", unit);
    assert_string_equal(record->reply.text, want);
    world->units[unit].was_done = true;
    world->units[unit].num_records++;
    return 0;
}

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
    return ((struct world *)self)->units[unit].was_done;
}

static int sink_append(void *self,
                       size_t unit,
                       const struct record *record,
                       uint64_t *ticket,
                       struct error *err)
{
    struct world *world = self;
    uint64_t place;

    assert_false(world->units[unit].was_done);
    if (journal_append(world->journal, record, ticket, &place, err) < 0)
        return -1;
    world->of_ticket[*ticket] = unit;
    world->last_ticket = *ticket;
    return 0;
}

static int sink_synced(void *self, uint64_t *ticket, struct error *err)
{
    struct world *world = self;

    if (journal_synced(world->journal, ticket, err) < 0)
        return -1;
    while (world->num_safe < *ticket)
        world->units[world->of_ticket[++world->num_safe]].is_safe = true;
    return 0;
}

static void make_schedule(struct world *world)
{
    static const struct schedule_model model = { .load_s = 1,
                                                 .tokens_per_s = 40 };
    uint16_t of[NUM_UNITS] = { 0 };
    float costs[NUM_UNITS];

    for (size_t i = 0; i < NUM_UNITS; i++)
        costs[i] = 5;
    world->schedule =
        schedule_create(&(struct schedule_params){ .models = &model,
                                                   .num_models = 1,
                                                   .num_units = NUM_UNITS,
                                                   .unit_model = of,
                                                   .unit_cost = costs,
                                                   .num_slots = SIZE - 1,
                                                   .lease_s = 1,
                                                   .max_lease = 6 });
}

static void start_cluster(struct world *world)
{
    static const struct coordinator_model model = { .name = "toy",
                                                    .spec = "toy:" };
    struct loop_params loop = { .size = SIZE, .seed = 1 };
    struct coordinator_params params;

    world->loop = loop_create(&loop);
    for (int i = 0; i < SIZE; i++)
        world->transports[i] = transport_loop_create(world->loop, i);
    make_schedule(world);
    coordinator_params_defaults(&params);
    params.transport = world->transports[0];
    params.schedule = world->schedule;
    params.work = (struct work){ .self = world,
                                 .num_units = NUM_UNITS,
                                 .id = work_id,
                                 .find = find_unit,
                                 .request = work_request,
                                 .is_done = work_is_done };
    params.sink = (struct sink){ world, sink_append, sink_synced };
    params.models = &model;
    params.num_models = 1;
    params.tag = TAG;
    world->coordinator = coordinator_create(&params);
    for (int i = 1; i < SIZE; i++) {
        struct worker_params worker;

        worker_params_defaults(&worker);
        worker.transport = world->transports[i];
        worker.tag = TAG;
        worker.make = toy_make;
        world->workers[i] = worker_create(&worker);
    }
}

/* The journal on that disk; false with its error when it cannot be opened. */
static bool open_world(struct world *world,
                       struct fixture *f,
                       struct disk *disk,
                       struct error *err)
{
    struct journal_io io = disk_io(disk);

    *world = (struct world){ .f = f };
    world->journal = journal_open_io(&f->params, &io, remember, world, err);
    return world->journal != NULL;
}

static void close_world(struct world *world)
{
    for (int i = 1; i < SIZE; i++)
        worker_destroy(world->workers[i]);
    coordinator_destroy(world->coordinator);
    schedule_destroy(world->schedule);
    for (int i = 0; i < SIZE; i++)
        world->transports[i]->ops->destroy(world->transports[i]);
    loop_destroy(world->loop);
    journal_close(world->journal);
}

/* The disk is as fast as the virtual clock is, but where it stands still. */
static void wait_for_disk(struct world *world)
{
    const struct timespec moment = { .tv_nsec = 20000 };
    uint64_t synced = 0;

    while (journal_synced(world->journal, &synced, NULL) == 0
           && synced < world->last_ticket && !is_held(&gate))
        (void)nanosleep(&moment, NULL);
}

static enum coordinator_state run(struct world *world, struct error *err)
{
    const int64_t end_ms = clock_ms() + LIMIT_MS;
    int64_t held_ms = 0;

    start_cluster(world);
    while (coordinator_state(world->coordinator) == COORDINATOR_RUNNING) {
        assert_true(clock_ms() < end_ms);
        if (coordinator_step(world->coordinator, err) < 0)
            break;
        for (int i = 1; i < SIZE; i++)
            assert_true(worker_step(world->workers[i], 5, NULL) >= 0);
        clock_advance_ms(TICK_MS);
        wait_for_disk(world);
        held_ms = is_held(&gate) ? held_ms + TICK_MS : 0;
        if (held_ms >= STALL_MS)
            let_go(&gate);
    }
    return coordinator_state(world->coordinator);
}

/* Every unit is in the journal, once. */
static void check_all_there(struct fixture *f)
{
    struct world world = { 0 };
    struct journal_params params = f->params;
    struct error err = { 0 };

    params.is_read_only = true;
    world.journal = journal_open(&params, remember, &world, &err);
    if (!world.journal)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < NUM_UNITS; i++)
        assert_int_equal(world.units[i].num_records, 1);
    journal_close(world.journal);
}

static void begin(struct fixture *f)
{
    wipe(f);
    f->params.max_file_bytes = ROTATE;
    memset(num_generated, 0, sizeof num_generated);
    clock_simulate(true, 1000000);
    gate.num_syncs = 0;
    gate.hold_at = 0;
    gate.is_held = false;
    gate.is_open = false;
}

/* Two minutes at sync `hold_at` of the run: nobody is lost, nothing is done
 * twice.  How many syncs there were. */
static int run_with_stall(struct fixture *f, int hold_at)
{
    struct disk disk = { .on_sync = on_sync, .context = &gate };
    struct world world;
    struct error err = { 0 };
    int64_t start_ms;

    begin(f);
    assert_true(open_world(&world, f, &disk, &err));
    start_ms = clock_ms();
    gate.num_syncs = 0; /* those of the opening keep nobody waiting */
    gate.hold_at = hold_at;
    assert_int_equal(run(&world, &err), COORDINATOR_DONE);
    assert_int_equal(coordinator_view(world.coordinator)->num_lost, 0);
    assert_int_equal(coordinator_view(world.coordinator)->num_retries, 0);
    for (size_t i = 0; i < NUM_UNITS; i++)
        assert_int_equal(num_generated[i], 1);
    close_world(&world); /* ends the thread that counts */
    if (gate.num_syncs >= hold_at && hold_at > 0)
        assert_true(clock_ms() - start_ms >= STALL_MS);
    check_all_there(f);
    disk_release(&disk);
    clock_simulate(false, 0);
    return gate.num_syncs;
}

static void test_no_lease_expires_through_a_sync_of_two_minutes(void **state)
{
    const int num = run_with_stall(*state, 0);
    int hold_at = 1;

    /* One sync by group, and two for each new file. */
    assert_in_range(num, 20, 200);
    while (run_with_stall(*state, hold_at) >= hold_at)
        hold_at++;
    print_message("stood still at each of %d syncs\n", hold_at - 1);
    assert_true(hold_at > 5);
}

static int num_broken;

/* A run on a disk that fails, and the next one on a good disk.  Whether it came
 * to that call. */
static bool run_with_fault(struct fixture *f, struct disk disk)
{
    struct disk good = { 0 };
    struct world world;
    struct world next;
    struct error err = { 0 };
    bool met;

    begin(f);
    if (open_world(&world, f, &disk, &err)) {
        enum coordinator_state state = run(&world, &err);

        assert_true(state == COORDINATOR_DONE || state == COORDINATOR_BROKEN);
        assert_int_equal(state == COORDINATOR_BROKEN, err.code != ERR_NONE);
        close_world(&world);
    }
    met = disk.calls >= disk.fail_at;
    if (err.code != ERR_NONE) {
        num_broken++;
        assert_non_null(strstr(err.text, f->folder));
        assert_non_null(strstr(err.text, strerror(disk.number)));
    }
    if (disk.for_ever)
        disk_lose_power(&disk, disk.fail_at % 2 == 0);
    memset(num_generated, 0, sizeof num_generated);
    assert_true(open_world(&next, f, &good, &err));
    for (size_t i = 0; i < NUM_UNITS; i++) {
        if (world.units[i].is_safe)
            assert_true(next.units[i].was_done);
    }
    assert_int_equal(run(&next, &err), COORDINATOR_DONE);
    for (size_t i = 0; i < NUM_UNITS; i++)
        assert_int_equal(num_generated[i], !next.units[i].was_done);
    close_world(&next);
    check_all_there(f);
    disk_release(&disk);
    disk_release(&good);
    clock_simulate(false, 0);
    return met;
}

static void test_a_fault_at_every_call_loses_nothing(void **state)
{
    static const struct disk disks[] = {
        { .number = ENOSPC },
        { .number = ENOSPC, .for_ever = true },
        { .number = EIO },
        { .number = EIO, .for_ever = true },
        { .number = EINTR },
        { .number = EINTR, .for_ever = true },
        { .number = ENOSPC, .for_ever = true, .is_short = true },
    };
    int num = 0;

    for (size_t i = 0; i < ARRAY_LEN(disks); i++) {
        struct disk disk = disks[i];

        do {
            disk.fail_at++;
        } while (run_with_fault(*state, disk));
        assert_true(disk.fail_at > 30);
        num += disk.fail_at - 1;
    }
    print_message("%d faults, %d runs stopped by them\n", num, num_broken);
    assert_true(num_broken > num / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_lease_expires_through_a_sync_of_two_minutes),
        TEST(test_a_fault_at_every_call_loses_nothing),
    };

    log_set_stderr(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
