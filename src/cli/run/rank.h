/*
 * rank.h - what one MPI rank does in a run: rank 0 coordinates, the others
 * generate.
 */
#ifndef RANK_H
#define RANK_H

#include "cli/run/run_policy.h"

#include <stdbool.h>
#include <stdint.h>

struct error;
struct mpi_place;
struct mpi_seat;
struct sweep_params;
struct transport;

struct rank_params {
    const struct sweep_params *sweep;
    const char *output; /* --output, or NULL */
    bool is_quiet;
    bool is_json;      /* the last words are for programs */
    bool is_near;      /* ranks are bound to cores near their GPUs */
    bool retry_failed; /* units that an earlier run gave up */
    int notice_s;      /* from USR1 to the end of the time */
    struct run_policy policy;
    uint64_t tag; /* of the run: equal on all ranks */
};

/* Both return the exit status, and have printed the error, if any. */
int rank_coordinate(const struct rank_params *params,
                    struct transport *transport,
                    const struct mpi_place *place,
                    const struct mpi_seat *seats); /* [transport->size] */
int rank_work(const struct rank_params *params,
              struct transport *transport,
              const struct mpi_place *place);

#endif
