#include "schedule/teams.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>

struct member {
    struct team_place place;
    size_t at; /* its position in `order` */
    int lead;  /* TEAMS_NONE: in no team */
    bool is_alive;
    bool has_arrived;
    /* of a lead: */
    enum team_stage stage;
    int model;
    size_t width;
};

struct teams {
    struct member *members; /* [num] by slot */
    int *order;             /* slots by node and position */
    size_t num;             /* of these; behind them those that are apart */
};

struct sorted {
    struct team_place place;
    int slot;
};

static int compare(const void *a, const void *b)
{
    const struct sorted *left = a;
    const struct sorted *right = b;

    if (left->place.is_apart != right->place.is_apart)
        return left->place.is_apart ? 1 : -1;
    if (left->place.node != right->place.node)
        return left->place.node < right->place.node ? -1 : 1;
    if (left->place.at != right->place.at)
        return left->place.at < right->place.at ? -1 : 1;
    return left->slot < right->slot ? -1 : left->slot > right->slot;
}

struct teams *teams_create(const struct team_place *places, size_t num_slots)
{
    struct teams *self = mem_alloc(1, sizeof *self);
    struct sorted *sorted = mem_alloc(num_slots, sizeof *sorted);

    self->members = mem_alloc(num_slots, sizeof *self->members);
    self->order = mem_alloc(num_slots, sizeof *self->order);
    for (size_t i = 0; i < num_slots; i++) {
        const struct team_place place =
            places ? places[i] : (struct team_place){ .at = (int)i };

        self->num += !place.is_apart;
        self->members[i] = (struct member){ .place = place,
                                            .lead = TEAMS_NONE,
                                            .is_alive = true };
        sorted[i] = (struct sorted){ place, (int)i };
    }
    if (num_slots > 1)
        qsort(sorted, num_slots, sizeof *sorted, compare);
    for (size_t i = 0; i < num_slots; i++) {
        self->order[i] = sorted[i].slot;
        self->members[sorted[i].slot].at = i;
    }
    free(sorted);
    return self;
}

void teams_destroy(struct teams *self)
{
    if (!self)
        return;
    free(self->members);
    free(self->order);
    free(self);
}

static const struct member *member_at(const struct teams *self, size_t at)
{
    return &self->members[self->order[at]];
}

static size_t end_of_node(const struct teams *self, size_t first)
{
    size_t end = first;

    while (end < self->num
           && member_at(self, end)->place.node
                  == member_at(self, first)->place.node)
        end++;
    return end;
}

/* Whether whole nodes from `first` on are a block of that width. */
static bool are_whole_nodes(const struct teams *self,
                            size_t first,
                            size_t width)
{
    size_t end = first;

    if (first > 0
        && member_at(self, first - 1)->place.node
               == member_at(self, first)->place.node)
        return false;
    while (end < self->num && end - first < width)
        end = end_of_node(self, end);
    return end - first == width;
}

/* The next block of that width at or behind `*first`, within one node, or of
 * whole ones; false: there is none. */
static bool next_block(const struct teams *self,
                       size_t width,
                       bool may_span,
                       size_t *first,
                       size_t *node_end)
{
    while (*first < self->num) {
        if (*first >= *node_end)
            *node_end = end_of_node(self, *first);
        if (*node_end - *first >= width)
            return true;
        if (may_span && are_whole_nodes(self, *first, width)) {
            *node_end = *first + width;
            return true;
        }
        *first = *node_end;
    }
    return false;
}

/* Of a block whose members are in no team, or may be in one; below 0: it cannot be
 * had. */
static double cost_of(const struct teams *self,
                      const struct teams_call *call,
                      size_t first,
                      bool may_be_taken)
{
    double sum = 0;

    for (size_t i = first; i < first + call->width; i++) {
        const struct member *member = member_at(self, i);
        double cost;

        if (!member->is_alive || (member->lead >= 0 && !may_be_taken))
            return -1;
        cost = call->cost(call->context, self->order[i], self->order[first]);
        if (cost < 0)
            return -1;
        sum += cost;
    }
    return sum;
}

size_t teams_room(const struct teams *self, const struct teams_call *call)
{
    size_t first = 0;
    size_t node_end = 0;
    size_t num = 0;

    for (; call->width > 0
           && next_block(self, call->width, call->may_span, &first, &node_end);
         first += call->width)
        num += cost_of(self, call, first, true) >= 0;
    return num;
}

int teams_call(struct teams *self, const struct teams_call *call)
{
    size_t first = 0;
    size_t node_end = 0;
    size_t best = SIZE_MAX;
    double least = call->most;
    int lead;

    for (; call->width > 0
           && next_block(self, call->width, call->may_span, &first, &node_end);
         first += call->width) {
        double cost = cost_of(self, call, first, false);

        if (cost >= 0
            && (cost < least || (cost <= least && best == SIZE_MAX))) {
            least = cost;
            best = first;
        }
    }
    if (best == SIZE_MAX)
        return TEAMS_NONE;
    lead = self->order[best];
    for (size_t i = best; i < best + call->width; i++) {
        self->members[self->order[i]].lead = lead;
        self->members[self->order[i]].has_arrived = false;
    }
    self->members[lead].stage = TEAM_GATHERS;
    self->members[lead].model = call->model;
    self->members[lead].width = call->width;
    return lead;
}

static const struct member *lead_of(const struct teams *self, int slot)
{
    const int lead = self->members[slot].lead;

    return lead < 0 ? NULL : &self->members[lead];
}

bool teams_is_apart(const struct teams *self, int slot)
{
    return self->members[slot].place.is_apart;
}

enum team_stage teams_stage(const struct teams *self, int slot)
{
    const struct member *lead = lead_of(self, slot);

    return lead ? lead->stage : TEAM_ALONE;
}

int teams_lead(const struct teams *self, int slot)
{
    return self->members[slot].lead;
}

int teams_model(const struct teams *self, int slot)
{
    const struct member *lead = lead_of(self, slot);

    return lead ? lead->model : TEAMS_NONE;
}

size_t teams_width(const struct teams *self, int slot)
{
    const struct member *lead = lead_of(self, slot);

    return lead ? lead->width : 1;
}

void teams_turn_to(struct teams *self, int slot, int model)
{
    if (self->members[slot].lead >= 0)
        self->members[self->members[slot].lead].model = model;
}

int teams_member(const struct teams *self, int slot, size_t i)
{
    const struct member *lead = lead_of(self, slot);

    return lead ? self->order[lead->at + i] : slot;
}

void teams_arrive(struct teams *self, int slot)
{
    struct member *lead;

    if (teams_stage(self, slot) != TEAM_GATHERS)
        return;
    self->members[slot].has_arrived = true;
    lead = &self->members[self->members[slot].lead];
    for (size_t i = lead->at; i < lead->at + lead->width; i++) {
        if (!member_at(self, i)->has_arrived)
            return;
    }
    lead->stage = TEAM_WHOLE;
}

void teams_part(struct teams *self, int slot)
{
    if (self->members[slot].lead >= 0)
        self->members[self->members[slot].lead].stage = TEAM_PARTS;
}

void teams_end(struct teams *self, int slot)
{
    const struct member *lead = lead_of(self, slot);
    size_t first;
    size_t end;

    if (!lead)
        return;
    first = lead->at;
    end = first + lead->width;
    for (size_t i = first; i < end; i++)
        self->members[self->order[i]].lead = TEAMS_NONE;
}

void teams_alive(struct teams *self, int slot, bool is_alive)
{
    self->members[slot].is_alive = is_alive;
    if (!is_alive
        && (self->members[slot].lead == slot
            || teams_stage(self, slot) == TEAM_GATHERS))
        teams_end(self, slot);
}
