#include "schedule/target.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* The end is looked for by halving, to this part of it; so many times at most,
 * should it be next to nothing beside where the search begins. */
static const double part = 1e-4;
enum { HALVINGS = 40 };

/*
 * Orders of packing that are tried, each by work + so many times the load: by
 * both as they are, by the load alone, then mixtures between and beyond them.  A
 * rest with a long load is not to come last, where it may be cut.  Why eight:
 * docs/decisions/004-schedule.md.
 */
static const double load_weights[] = { 1, 1e9, 3, 7, 1.5, 21, 0.5, 0.1 };

enum { ORDERS = sizeof load_weights / sizeof *load_weights };

/* Gaps and rests below this are none, s. */
static const double grain_s = 1e-6;

/* What a free slot takes is what needs most: slots are the unit.  A model that
 * fills whole ones goes before any rest, so it needs so many more. */
static const double more_of_whole = 1e3;

struct rest {
    double work_s;
    double load_s;
    int model;
};

struct gap {
    double len_s;
    double num; /* so many of this length */
};

/* Room to put work into: slots that are free up to the end, and gaps, for models
 * of that width.  `num_single` counts single slots. */
struct room {
    struct rest *rests; /* [num_rests] */
    size_t num_rests;
    struct gap *gaps; /* [num_gaps] */
    size_t num_gaps;
    size_t cap_gaps;
    double num_single;
    double width;
    double end_s;
    int next; /* what the first whole slot is for, of the widest that get one */
    double most; /* that `next` needs, in slots */
};

static double width_of(const struct target_model *model)
{
    return model->width > 1 ? (double)model->width : 1;
}

static double num_whole(const struct room *room)
{
    return floor(room->num_single / room->width);
}

static void add_gap(struct room *room, double len_s, double num)
{
    room->gaps = mem_reserve(room->gaps,
                             &room->cap_gaps,
                             room->num_gaps + 1,
                             sizeof *room->gaps);
    room->gaps[room->num_gaps++] = (struct gap){ len_s, num };
}

static double capacity(const struct target_model *model, double end_s)
{
    return model->num_slots * end_s - model->late_s;
}

double target_held_s(const struct target_model *model)
{
    return model->num_slots > 0
               ? (model->work_s + model->late_s) / model->num_slots
               : model->work_s + model->load_s;
}

bool target_is_enough(const struct target_model *model, double end_s)
{
    return capacity(model, end_s) >= model->work_s;
}

bool target_may_leave(const struct target_model *model, double end_s)
{
    return model->num_slots > 0
           && capacity(model, end_s) - model->work_s >= end_s;
}

static void note_next(struct room *room, int model, double need)
{
    if (need > room->most) {
        room->most = need;
        room->next = model;
    }
}

/* What one model gives and lacks. */
static bool look_at(const struct target_model *models,
                    size_t at,
                    struct room *room)
{
    const struct target_model *model = &models[at];
    double left = capacity(model, room->end_s) - model->work_s;
    double whole;

    if (left >= 0) {
        whole = fmin(floor(left / room->end_s), model->num_slots);
        room->num_single += whole * room->width;
        left -= whole * room->end_s;
        if (left > grain_s && whole < model->num_slots)
            add_gap(room, left, 1);
        return true;
    }
    if (model->is_closed)
        return true;
    if (model->load_s >= room->end_s)
        return false;
    room->rests[room->num_rests++] = (struct rest){
        .work_s = -left,
        .load_s = model->load_s,
        .model = (int)at,
    };
    return true;
}

/* Whole slots for what fills them. */
static void fill_whole(struct room *room)
{
    for (size_t i = 0; i < room->num_rests; i++) {
        struct rest *rest = &room->rests[i];
        double each = room->end_s - rest->load_s;
        double num = fmin(floor(rest->work_s / each), num_whole(room));

        if (num < 1)
            continue;
        note_next(room, rest->model, more_of_whole + rest->work_s / each);
        room->num_single -= num * room->width;
        rest->work_s -= num * each;
    }
}

/* What comes last fills gaps and is cut, which costs its load once more. */
static double weight_of(const struct rest *rest, size_t order)
{
    return rest->work_s + load_weights[order] * rest->load_s;
}

static void sort_rests(struct room *room, size_t order)
{
    for (size_t i = 1; i < room->num_rests; i++) {
        struct rest rest = room->rests[i];
        double weight = weight_of(&rest, order);
        size_t at = i;

        for (; at > 0 && weight_of(&room->rests[at - 1], order) < weight; at--)
            room->rests[at] = room->rests[at - 1];
        room->rests[at] = rest;
    }
}

/* The smallest gap that holds so much, else the largest; NULL = none. */
static struct gap *find_gap(struct room *room, double size, bool *holds)
{
    struct gap *best = NULL;

    *holds = false;
    for (size_t i = 0; i < room->num_gaps; i++) {
        struct gap *gap = &room->gaps[i];

        if (gap->num < 1)
            continue;
        if (gap->len_s >= size) {
            if (!*holds || gap->len_s < best->len_s)
                best = gap;
            *holds = true;
        } else if (!*holds && (!best || gap->len_s > best->len_s)) {
            best = gap;
        }
    }
    return best;
}

/* One of these gaps is shorter now. */
static void fill_gap(struct room *room, struct gap *gap, double left_s)
{
    if (gap->num < 2) {
        gap->len_s = left_s;
    } else {
        gap->num -= 1;
        if (left_s > grain_s)
            add_gap(room, left_s, 1);
    }
}

static bool place_rest(struct room *room, struct rest *rest)
{
    while (rest->work_s > grain_s) {
        double size = rest->work_s + rest->load_s;
        bool holds = false;
        struct gap *gap = find_gap(room, size, &holds);

        if (!holds && num_whole(room) >= 1) {
            note_next(room, rest->model, size / room->end_s);
            room->num_single -= room->width;
            add_gap(room, room->end_s, 1);
            gap = &room->gaps[room->num_gaps - 1];
        }
        if (!gap || gap->len_s <= rest->load_s + grain_s)
            return false;
        if (gap->len_s >= size) {
            fill_gap(room, gap, gap->len_s - size);
            return true;
        }
        rest->work_s -= gap->len_s - rest->load_s;
        fill_gap(room, gap, 0);
    }
    return true;
}

/* What wider models left, cut for those of this width; where one of them has taken
 * a whole slot already, that stays what comes next. */
static void narrow_to(struct room *room, double width)
{
    for (size_t i = 0; i < room->num_gaps && room->width > width; i++)
        room->gaps[i].num = floor(room->gaps[i].num * room->width / width);
    room->width = width;
    room->num_rests = 0;
    room->most = room->next == TARGET_NONE ? 0 : (double)INFINITY;
}

/* Models of one width. */
static bool try_width(const struct target_model *models,
                      size_t num,
                      size_t order,
                      struct room *room)
{
    for (size_t i = 0; i < num; i++) {
        if (width_of(&models[i]) == room->width && !look_at(models, i, room))
            return false;
    }
    fill_whole(room);
    sort_rests(room, order);
    for (size_t i = 0; i < room->num_rests; i++) {
        if (!place_rest(room, &room->rests[i]))
            return false;
    }
    return true;
}

/* The widest below that; 0 = there is none. */
static double next_width(const struct target_model *models,
                         size_t num,
                         double below)
{
    double widest = 0;

    for (size_t i = 0; i < num; i++) {
        if (width_of(&models[i]) < below)
            widest = fmax(widest, width_of(&models[i]));
    }
    return widest;
}

static bool try_order(const struct target_model *models,
                      size_t num,
                      size_t order,
                      struct room *room)
{
    double width = next_width(models, num, (double)INFINITY);
    bool fits = true;

    while (fits && width > 0) {
        narrow_to(room, width);
        fits = try_width(models, num, order, room);
        width = next_width(models, num, width);
    }
    return fits;
}

/* One slot doing all there is, one after the other; above 0 also where that is
 * nothing, as ends are divided by. */
static double longest(const struct target_model *models, size_t num)
{
    double sum = 1;

    for (size_t i = 0; i < num; i++) {
        sum += models[i].work_s + models[i].late_s;
        sum += models[i].work_s > 0 ? models[i].load_s : 0;
    }
    return sum;
}

/* Whether all can end by `room->end_s`; room->next says how to begin. */
static bool works_out(const struct target_model *models,
                      size_t num,
                      double num_free,
                      struct room *room)
{
    for (size_t order = 0; order < ORDERS; order++) {
        room->num_gaps = 0;
        room->num_single = num_free;
        room->width = 1;
        room->next = TARGET_NONE;
        if (try_order(models, num, order, room))
            return true;
    }
    return false;
}

struct target target_find(const struct target_model *models,
                          size_t num,
                          double num_free)
{
    struct room room = {
        .rests = mem_alloc(num, sizeof *room.rests),
    };
    struct target best = { longest(models, num), TARGET_NONE };
    double low = 0;

    /* Without a slot there is no end, and nothing is tried below it. */
    for (int i = 0; i <= HALVINGS; i++) {
        room.end_s = i == 0 ? best.end_s : low + (best.end_s - low) / 2;
        if (works_out(models, num, num_free, &room)) {
            best = (struct target){ room.end_s, room.next };
        } else if (i == 0) {
            break;
        } else {
            low = room.end_s;
        }
        if (best.end_s - low <= part * best.end_s)
            break;
    }
    free(room.rests);
    free(room.gaps);
    return best;
}
