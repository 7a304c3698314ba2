/*
 * places.h - the workers of a run by node, and how many of them a model takes.
 *
 * A worker has a GPU, or its share of one where there are more workers than GPUs
 * on a node.  A model that needs several GPUs takes the neighbours that have
 * them.
 */
#ifndef PLACES_H
#define PLACES_H

#include "schedule/teams.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct mpi_seat;
struct slot;
struct sweep;

/* That one run can have: a rank is kept in 16 bits, and rank 0 is none of them. */
enum { PLACES_MOST_WORKERS = UINT16_MAX - 1 };

struct places {
    struct team_place *places; /* [num_workers] */
    size_t num_workers;        /* those without a GPU counted */
    size_t num_apart;          /* of these, without a GPU (api_workers.h) */
    size_t num_nodes;
    int workers; /* of the node with fewest; of a forecast, of one that is filled */
    int gpus;                    /* the same */
    int most_workers, most_gpus; /* of the node with most */
    /* Of the node where most workers are on one GPU: by these, GPUs are counted in
     * workers. */
    int dense_workers, dense_gpus;
    int share; /* workers on one GPU, at most */
};

/* Of a run: ranks 1 .. size - 1. */
void places_of_seats(struct places *out,
                     const struct mpi_seat *seats,
                     int size);

/* Of a forecast: so many workers on each node, 0 = all of one type on one, `share`
 * on each GPU; behind them those without one.
 * of  [num_workers] types, each of which begins a node of its own, as neighbours
 *     of two types are rare; NULL: one */
void places_of_plan(struct places *out,
                    size_t num_workers,
                    size_t num_apart,
                    size_t workers_of_node,
                    int share,
                    const uint16_t *of);
void places_release(struct places *self);

/* What one model or role of a job wants. */
struct places_wish {
    const char *name;
    int64_t gpus;          /* -1 = what a worker has */
    bool spans_nodes;      /* its backend can */
    uint64_t memory_bytes; /* of its weights; 0 = unknown */
    double gpu_memory_gb;  /* of one GPU; 0 = unknown */
};

/* Workers that it takes, at least 1.  ERR_USAGE, with what would fit: -1. */
int places_width(const struct places *self,
                 const struct places_wish *wish,
                 struct error *err);

/* The same of so many GPUs (-1 = what a worker has), whether they are there or
 * not. */
size_t places_workers_for(const struct places *self, int64_t gpus);

/* Nodes that so many workers of one model are on. */
int places_nodes(const struct places *self, size_t width);

/* Of all models of a job.
 * width  [num_models + NUM_ROLES], roles by their number behind the models */
int places_widths(const struct places *self,
                  const struct sweep *sweep,
                  size_t *width,
                  struct error *err);

/* The devices of worker `at` of so many on a node and of those behind it, its
 * own first; how many.  `slot` gets what a worker has for itself. */
int places_devices(int at, int workers, int gpus, struct slot *slot, int *out);

#endif
