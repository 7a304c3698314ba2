/*
 * toy.h - a small world for the dispatcher: units with known answers, and a
 * backend that gives them after a while and does everything backends do wrong.
 */
#ifndef TOY_H
#define TOY_H

#include "base/hash.h"
#include "trustsweep/backend.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct request;

enum {
    NUM_MODELS = 3,
    TOY_PER_MODEL = 20,
    TOY_ADDED = 12,
    NUM_UNITS = NUM_MODELS * TOY_PER_MODEL, /* model = unit / TOY_PER_MODEL */
    NUM_FIRST = NUM_UNITS - TOY_ADDED, /* the rest is added while it runs, as
                                          follow-ups are */
    PARALLEL = 4,
    UNASKABLE = 7,               /* no backend takes this unit */
    POISON = TOY_PER_MODEL + 10, /* breaks every backend, where one does */
};

struct faults {
    double lose, duplicate, reorder;
    int max_delay_ms;
    int num_deaths; /* of workers; each comes back or not */
    int num_hangs;  /* a process is stopped for a while */
    bool has_slow;  /* a rank that gets a tenth of the time */
    /* of a backend: the chance at a step or at a reply */
    double break_backend;
    double hang_backend;
    double garbage;
    double fail_create;
    double fail_unit;
    bool has_poison;
    bool has_killer;     /* POISON ends the process of its rank */
    bool has_bad_model;  /* model 1 cannot be made */
    bool has_torn_model; /* it can, and breaks while it loads */
    int torn_ms;         /* at some time up to so long after */
    int bad_rank;        /* where no model can be made; 0 = none */
    int node_workers;    /* of each node; model 1 is over two of them; 0: it is
                            like the others */
    double break_part;   /* of it, at a step */
    bool has_bad_part;   /* none of it can be made */
};

/* What goes wrong now, and the chance it comes by. */
extern struct faults toy_faults;
extern uint64_t toy_random;

/* What the backends did: answers to each unit, backends of each model; the rank
 * that a unit has ended, 0 = none. */
extern size_t toy_generated[NUM_UNITS];
extern size_t toy_made[NUM_MODELS];
extern size_t toy_loaded; /* backends that answered something */
extern int toy_killed_rank;

struct hash128 toy_id(size_t unit);
/* SIZE_MAX: of none.  `self` is not looked at. */
size_t toy_find(void *self, struct hash128 id);

/* What the record of a unit must say: state and text. */
void toy_expected(size_t unit, char *out, size_t size);

/* As struct work wants them. */
struct hash128 toy_work_id(void *self, size_t unit);
void toy_work_request(void *self, size_t unit, struct request *out);

/* "...N": of model N.  The rank is in the slot, as the room for a context. */
struct backend *toy_make(const char *spec,
                         const struct slot *slot,
                         struct error *err);
bool toy_is_loading(const struct backend *base);

/* For where the nodes of a model meet: each is another one. */
int toy_free_port(void);
/* The rank that has a part of what another one drives; 0 = none. */
int toy_part_rank(void);

#endif
