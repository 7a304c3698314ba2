#include "play.h"

#include "base/clock.h"
#include "base/random.h"
#include "dispatch/worker.h"
#include "draw.h"
#include "gather/journal.h"
#include "records.h"
#include "trustsweep/error.h"
#include "world.h"

#include <string.h>

enum {
    LIMIT_MS = 12 * 3600 * 1000, /* of one start */
    STALL_MIN_MS = 1500,         /* more than rank 0 takes for its own fault */
    STALL_MAX_MS = 200 * 1000,
    HEARD_MS = 30 * 1000,      /* six pulses: one of them is not lost */
    QUIET_MAX_MS = 240 * 1000, /* rank 0's promise, less what was lost before */
    SILENCE_MS = 6 * 60 * 1000, /* rank 0's promise, and what checking takes */
};

static bool has_content_fault(void)
{
    return toy_faults.has_poison || toy_faults.has_killer
           || toy_faults.has_bad_model || toy_faults.has_torn_model;
}

static void begin(struct world *world)
{
    struct coordinator_params params;
    size_t num_seen = 0;

    records_open(world, false);
    world_tally.starts++;
    coordinator_params_defaults(&params);
    world->num_units = NUM_FIRST;
    world->start_ms = clock_ms();
    world->sync_ms = 0;
    world->going_ms = clock_ms();
    world->quiet_ms = clock_ms();
    params.work = (struct work){ .self = world,
                                 .num_units = NUM_FIRST,
                                 .id = toy_work_id,
                                 .find = toy_find,
                                 .request = toy_work_request,
                                 .is_done = records_is_done,
                                 .may_grow = records_may_grow };
    params.sink = (struct sink){ world, records_append, records_synced };
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
    memset(toy_generated, 0, sizeof toy_generated);
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

    world_tally.orphans++;
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
    world_tally.crashes++;
    world->is_dead = true;
    cluster_kill_rank0(&world->cluster);
    journal_close(world->journal);
    world->journal = NULL;
    if (world->plot.leaves_orphans && has_begun && toy_faults.lose == 0
        && !toy_faults.has_slow)
        wait_for_orphans(world);
}

/* Nobody can be lost who lives, is heard and has time. */
static bool may_lose(void)
{
    return toy_faults.num_deaths > 0 || toy_faults.num_hangs > 0
           || toy_faults.lose > 0 || toy_faults.has_slow
           || toy_faults.has_killer;
}

static void note_end(struct world *world)
{
    const struct coordinator_view *view =
        coordinator_view(world->cluster.coordinator);

    CHECK(view->num_lost == 0 || may_lose(), "lost a worker that lives");
    world_tally.lost += view->num_lost;
    world_tally.retries += view->num_retries;
}

/* All that rank 0 says between two stalls may be lost: those that follow each
 * other so soon are together no longer than it may be silent. */
static int64_t left_ms(struct world *world)
{
    if (clock_ms() - world->going_ms > HEARD_MS)
        world->quiet_ms = clock_ms();
    return world->quiet_ms + QUIET_MAX_MS - clock_ms();
}

/* A machine that was suspended, or a rank 0 that gets no time. */
static void stall(struct world *world)
{
    int64_t len_ms = draw_between(world, STALL_MIN_MS, STALL_MAX_MS);
    bool is_all = draw_chance(world, 2);
    int64_t max_ms = left_ms(world);
    int64_t end_ms;

    if (max_ms < STALL_MIN_MS)
        return;
    if (len_ms > max_ms)
        len_ms = max_ms;
    end_ms = clock_ms() + len_ms;
    world_tally.stalls++;
    if (is_all)
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
        if (world->plot.has_stalls && draw_chance(world, 100))
            stall(world);
        did = coordinator_step(cluster->coordinator, NULL);
        records_grow(world);
        step_workers(world, did > 0);
        state = coordinator_state(cluster->coordinator);
    }
    return state;
}

/* Whether an answer may have gone with its worker. */
static bool has_lost(struct world *world)
{
    return coordinator_view(world->cluster.coordinator)->num_lost > 0
           || toy_faults.lose > 0 || toy_faults.garbage > 0;
}

bool play_start(struct world *world)
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
        world_tally.drains++;
        for (size_t i = 0; i < NUM_UNITS; i++) {
            CHECK(toy_generated[i] == 0 || world->fates[i].is_safe
                      || has_lost(world),
                  "unit %zu was answered and is not safe",
                  i);
        }
        break;
    case COORDINATOR_ABANDONED:
        CHECK(toy_faults.num_deaths + toy_faults.num_hangs > 0
                  || toy_faults.has_killer,
              "abandoned");
        world_tally.abandoned++;
        break;
    case COORDINATOR_BROKEN:
        CHECK(world->plot.has_full_disk, "broken");
        world_tally.full++;
        break;
    case COORDINATOR_RUNNING:
        crash(world);
        break;
    }
    cluster_finish(&world->cluster);
    journal_close(world->journal);
    world->journal = NULL;
    for (size_t i = 0; i < NUM_UNITS; i++) {
        if (records_is_innocent(&world->fates[i]))
            return false;
    }
    return state == COORDINATOR_DONE;
}
