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
#include "base/log.h"
#include "base/text.h"
#include "seed.h"
#include "spy.h"
#include "world.h"

#include <unistd.h>

enum { COUNT = 2000 };

/* Seeds that failed once: two stalls, and all that was said between them lost. */
static const uint64_t kept[] = { 26570 };

static void play_all(const char *folder, uint64_t first, uint64_t count)
{
    struct hash128 clean;
    size_t num_equal = 0;

    clean = seed_play(0, folder, false);
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct hash128 digest = seed_play(seed, folder, true);

        /* seed_play() has compared unit by unit: this only counts */
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
           world_tally.starts,
           world_tally.crashes,
           world_tally.torn,
           world_tally.drains,
           world_tally.full,
           world_tally.abandoned,
           world_tally.stalls,
           world_tally.lost,
           world_tally.retries,
           world_tally.innocent,
           world_tally.orphans);
    if (count >= COUNT) {
        CHECK(world_tally.torn > count / 10 && world_tally.drains > count / 10
                  && world_tally.full > 0 && world_tally.stalls > count / 10
                  && world_tally.lost > count && world_tally.orphans > 0,
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
    cluster_wrap_rank0 = spy_on;
    world_catch_ends();
    if (!folder)
        folder = mkdtemp(on_disk);
    if (!folder)
        return 1;
    for (size_t i = 0; argc == 1 && i < sizeof kept / sizeof *kept; i++)
        (void)seed_play(kept[i], folder, true);
    play_all(folder, first, count);
    seed_empty_folder(folder);
    (void)rmdir(folder);
    return 0;
}
