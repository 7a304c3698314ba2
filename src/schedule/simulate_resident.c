#include "schedule/simulate_resident.h"

#include "base/mem.h"
#include "schedule/simulate_heap.h"
#include "schedule/simulate_units.h"

#include <math.h>
#include <stdlib.h>

/* A slot that got nothing asks again when another has ended or loaded something,
 * but not before so many seconds; and at the latest after a part of the time that
 * has passed, since a unit may have become late.  So a forecast of weeks does not
 * ask as often as they have seconds. */
static const double ask_again_s = 0.5;
static const double ask_again_part = 1e-3;

/* Nor does each of a thousand slots that wait when one unit of the others ends:
 * of more slots than so many, each asks more seldom by as much. */
static const double ask_slots = 128;

enum { PATIENCE = 100 }; /* turns of each slot in a row that bring nothing */

enum { LEASES = 2 }; /* in flight, as of a worker: the second hides latency */

struct lease {
    size_t *units; /* [max_lease] */
    size_t num;
    size_t at; /* the unit that is worked on */
};

struct slot {
    struct lease leases[LEASES]; /* the first is worked on */
    double began_s;              /* what it does now */
    double next_s;               /* when its unit is done, or it asks again */
    int held;
    double speed; /* with that: of a team its slowest member's */
    bool is_loading;
    bool is_waiting; /* it has nothing */
    bool is_hungry;  /* it is among run->hungry */
};

struct run {
    const struct simulate_world *world;
    struct simulate_units units;
    struct schedule *schedule;
    struct slot *slots;
    bool *is_done;             /* [num_units]: a unit may be worked on twice */
    struct simulate_heap busy; /* slots that load or work, by next_s */
    struct simulate_heap waiting; /* those that ask again then */
    struct simulate_heap hungry;  /* those that ask for a second lease then */
    size_t num_slots;
    size_t num_vain; /* turns in a row that brought nothing */
    struct simulate_outcome *out;
};

/* What a slot has done since it began to. */
static void note(const struct run *run, int at, double to_s)
{
    const struct slot *slot = &run->slots[at];

    if (run->world->span) {
        run->world->span(run->world->context,
                         at,
                         slot->held,
                         slot->is_loading ? SIMULATE_LOADS : SIMULATE_WORKS,
                         slot->began_s,
                         to_s);
    }
}

static struct lease *free_lease(struct slot *slot)
{
    for (size_t i = 0; i < LEASES; i++) {
        if (slot->leases[i].num == 0)
            return &slot->leases[i];
    }
    return NULL;
}

static double unit_seconds(const struct run *run, int at, size_t unit)
{
    const double *slow = run->world->slot_slow;
    const size_t own = run->units.index[unit];

    return (double)run->world->unit_s[own] * (slow ? slow[at] : 1)
           / run->slots[at].speed;
}

/* Work on the first unit in hand. */
static void begin_unit(struct run *run, int at, double now_s)
{
    struct slot *slot = &run->slots[at];
    const struct lease *lease = &slot->leases[0];

    slot->began_s = now_s;
    slot->next_s = now_s + unit_seconds(run, at, lease->units[lease->at]);
}

/* How fast a slot is with a model, or the team that it leads. */
static double speed_of(const struct run *run, int at, int model)
{
    double least = simulate_speed(run->world, at, model);

    if (schedule_lead(run->schedule, at) != at)
        return least;
    for (size_t i = 0; i < run->num_slots; i++) {
        if (schedule_lead(run->schedule, (int)i) == at)
            least = fmin(least, simulate_speed(run->world, (int)i, model));
    }
    return least;
}

/* It loads the model of its first lease, unless it holds it. */
static void begin_lease(struct run *run, int at, int model, double now_s)
{
    struct slot *slot = &run->slots[at];

    slot->is_waiting = false;
    if (model == slot->held) {
        begin_unit(run, at, now_s);
        return;
    }
    slot->held = model;
    slot->speed = speed_of(run, at, model);
    slot->is_loading = true;
    slot->began_s = now_s;
    slot->next_s = now_s + run->world->load_s[model];
    run->out->num_loads++;
}

static void count_load(const struct run *run, int at, double to_s)
{
    const struct slot *slot = &run->slots[at];

    if (!simulate_is_apart(run->world, at)) {
        run->out->load_s +=
            (to_s - slot->began_s) * simulate_width(run->world, slot->held);
    }
    note(run, at, to_s);
}

static void end_load(struct run *run, int at, double now_s)
{
    struct slot *slot = &run->slots[at];

    count_load(run, at, now_s);
    slot->is_loading = false;
    schedule_loaded(run->schedule,
                    at,
                    slot->held,
                    run->world->load_s[slot->held]);
    begin_unit(run, at, now_s);
}

/* Units for a free place of a slot: how many. */
static size_t fill(struct run *run,
                   int at,
                   struct lease *lease,
                   double now_s,
                   int *model)
{
    const int64_t now_ms = (int64_t)(now_s * 1e3);
    const struct slot *slot = &run->slots[at];
    size_t num = schedule_lease(run->schedule,
                                at,
                                slot->held,
                                now_ms,
                                model,
                                lease->units);

    if (num == 0 && lease == &slot->leases[0])
        num = schedule_again(run->schedule, at, now_ms, model, lease->units);
    lease->num = num;
    lease->at = 0;
    run->out->num_leases += num > 0;
    return num;
}

/* A second lease, as a worker's free place is filled. */
static void ask_more(struct run *run, int at, double now_s)
{
    struct slot *slot = &run->slots[at];
    struct lease *lease = free_lease(slot);
    int model = slot->held;

    if (lease && slot->leases[0].num > 0
        && schedule_goes_on(run->schedule,
                            at,
                            slot->held,
                            (int64_t)(now_s * 1e3)))
        (void)fill(run, at, lease, now_s, &model);
}

/* Ask for a lease.  Who had none asks for a second one when all who are due now
 * have asked for a first, as rank 0 hands them out. */
static void ask(struct run *run, int at, double now_s)
{
    struct slot *slot = &run->slots[at];
    int model;

    if (slot->is_waiting && schedule_lets_go(run->schedule, at))
        slot->held = SCHEDULE_NO_MODEL;
    if (slot->leases[0].num > 0) {
        ask_more(run, at, now_s);
        return;
    }
    model = slot->held;
    if (fill(run, at, &slot->leases[0], now_s, &model) == 0)
        return;
    begin_lease(run, at, model, now_s);
    if (!slot->is_hungry)
        simulate_heap_add(&run->hungry, at, now_s);
    slot->is_hungry = true;
}

/* What others have done meanwhile is cancelled. */
static void next_unit(const struct run *run, struct slot *slot)
{
    struct lease *lease = &slot->leases[0];

    while (lease->num > 0) {
        while (lease->at < lease->num && run->is_done[lease->units[lease->at]])
            lease->at++;
        if (lease->at < lease->num)
            return;
        const struct lease empty = { .units = lease->units };

        slot->leases[0] = slot->leases[1];
        slot->leases[1] = empty;
    }
}

static void add_work(const struct run *run, int at, double sum, double now_s)
{
    if (simulate_is_apart(run->world, at)) {
        run->out->apart_work_s += sum;
        run->out->apart_end_s = now_s;
    } else {
        run->out->work_s += sum;
    }
}

static void end_unit(struct run *run, int at, double now_s)
{
    struct slot *slot = &run->slots[at];
    struct lease *lease = &slot->leases[0];
    const size_t unit = lease->units[lease->at++];
    const double seconds = unit_seconds(run, at, unit);
    const double sum = seconds * simulate_width(run->world, slot->held);

    note(run, at, now_s);
    if (run->is_done[unit]) {
        if (!simulate_is_apart(run->world, at))
            run->out->wasted_s += sum;
    } else {
        run->is_done[unit] = true;
        add_work(run, at, sum, now_s);
        schedule_observe(run->schedule, at, unit, seconds);
        simulate_units_follow(&run->units, unit, run->schedule);
        schedule_done(run->schedule, unit);
        run->out->makespan_s = now_s;
    }
    next_unit(run, slot);
    slot->is_waiting = slot->leases[0].num == 0;
    if (!slot->is_waiting)
        begin_unit(run, at, now_s);
}

/* When a slot with nothing asks again. */
static double ask_again(const struct run *run, double now_s)
{
    const double part = ask_again_part * now_s;
    const double many = fmax((double)run->num_slots / ask_slots, 1);
    const double least_s = many > 1 ? fmax(ask_again_s, part) : ask_again_s;
    const double late_s = now_s + many * fmax(ask_again_s, part);

    return fmax(fmin(simulate_heap_first_s(&run->busy), late_s),
                now_s + least_s);
}

/* What is due first; of what is at the same time what ends, so that who asks
 * knows it. */
static void turn(struct run *run)
{
    const double busy_s = simulate_heap_first_s(&run->busy);
    const double waiting_s = simulate_heap_first_s(&run->waiting);
    const double hungry_s = simulate_heap_first_s(&run->hungry);
    struct slot *slot;
    double now_s;
    int at;

    if (hungry_s < fmin(busy_s, waiting_s)) {
        at = simulate_heap_take(&run->hungry);
        run->slots[at].is_hungry = false;
        ask_more(run, at, hungry_s);
        return;
    }
    at = simulate_heap_take(busy_s <= waiting_s ? &run->busy : &run->waiting);
    slot = &run->slots[at];
    now_s = slot->next_s;
    if (slot->is_loading) {
        end_load(run, at, now_s);
    } else if (!slot->is_waiting) {
        end_unit(run, at, now_s);
    }
    ask(run, at, now_s);
    run->num_vain = slot->is_waiting ? run->num_vain + 1 : 0;
    if (slot->is_waiting)
        slot->next_s = ask_again(run, now_s);
    simulate_heap_add(slot->is_waiting ? &run->waiting : &run->busy,
                      at,
                      slot->next_s);
}

/* Whoever still works when all is done does so in vain; who loads is stopped. */
static void count_rest(struct run *run)
{
    for (size_t i = 0; i < run->num_slots; i++) {
        const struct slot *slot = &run->slots[i];
        const double end_s = fmax(run->out->makespan_s, slot->began_s);

        if (slot->is_waiting)
            continue;
        if (slot->is_loading) {
            count_load(run, (int)i, end_s);
            continue;
        }
        note(run, (int)i, end_s);
        if (!simulate_is_apart(run->world, (int)i)) {
            run->out->wasted_s += (end_s - slot->began_s)
                                  * simulate_width(run->world, slot->held);
        }
    }
}

/* Models that no slot is wide enough for take what there is. */
static bool narrow(struct run *run)
{
    int model = schedule_stranded(run->schedule);
    const bool is_any = model != SCHEDULE_NO_MODEL;

    for (; model != SCHEDULE_NO_MODEL;
         model = schedule_stranded(run->schedule)) {
        if (run->out->fits)
            run->out->misfit = model;
        run->out->fits = false;
        schedule_narrow(run->schedule, model);
    }
    return is_any;
}

/* Whether all wait, and for nothing: questions of a role came that no slot is
 * wide enough for, or, which is a fault of the schedule, no rule ends it. */
static bool is_stuck(struct run *run)
{
    if (run->num_vain <= PATIENCE * run->num_slots)
        return false;
    run->num_vain = 0;
    for (size_t i = 0; i < run->num_slots; i++) {
        if (!run->slots[i].is_waiting)
            return false;
    }
    if (narrow(run))
        return false;
    run->out->fits = false;
    return true;
}

static void simulate(struct run *run)
{
    const struct schedule_params *believed = &run->world->believed;
    const struct schedule_params there =
        simulate_units_open(&run->units, run->world);

    run->schedule = schedule_create(&there);
    (void)narrow(run);
    run->num_slots = believed->num_slots;
    run->slots = mem_alloc(run->num_slots, sizeof *run->slots);
    run->is_done = mem_alloc(believed->num_units, sizeof *run->is_done);
    simulate_heap_init(&run->busy, run->num_slots);
    simulate_heap_init(&run->waiting, run->num_slots);
    simulate_heap_init(&run->hungry, run->num_slots);
    for (size_t i = 0; i < run->num_slots; i++) {
        run->slots[i] =
            (struct slot){ .held = SCHEDULE_NO_MODEL, .is_waiting = true };
        simulate_heap_add(&run->waiting, (int)i, 0);
        for (size_t j = 0; j < LEASES; j++) {
            run->slots[i].leases[j].units =
                mem_alloc(schedule_max_lease(run->schedule), sizeof(size_t));
        }
    }
    while (schedule_left(run->schedule) > 0 && !is_stuck(run))
        turn(run);
    count_rest(run);
    for (size_t i = 0; i < run->num_slots; i++) {
        for (size_t j = 0; j < LEASES; j++)
            free(run->slots[i].leases[j].units);
    }
    simulate_heap_release(&run->busy);
    simulate_heap_release(&run->waiting);
    simulate_heap_release(&run->hungry);
    free(run->is_done);
    free(run->slots);
    simulate_units_close(&run->units);
    schedule_destroy(run->schedule);
}

void simulate_resident(const struct simulate_world *world,
                       struct simulate_outcome *out)
{
    struct run run = { .world = world, .out = out };

    simulate(&run);
}
