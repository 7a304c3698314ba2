/*
 * transport_loop.h - all ranks in one process, for simulation and tests.
 *
 * Delivery can be made worse on purpose: seeded delays, reordering between
 * ranks (between one pair, where MPI keeps the order, only when asked), loss
 * and duplicates.
 */
#ifndef TRANSPORT_LOOP_H
#define TRANSPORT_LOOP_H

#include "trustsweep/transport.h"

#include <stdbool.h>

struct loop;

struct loop_params {
    int size;
    uint64_t seed;
    int max_delay_ms; /* of clock_ms(); 0 = next recv */
    double lose;      /* probability a message vanishes */
    double duplicate; /* probability it arrives twice */
    double reorder;   /* probability it may overtake those before it */
};

struct loop *loop_create(const struct loop_params *params);
void loop_destroy(struct loop *loop); /* after all its transports */

/* The end of one rank; destroyed by its owner. */
struct transport *transport_loop_create(struct loop *loop, int rank);

/* From now on nothing reaches or leaves `rank`; false revives it, empty. */
void loop_kill(struct loop *loop, int rank, bool dead);

#endif
