/*
 * world.h - one schedule of what goes wrong: what is to happen, what is known of
 * each unit whatever rank 0 thinks, and how a seed is told when that is not so.
 */
#ifndef WORLD_H
#define WORLD_H

#include "cluster.h"
#include "toy.h"

#include <stdio.h>
#include <stdlib.h>

struct journal;

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
    int64_t quiet_ms; /* since when rank 0 may not have been heard */
    size_t num_units; /* that rank 0 was told of */
    /* the disk */
    bool is_full;
    bool is_dead; /* rank 0 died: one more write, and that is torn */
    bool is_torn;
};

/* What happened over all seeds: a schedule that does nothing proves nothing. */
struct tally {
    size_t starts, crashes, torn, drains, full, lost, orphans, abandoned;
    size_t stalls;
    size_t retries, innocent;
};
extern struct tally world_tally;

/* The seed that is played, and how to play it again, on stderr. */
extern uint64_t world_seed;
void world_say_seed(void);
/* Say it at an abort, too, and at what a sanitizer finds. */
void world_catch_ends(void);

#define CHECK(condition, ...)                                                  \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "seed %llu: ", (unsigned long long)world_seed);    \
            fprintf(stderr, __VA_ARGS__);                                      \
            fprintf(stderr, " (%s:%d, %s)\n", __FILE__, __LINE__, #condition); \
            world_say_seed();                                                  \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

#endif
