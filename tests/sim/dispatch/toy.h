/*
 * toy.h - a small world for the dispatcher: units with known answers, and a
 * backend that gives them after a while and does everything backends do wrong.
 *
 * TOY_PER_MODEL and TOY_ADDED may be set before this is included.
 */
#ifndef TOY_H
#define TOY_H

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trustsweep/backend.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef TOY_PER_MODEL
#    define TOY_PER_MODEL 50
#    define TOY_ADDED     30
#endif

enum {
    NUM_MODELS = 3,
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
    int bad_rank;        /* where no model can be made; 0 = none */
};

static struct faults now_faults;
static uint64_t backend_random;
static size_t num_generated[NUM_UNITS];
static size_t num_made[NUM_MODELS];
static int killed_rank; /* a unit has ended it; 0 = none */

static inline struct hash128 id_of(size_t unit)
{
    /* As good as a hash here, and found again without a search. */
    return (struct hash128){ unit * 0x9e3779b97f4a7c15U, unit };
}

static inline size_t find_unit(void *self, struct hash128 id)
{
    (void)self;
    return id.low < NUM_UNITS && hash_equal(id_of((size_t)id.low), id)
               ? (size_t)id.low
               : SIZE_MAX;
}

/* What its record must say. */
static inline void expected_text(size_t unit, char *out, size_t size)
{
    if (unit == UNASKABLE) {
        (void)snprintf(out, size, "failed unit 7 cannot be asked");
    } else if (unit == POISON && now_faults.has_poison) {
        (void)snprintf(out, size, "failed poisoned");
    } else if (unit == POISON && now_faults.has_killer) {
        (void)snprintf(out, size, "failed quarantined: ");
    } else if (unit / TOY_PER_MODEL == 1
               && (now_faults.has_bad_model || now_faults.has_torn_model)) {
        (void)snprintf(out,
                       size,
                       "failed the model cannot be loaded: "
                       "no such model file");
    } else {
        (void)snprintf(out, size, "answered answer %zu", unit);
    }
}

struct toy {
    struct backend base;
    int model;
    int rank;
    struct hash128 units[PARALLEL];
    int64_t due_ms[PARALLEL];
    size_t num;
    int64_t ready_ms; /* loading until then */
    bool hangs;
};

static inline int toy_submit(struct backend *base,
                             const struct request *request,
                             struct error *err)
{
    struct toy *toy = (struct toy *)base;
    size_t unit = (size_t)request->item_index;

    if (unit / TOY_PER_MODEL != (size_t)toy->model)
        BUG("unit %zu came to model %d", unit, toy->model);
    if (unit == UNASKABLE)
        return error_set(err, ERR_PERMANENT, "unit 7 cannot be asked");
    if (toy->num == PARALLEL)
        return error_set(err, ERR_TRANSIENT, "full");
    toy->units[toy->num] = request->unit;
    toy->due_ms[toy->num] =
        (toy->ready_ms > clock_ms() ? toy->ready_ms : clock_ms()) + 50
        + (int64_t)(unit * 37 % 400);
    toy->num++;
    return 0;
}

static inline void toy_remove(struct toy *toy, size_t at)
{
    toy->num--;
    toy->units[at] = toy->units[toy->num];
    toy->due_ms[at] = toy->due_ms[toy->num];
}

static inline void toy_answer(size_t unit, struct reply *out)
{
    char text[32];
    int len = snprintf(text, sizeof text, "answer %zu", unit);

    out->unit = id_of(unit);
    out->reply_tokens = 2;
    out->prompt_tokens = 3;
    if (random_unit(&backend_random) < now_faults.fail_unit) {
        reply_fail(out, STATE_FAILED, "bad luck");
        return;
    }
    num_generated[unit]++;
    reply_set_text(out, text, (size_t)len, FINISH_STOP);
}

/* Of a unit that nobody asked, of none there is, without an answer, or with one
 * that is no text. */
static inline bool toy_garbage(const struct toy *toy,
                               size_t unit,
                               struct reply *out)
{
    if (random_unit(&backend_random) >= now_faults.garbage)
        return false;
    out->unit = id_of(unit);
    switch (random_below(&backend_random, 5)) {
    case 4:
        reply_set_text(out, "text", 4, FINISH_STOP);
        out->text[1] = (char)0xff;
        break;
    case 0:
        out->unit = id_of((size_t)toy->rank + 0x100000U);
        reply_set_text(out, "nobody asked", 12, FINISH_STOP);
        break;
    case 1:
        out->state = STATE_NONE;
        break;
    case 2:
        out->state = STATE_ANSWERED; /* and no text */
        break;
    default:
        out->state = (enum state)(NUM_STATES + 3);
        break;
    }
    return true;
}

static inline int toy_step(struct backend *base,
                           int budget_ms,
                           struct reply *out,
                           struct error *err)
{
    struct toy *toy = (struct toy *)base;

    if (budget_ms > 0
        && random_unit(&backend_random) < now_faults.break_backend)
        return error_set(err, ERR_IO, "broken by chance");
    if (budget_ms > 0 && random_unit(&backend_random) < now_faults.hang_backend)
        toy->hangs = true;
    if (now_faults.has_torn_model && toy->model == 1)
        return error_set(err, ERR_IO, "no such model file");
    for (size_t i = 0; i < toy->num && !toy->hangs; i++) {
        size_t unit = find_unit(NULL, toy->units[i]);

        if (toy->due_ms[i] > clock_ms())
            continue;
        if (now_faults.has_poison && unit == POISON)
            return error_set(err, ERR_IO, "poisoned");
        if (now_faults.has_killer && unit == POISON) {
            killed_rank = toy->rank;
            return 0;
        }
        if (toy_garbage(toy, unit, out))
            return 1;
        toy_remove(toy, i);
        toy_answer(unit, out);
        return 1;
    }
    return 0;
}

static inline int toy_cancel(struct backend *base, struct hash128 unit)
{
    struct toy *toy = (struct toy *)base;

    for (size_t i = 0; i < toy->num; i++) {
        if (hash_equal(toy->units[i], unit)) {
            toy_remove(toy, i);
            break;
        }
    }
    return 0;
}

static inline void toy_destroy(struct backend *base)
{
    free(base);
}

static const struct backend_ops toy_ops = {
    .name = "toy",
    .submit = toy_submit,
    .step = toy_step,
    .cancel = toy_cancel,
    .destroy = toy_destroy,
};

/* The rank is in the slot, as the room for a context. */
static inline struct backend *toy_make(const char *spec,
                                       const struct slot *slot,
                                       struct error *err)
{
    struct toy *toy;
    int model = spec[strlen(spec) - 1] - '0';

    num_made[model]++;
    if ((now_faults.has_bad_model && model == 1)
        || (now_faults.bad_rank > 0 && slot->max_context == now_faults.bad_rank)
        || random_unit(&backend_random) < now_faults.fail_create) {
        error_set(err, ERR_IO, "no such model file");
        return NULL;
    }
    toy = mem_alloc(1, sizeof *toy);
    toy->base.ops = &toy_ops;
    toy->model = model;
    toy->rank = slot->max_context;
    toy->ready_ms = clock_ms() + 3000;
    return &toy->base;
}

static inline bool toy_is_loading(const struct backend *base)
{
    return ((const struct toy *)base)->ready_ms > clock_ms();
}

#endif
