/*
 * The production coordinator, workers and journal on a virtual clock, through
 * thousands of schedules of what goes wrong, each drawn from its seed:
 *
 *     test_schedules [SEED [COUNT]]
 *     TRUSTSWEEP_SIM_SEEDS=100000 test_schedules     the long tier
 *
 * A run is several starts on one journal: rank 0 dies with a torn write, is
 * drained or meets a full disk, and the next start has another number of ranks.
 * What must hold: what a worker was told is safe is there ever after; no unit
 * is recorded twice; the content is that of a run without faults; it ends.
 */
#define TOY_PER_MODEL 20
#define TOY_ADDED     12

#include "base/file.h"
#include "base/log.h"
#include "cluster.h"
#include "dispatch/protocol.h"
#include "gather/journal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COUNT = 2000,
    LIMIT_MS = 12 * 3600 * 1000, /* of one start */
    MAX_STARTS = 4,
    SYNC_MIN_MS = 20,
    SYNC_MAX_MS = 600,
    SYNC_SLOW_MS = 120 * 1000,
    STALL_MIN_MS = 1500, /* more than rank 0 takes for its own fault */
    STALL_MAX_MS = 200 * 1000,
    SILENCE_MS = 6 * 60 * 1000, /* rank 0's promise, and what checking takes */
};

/* What is to happen in one start; times from its begin, 0 = never. */
struct plot {
    int size;
    int64_t crash_ms;
    int64_t drain_ms;
    bool has_full_disk;
    bool has_slow_sync;
    bool has_stalls;     /* rank 0, or all of it, stands still for a while */
    bool leaves_orphans; /* workers live on when rank 0 is dead */
};

/* What the world knows of a unit, whatever rank 0 thinks. */
struct fate {
    bool is_acked;   /* a worker was told that it is safe */
    bool is_safe;    /* its record was synced */
    bool is_seen;    /* it was in the journal when this start began */
    uint64_t ticket; /* of its record in this start; 0 = none */
    char text[80];   /* state and text of its record */
};

struct world {
    uint64_t seed;
    uint64_t random;
    char folder[64];
    struct fate fates[NUM_UNITS];
    struct journal *journal;
    struct cluster cluster;
    struct plot plot;
    int64_t start_ms;
    int64_t sync_ms;  /* of the next sync */
    int64_t going_ms; /* since when nothing has stood still */
    size_t num_units; /* that rank 0 was told of */
    /* the disk */
    bool is_full;
    bool is_dead; /* rank 0 died: one more write, and that is torn */
    bool is_torn;
};

/* What happened over all seeds: a schedule that does nothing proves nothing. */
static struct {
    size_t starts, crashes, torn, drains, full, lost, orphans, abandoned;
    size_t stalls;
    size_t retries, innocent;
} tally;

static uint64_t now_seed;

static void say_seed(void)
{
    static char text[120];
    int len = snprintf(text,
                       sizeof text,
                       "again: sim_dispatch_test_schedules %llu 1\n",
                       (unsigned long long)now_seed);

    (void)!write(STDERR_FILENO, text, (size_t)len);
}

static void on_abort(int number)
{
    (void)number;
    say_seed();
}

#define CHECK(condition, ...)                                             \
    do {                                                                  \
        if (!(condition)) {                                               \
            fprintf(stderr, "seed %llu: ", (unsigned long long)now_seed); \
            fprintf(stderr, __VA_ARGS__);                                 \
            fprintf(stderr, " (line %d, %s)\n", __LINE__, #condition);    \
            say_seed();                                                   \
            exit(1);                                                      \
        }                                                                 \
    } while (0)

/* ---- the disk ---- */

/* The last write of a process that is killed: a part of it, with a hole where
 * a page was not written yet, or all of it. */
static void tear(struct world *world,
                 int fd,
                 const void *bytes,
                 size_t len,
                 off_t offset)
{
    const char *from = bytes;
    size_t part = (size_t)random_below(&world->random, len + 1);
    size_t hole = (size_t)random_below(&world->random, len + 1);

    world->is_torn = true;
    tally.torn++;
    (void)!pwrite(fd, from, part, offset);
    if (random_below(&world->random, 3) == 0 && hole > part)
        (void)!pwrite(fd, from + hole, len - hole, offset + (off_t)hole);
}

static ssize_t disk_write(void *context,
                          int fd,
                          const void *bytes,
                          size_t len,
                          off_t offset)
{
    struct world *world = context;

    if (world->is_dead && !world->is_torn)
        tear(world, fd, bytes, len, offset);
    if (world->is_dead) {
        errno = EIO;
        return -1;
    }
    if (world->is_full) {
        (void)!pwrite(fd, bytes, len / 2, offset);
        errno = ENOSPC;
        return -1;
    }
    return pwrite(fd, bytes, len, offset);
}

static int disk_truncate(void *context, int fd, off_t len)
{
    const struct world *world = context;

    return world->is_dead ? -1 : ftruncate(fd, len);
}

static int disk_sync(void *context, int fd)
{
    (void)fd;
    return ((struct world *)context)->is_dead ? -1 : 0;
}

static int disk_sync_folder(void *context, const char *folder)
{
    (void)context;
    (void)folder;
    return 0;
}

/* ---- rank 0's sink and work: the journal ---- */

static void note_text(struct fate *fate, const struct record *record)
{
    const struct reply *reply = &record->reply;

    (void)snprintf(fate->text,
                   sizeof fate->text,
                   "%s %s",
                   state_name(reply->state),
                   reply->text ? reply->text : reply->detail);
}

/* Units that were in the wrong place several times; the next start does them
 * again, as a user would ask for. */
static bool is_innocent(const struct fate *fate)
{
    return text_starts(fate->text, "failed quarantined: ")
           && !now_faults.has_killer;
}

static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct world *world = context;
    size_t unit = find_unit(NULL, record->reply.unit);

    (void)place;
    (void)err;
    CHECK(unit < NUM_UNITS, "a record of no unit");
    CHECK(!world->fates[unit].is_seen || is_innocent(&world->fates[unit]),
          "unit %zu stands there twice",
          unit);
    world->fates[unit].is_seen = true;
    note_text(&world->fates[unit], record);
    return 0;
}

static void open_journal(struct world *world, bool is_read_only)
{
    struct journal_params params;
    struct error err = { 0 };
    struct journal_io io = journal_io_real;

    io.context = world;
    io.write = disk_write;
    io.truncate = disk_truncate;
    io.sync = disk_sync;
    io.sync_folder = disk_sync_folder;
    journal_params_defaults(&params);
    params.folder = world->folder;
    params.is_by_hand = true;
    params.is_read_only = is_read_only;
    params.job = "simulated";
    params.max_file_bytes = 1500;
    for (size_t i = 0; i < NUM_UNITS; i++) {
        world->fates[i].is_seen = false;
        world->fates[i].ticket = 0;
    }
    world->is_dead = world->is_torn = world->is_full = false;
    world->journal = journal_open_io(&params, &io, remember, world, &err);
    CHECK(world->journal, "%s", err.text);
    for (size_t i = 0; i < NUM_UNITS; i++) {
        struct fate *fate = &world->fates[i];

        CHECK(fate->is_seen || !fate->is_safe, "unit %zu was synced", i);
        CHECK(fate->is_seen || !fate->is_acked, "unit %zu was told", i);
        if (fate->is_seen && is_innocent(fate) && !is_read_only) {
            fate->is_seen = fate->is_acked = false;
            tally.innocent++;
        }
        fate->is_safe = fate->is_seen;
    }
}

static int sink_append(void *self,
                       size_t unit,
                       const struct record *record,
                       uint64_t *ticket,
                       struct error *err)
{
    struct world *world = self;
    struct fate *fate = &world->fates[unit];
    uint64_t place;

    CHECK(hash_equal(record->reply.unit, id_of(unit)), "unit %zu", unit);
    CHECK(!fate->is_seen && fate->ticket == 0, "unit %zu comes again", unit);
    if (journal_append(world->journal, record, ticket, &place, err) < 0)
        return -1;
    fate->ticket = *ticket;
    note_text(fate, record);
    return 0;
}

static int sink_synced(void *self, uint64_t *ticket, struct error *err)
{
    struct world *world = self;

    if (clock_ms() >= world->sync_ms) {
        world->is_full =
            world->plot.has_full_disk && random_below(&world->random, 20) == 0;
        world->sync_ms = clock_ms() + SYNC_MIN_MS
                         + (int64_t)random_below(&world->random, SYNC_MAX_MS);
        if (world->plot.has_slow_sync && random_below(&world->random, 20) == 0)
            world->sync_ms += SYNC_SLOW_MS;
        (void)journal_flush(world->journal, NULL);
    }
    if (journal_synced(world->journal, ticket, err) < 0)
        return -1;
    for (size_t i = 0; i < NUM_UNITS; i++) {
        struct fate *fate = &world->fates[i];

        fate->is_safe =
            fate->is_safe || (fate->ticket > 0 && fate->ticket <= *ticket);
    }
    return 0;
}

static bool work_is_done(void *self, size_t unit)
{
    return ((struct world *)self)->fates[unit].is_seen;
}

static bool work_may_grow(void *self)
{
    return ((struct world *)self)->num_units < NUM_UNITS;
}

/* Each added unit comes of two others, once they are safe. */
static void grow(struct world *world)
{
    while (world->num_units < NUM_UNITS) {
        size_t parent = (world->num_units - NUM_FIRST) * 2;

        if (!world->fates[parent].is_safe || !world->fates[parent + 1].is_safe)
            return;
        cluster_grow(&world->cluster, world->num_units++);
    }
}

/* ---- what rank 0 says is looked at on its way ---- */

static struct world *spied;

struct spy {
    struct transport base;
    struct transport *inner;
};

static int spy_send(struct transport *base,
                    int dest,
                    uint32_t type,
                    const void *bytes,
                    size_t len,
                    struct error *err)
{
    struct transport *inner = ((struct spy *)base)->inner;
    struct id_list list;
    struct buffer in;

    if (type == MSG_ACK) {
        CHECK(protocol_open(&in, bytes, len, TAG, NULL) == 0
                  && protocol_get_ids(&in, &list, NULL) == 0,
              "a torn message");
        for (uint32_t i = 0; i < list.num; i++) {
            size_t unit = find_unit(NULL, list.ids[i]);

            if (unit == SIZE_MAX)
                continue;
            CHECK(spied->fates[unit].is_safe,
                  "unit %zu is called safe and is not",
                  unit);
            spied->fates[unit].is_acked = true;
        }
        free(list.ids);
    }
    return inner->ops->send(inner, dest, type, bytes, len, err);
}

static int spy_recv(struct transport *base,
                    struct message *out,
                    struct error *err)
{
    struct transport *inner = ((struct spy *)base)->inner;

    return inner->ops->recv(inner, out, err);
}

static size_t spy_pending(struct transport *base)
{
    (void)base;
    return 0;
}

static void spy_destroy(struct transport *base)
{
    struct transport *inner = ((struct spy *)base)->inner;

    inner->ops->destroy(inner);
    free(base);
}

static struct transport *spy_on(struct transport *inner)
{
    static const struct transport_ops ops = {
        .name = "spy",
        .send = spy_send,
        .recv = spy_recv,
        .pending = spy_pending,
        .destroy = spy_destroy,
    };
    struct spy *spy = mem_alloc(1, sizeof *spy);

    spy->base = (struct transport){ &ops, inner->rank, inner->size };
    spy->inner = inner;
    return &spy->base;
}

/* ---- a schedule, drawn ---- */

static bool chance(struct world *world, uint64_t one_in)
{
    return random_below(&world->random, one_in) == 0;
}

static int64_t between(struct world *world, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(&world->random, (uint64_t)(high - low));
}

/* Faults that are part of the content come alone: how often the same unit may
 * fail by bad luck besides is a matter of luck. */
static void draw_faults(struct world *world)
{
    bool is_content = chance(world, 6);

    now_faults = (struct faults){
        .lose = chance(world, 3) ? 0.05 : 0,
        .duplicate = chance(world, 2) ? 0.2 : 0,
        .reorder = chance(world, 4) ? 0.3 : 0,
        .max_delay_ms = chance(world, 2) ? 300 : 0,
        .has_slow = chance(world, 6),
    };
    if (is_content) {
        switch (random_below(&world->random, 4)) {
        case 0:
            now_faults.has_poison = true;
            break;
        case 1:
            now_faults.has_killer = true;
            break;
        case 2:
            now_faults.has_bad_model = true;
            break;
        default:
            now_faults.has_torn_model = true;
            break;
        }
        return;
    }
    now_faults.num_deaths = (int)random_below(&world->random, 6);
    now_faults.num_hangs = (int)random_below(&world->random, 4);
    now_faults.break_backend = chance(world, 4) ? 0.003 : 0;
    now_faults.hang_backend = chance(world, 8) ? 0.003 : 0;
    now_faults.garbage = chance(world, 4) ? 0.1 : 0;
    now_faults.fail_create = chance(world, 5) ? 0.2 : 0;
    now_faults.fail_unit = chance(world, 5) ? 0.1 : 0;
    now_faults.bad_rank = chance(world, 6) ? 2 : 0;
}

static void draw_plot(struct world *world, bool is_last)
{
    struct plot *plot = &world->plot;

    *plot = (struct plot){
        .size = (int)between(world, 2, MAX_RANKS + 1),
        .has_slow_sync = chance(world, 5),
        .has_stalls = chance(world, 5),
    };
    /* A node on which nothing loads needs another one beside it. */
    if (now_faults.bad_rank > 0 && plot->size < 4)
        plot->size = 4;
    if (is_last)
        return;
    if (chance(world, 4)) {
        plot->drain_ms = between(world, 100, 30000);
    } else if (chance(world, 5)) {
        plot->has_full_disk = true;
    } else {
        plot->crash_ms = between(world, 1, 30000);
        plot->leaves_orphans = chance(world, 8);
    }
}

/* ---- one start ---- */

static bool has_content_fault(void)
{
    return now_faults.has_poison || now_faults.has_killer
           || now_faults.has_bad_model || now_faults.has_torn_model;
}

static void begin(struct world *world)
{
    struct coordinator_params params;
    size_t num_seen = 0;

    open_journal(world, false);
    tally.starts++;
    coordinator_params_defaults(&params);
    world->num_units = NUM_FIRST;
    world->start_ms = clock_ms();
    world->sync_ms = 0;
    world->going_ms = clock_ms();
    params.work = (struct work){ .self = world,
                                 .num_units = NUM_FIRST,
                                 .id = work_id,
                                 .find = find_unit,
                                 .request = work_request,
                                 .is_done = work_is_done,
                                 .may_grow = work_may_grow };
    params.sink = (struct sink){ world, sink_append, sink_synced };
    params.max_attempts = has_content_fault() ? 3 : 60;
    cluster_start(&world->cluster,
                  world->plot.size,
                  random_next(&world->random),
                  &params);
    for (size_t i = 0; i < NUM_FIRST; i++)
        num_seen += world->fates[i].is_seen;
    CHECK(coordinator_view(world->cluster.coordinator)->num_before == num_seen,
          "%zu units were there",
          num_seen);
    memset(num_generated, 0, sizeof num_generated);
}

static void step_workers(struct world *world, bool did)
{
    struct error err = { 0 };
    int ended;

    cluster_disturb(&world->cluster);
    ended = cluster_step_workers(&world->cluster, did, &err);
    CHECK(!ended, "worker %d: %s", ended, err.text);
}

/* Rank 0 is gone without a word: every worker ends, none sooner than rank 0
 * promised. */
static void wait_for_orphans(struct world *world)
{
    struct cluster *cluster = &world->cluster;
    int64_t end_ms = clock_ms() + SILENCE_MS;
    int num_left = 0;

    tally.orphans++;
    for (int i = 1; i < cluster->size; i++) {
        cluster->stopped_ms[i] = 0;
        num_left += cluster->workers[i] != NULL;
    }
    while (num_left > 0) {
        struct error err = { 0 };
        int64_t now_ms = clock_ms();
        int rank = cluster_step_workers(cluster, false, &err);

        CHECK(now_ms < end_ms, "%d workers live on", num_left);
        if (rank > 0) {
            CHECK(now_ms - (end_ms - SILENCE_MS) > 4 * 60 * 1000,
                  "worker %d gave rank 0 up too soon: %s",
                  rank,
                  err.text);
            worker_destroy(cluster->workers[rank]);
            cluster->workers[rank] = NULL;
            num_left--;
        }
    }
}

static void crash(struct world *world)
{
    bool has_begun = true; /* every worker has heard rank 0 */

    for (int i = 1; i < world->cluster.size; i++) {
        has_begun = has_begun
                    && clock_ms() - world->cluster.started_ms[i] > 15000
                    && clock_ms() - world->going_ms > 15000
                    && clock_ms() > world->cluster.stopped_ms[i];
    }
    tally.crashes++;
    world->is_dead = true;
    cluster_kill_rank0(&world->cluster);
    journal_close(world->journal);
    world->journal = NULL;
    if (world->plot.leaves_orphans && has_begun && now_faults.lose == 0
        && !now_faults.has_slow)
        wait_for_orphans(world);
}

/* Nobody can be lost who lives, is heard and has time. */
static bool may_lose(void)
{
    return now_faults.num_deaths > 0 || now_faults.num_hangs > 0
           || now_faults.lose > 0 || now_faults.has_slow
           || now_faults.has_killer;
}

static void note_end(struct world *world)
{
    const struct coordinator_view *view =
        coordinator_view(world->cluster.coordinator);

    CHECK(view->num_lost == 0 || may_lose(), "lost a worker that lives");
    tally.lost += view->num_lost;
    tally.retries += view->num_retries;
}

/* A machine that was suspended, or a rank 0 that gets no time. */
static void stall(struct world *world)
{
    int64_t len_ms = between(world, STALL_MIN_MS, STALL_MAX_MS);
    int64_t end_ms = clock_ms() + len_ms;

    tally.stalls++;
    if (chance(world, 2))
        clock_advance_ms(len_ms);
    while (clock_ms() < end_ms)
        step_workers(world, false);
    world->going_ms = clock_ms();
}

/* Until it is done, broken, drained, abandoned, or rank 0 is dead. */
static enum coordinator_state play(struct world *world)
{
    struct cluster *cluster = &world->cluster;
    enum coordinator_state state = COORDINATOR_RUNNING;
    bool is_draining = false;

    while (state == COORDINATOR_RUNNING) {
        int64_t ms = clock_ms() - world->start_ms;
        int did;

        CHECK(ms < LIMIT_MS, "no end");
        if (world->plot.crash_ms > 0 && ms >= world->plot.crash_ms)
            return COORDINATOR_RUNNING;
        if (world->plot.drain_ms > 0 && ms >= world->plot.drain_ms
            && !is_draining) {
            coordinator_drain(cluster->coordinator);
            is_draining = true;
        }
        if (world->plot.has_stalls && chance(world, 100))
            stall(world);
        did = coordinator_step(cluster->coordinator, NULL);
        grow(world);
        step_workers(world, did > 0);
        state = coordinator_state(cluster->coordinator);
    }
    return state;
}

/* Whether an answer may have gone with its worker. */
static bool has_lost(struct world *world)
{
    return coordinator_view(world->cluster.coordinator)->num_lost > 0
           || now_faults.lose > 0 || now_faults.garbage > 0;
}

/* One start from begin to end; whether all is done. */
static bool play_start(struct world *world)
{
    enum coordinator_state state;

    begin(world);
    state = play(world);
    note_end(world);
    switch (state) {
    case COORDINATOR_DONE:
        CHECK(coordinator_view(world->cluster.coordinator)->num_done
                  == NUM_UNITS,
              "done without all");
        break;
    case COORDINATOR_DRAINED:
        CHECK(world->plot.drain_ms > 0, "drained");
        tally.drains++;
        for (size_t i = 0; i < NUM_UNITS; i++) {
            CHECK(num_generated[i] == 0 || world->fates[i].is_safe
                      || has_lost(world),
                  "unit %zu was answered and is not safe",
                  i);
        }
        break;
    case COORDINATOR_ABANDONED:
        CHECK(now_faults.num_deaths + now_faults.num_hangs > 0
                  || now_faults.has_killer,
              "abandoned");
        tally.abandoned++;
        break;
    case COORDINATOR_BROKEN:
        CHECK(world->plot.has_full_disk, "broken");
        tally.full++;
        break;
    case COORDINATOR_RUNNING:
        crash(world);
        break;
    }
    cluster_finish(&world->cluster);
    journal_close(world->journal);
    world->journal = NULL;
    for (size_t i = 0; i < NUM_UNITS; i++) {
        if (is_innocent(&world->fates[i]))
            return false;
    }
    return state == COORDINATOR_DONE;
}

/* ---- one seed ---- */

static bool is_killer(size_t unit)
{
    return now_faults.has_killer && unit == POISON;
}

static void empty_folder(const char *folder)
{
    struct name_list names = { 0 };

    if (file_list(folder, &names, NULL) == 0) {
        for (size_t i = 0; i < names.num; i++) {
            char *path = path_join(folder, names.names[i]);

            (void)unlink(path);
            free(path);
        }
    }
    name_list_release(&names);
}

static struct hash128 digest_of(const struct world *world)
{
    struct hash_stream *stream = hash_stream_create();

    for (size_t i = 0; i < NUM_UNITS; i++)
        hash_stream_text(stream, world->fates[i].text);
    return hash_stream_end(stream);
}

static struct hash128 play_seed(uint64_t seed, const char *folder, bool faults)
{
    struct world *world = mem_alloc(1, sizeof *world);
    struct hash128 digest;
    int num_starts = 0;
    bool is_done = false;

    now_seed = seed;
    world->seed = seed;
    world->random = seed * 0x9e3779b97f4a7c15U + 1;
    (void)snprintf(world->folder, sizeof world->folder, "%s", folder);
    empty_folder(folder);
    clock_simulate(true, 1000000);
    killed_rank = 0;
    now_faults = (struct faults){ 0 };
    if (faults)
        draw_faults(world);
    spied = world;
    while (!is_done) {
        bool is_last = !faults || ++num_starts >= MAX_STARTS;

        CHECK(num_starts < MAX_STARTS + 20, "never done");
        draw_plot(world, is_last);
        is_done = play_start(world);
    }
    open_journal(world, true);
    for (size_t i = 0; i < NUM_UNITS; i++) {
        char want[80];

        expected_text(i, want, sizeof want);
        if (is_killer(i)) {
            CHECK(text_starts(world->fates[i].text, want),
                  "unit %zu: %s",
                  i,
                  world->fates[i].text);
            continue;
        }
        CHECK(world->fates[i].is_seen && text_equal(world->fates[i].text, want),
              "unit %zu: '%s' where a run without faults has '%s'",
              i,
              world->fates[i].text,
              want);
    }
    digest = digest_of(world);
    journal_close(world->journal);
    free(world);
    return digest;
}

/* Of a sanitizer, where there is one. */
void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));

static void catch_ends(void)
{
    struct sigaction action = { .sa_handler = on_abort,
                                .sa_flags = (int)SA_RESETHAND };

    (void)sigaction(SIGABRT, &action, NULL);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(say_seed);
}

static void play_all(const char *folder, uint64_t first, uint64_t count)
{
    struct hash128 clean;
    size_t num_equal = 0;

    clean = play_seed(0, folder, false);
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct hash128 digest = play_seed(seed, folder, true);

        /* play_seed() has compared unit by unit: this only counts */
        num_equal += hash_equal(digest, clean);
    }
    printf("%llu seeds, %zu with the digest of a run without faults, the "
           "others with a fault that is in the content\n"
           "%zu starts: rank 0 died in %zu (%zu torn writes), %zu drained, %zu "
           "met a full disk, %zu lost every worker; %zu stalls\n"
           "%zu workers lost, %zu units tried again, %zu given up for the "
           "workers they were in and then done, %zu times every worker ended "
           "without rank 0\n",
           (unsigned long long)count,
           num_equal,
           tally.starts,
           tally.crashes,
           tally.torn,
           tally.drains,
           tally.full,
           tally.abandoned,
           tally.stalls,
           tally.lost,
           tally.retries,
           tally.innocent,
           tally.orphans);
    if (count >= COUNT) {
        CHECK(tally.torn > count / 10 && tally.drains > count / 10
                  && tally.full > 0 && tally.stalls > count / 10
                  && tally.lost > count && tally.orphans > 0,
              "the faults did not happen");
    }
}

int main(int argc, char **argv)
{
    const char *wish = getenv("TRUSTSWEEP_SIM_SEEDS");
    char in_memory[] = "/dev/shm/trustsweep-sim.XXXXXX";
    char on_disk[] = "/tmp/trustsweep-sim.XXXXXX";
    char *folder = mkdtemp(in_memory);
    uint64_t count = COUNT;
    uint64_t first = 1;

    if (wish)
        (void)text_to_uint64(wish, &count);
    if (argc > 1)
        (void)text_to_uint64(argv[1], &first);
    if (argc > 2)
        (void)text_to_uint64(argv[2], &count);
    log_set_stderr(LOG_ERROR); /* what is lost is what is tested */
    wrap_rank0 = spy_on;
    catch_ends();
    if (!folder)
        folder = mkdtemp(on_disk);
    if (!folder)
        return 1;
    play_all(folder, first, count);
    empty_folder(folder);
    (void)rmdir(folder);
    return 0;
}
