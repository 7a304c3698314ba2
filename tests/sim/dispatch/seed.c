#include "seed.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "draw.h"
#include "gather/journal.h"
#include "play.h"
#include "records.h"
#include "spy.h"
#include "world.h"

#include <unistd.h>

enum { MAX_STARTS = 4 };

static bool is_killer(size_t unit)
{
    return toy_faults.has_killer && unit == POISON;
}

void seed_empty_folder(const char *folder)
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

struct hash128 seed_play(uint64_t seed, const char *folder, bool faults)
{
    struct world *world = mem_alloc(1, sizeof *world);
    struct hash128 digest;
    int num_starts = 0;
    bool is_done = false;

    world_seed = seed;
    world->seed = seed;
    world->random = seed * 0x9e3779b97f4a7c15U + 1;
    (void)snprintf(world->folder, sizeof world->folder, "%s", folder);
    seed_empty_folder(folder);
    clock_simulate(true, 1000000);
    toy_killed_rank = 0;
    toy_faults = (struct faults){ 0 };
    if (faults)
        draw_faults(world);
    spy_world = world;
    while (!is_done) {
        bool is_last = !faults || ++num_starts >= MAX_STARTS;

        CHECK(num_starts < MAX_STARTS + 20, "never done");
        draw_plot(world, is_last);
        is_done = play_start(world);
    }
    records_open(world, true);
    for (size_t i = 0; i < NUM_UNITS; i++) {
        char want[80];

        toy_expected(i, want, sizeof want);
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
