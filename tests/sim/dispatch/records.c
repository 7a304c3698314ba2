#include "records.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "disk.h"
#include "gather/journal_private.h"
#include "trustsweep/error.h"
#include "trustsweep/record.h"
#include "world.h"

enum {
    SYNC_MIN_MS = 20,
    SYNC_MAX_MS = 600,
    SYNC_SLOW_MS = 120 * 1000,
};

static void note_text(struct fate *fate, const struct record *record)
{
    const struct reply *reply = &record->reply;

    (void)snprintf(fate->text,
                   sizeof fate->text,
                   "%s %s",
                   state_name(reply->state),
                   reply->text ? reply->text : reply->detail);
}

bool records_is_innocent(const struct fate *fate)
{
    return text_starts(fate->text, "failed quarantined: ")
           && !toy_faults.has_killer;
}

static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct world *world = context;
    size_t unit = toy_find(NULL, record->reply.unit);

    (void)place;
    (void)err;
    CHECK(unit < NUM_UNITS, "a record of no unit");
    CHECK(!world->fates[unit].is_seen
              || records_is_innocent(&world->fates[unit]),
          "unit %zu stands there twice",
          unit);
    world->fates[unit].is_seen = true;
    note_text(&world->fates[unit], record);
    return 0;
}

void records_open(struct world *world, bool is_read_only)
{
    struct journal_params params;
    struct error err = { 0 };
    const struct journal_io io = disk_io(world);

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
        if (fate->is_seen && records_is_innocent(fate) && !is_read_only) {
            fate->is_seen = fate->is_acked = false;
            world_tally.innocent++;
        }
        fate->is_safe = fate->is_seen;
    }
}

int records_append(void *self,
                   size_t unit,
                   const struct record *record,
                   uint64_t *ticket,
                   struct error *err)
{
    struct world *world = self;
    struct fate *fate = &world->fates[unit];
    uint64_t place;

    CHECK(hash_equal(record->reply.unit, toy_id(unit)), "unit %zu", unit);
    CHECK(!fate->is_seen && fate->ticket == 0, "unit %zu comes again", unit);
    if (journal_append(world->journal, record, ticket, &place, err) < 0)
        return -1;
    fate->ticket = *ticket;
    note_text(fate, record);
    return 0;
}

int records_synced(void *self, uint64_t *ticket, struct error *err)
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

bool records_is_done(void *self, size_t unit)
{
    return ((struct world *)self)->fates[unit].is_seen;
}

bool records_may_grow(void *self)
{
    return ((struct world *)self)->num_units < NUM_UNITS;
}

void records_grow(struct world *world)
{
    while (world->num_units < NUM_UNITS) {
        size_t parent = (world->num_units - NUM_FIRST) * 2;

        if (!world->fates[parent].is_safe || !world->fates[parent + 1].is_safe)
            return;
        cluster_grow(&world->cluster, world->num_units++);
    }
}
