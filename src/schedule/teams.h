/*
 * teams.h - slots that stand together for a model too large for one of them.
 *
 * A team is a block of neighbours: of one node, or of whole nodes where the model
 * may span them and one is not enough.
 * Its first slot leads, which is to say drives the model; the others lend what
 * they have.  A team is called together, is whole once every member has let go
 * of its own model, and is parted once its lead has let go of the large one: so
 * no GPU ever holds two models that did not ask to share it.
 *
 * Blocks of a width begin at multiples of it, so teams leave no gaps that none
 * fits into.
 */
#ifndef TEAMS_H
#define TEAMS_H

#include <stdbool.h>
#include <stddef.h>

enum { TEAMS_NONE = -1 };

/* Where a slot is. */
struct team_place {
    int node;
    int at; /* position on its node: neighbours have neighbouring numbers */
    bool is_apart; /* without a GPU: in no team */
};

enum team_stage {
    TEAM_ALONE = 0, /* in no team */
    TEAM_GATHERS,   /* some members still hold something */
    TEAM_WHOLE,
    TEAM_PARTS, /* its lead still holds the model */
};

struct teams;

/* places [num_slots], copied; NULL: one node, in order */
struct teams *teams_create(const struct team_place *places, size_t num_slots);
void teams_destroy(struct teams *self);

/* What calling a slot away costs into a team that `lead` would lead; below 0: it
 * must not be. */
typedef double (*teams_cost_fn)(void *context, int slot, int lead);

/*
 * Call the cheapest block together for `model`; none of it may be in a team.
 *
 * most     it may cost
 * returns  its lead, or TEAMS_NONE
 */
struct teams_call {
    int model;
    size_t width;
    bool may_span;
    double most;
    teams_cost_fn cost;
    void *context;
};
int teams_call(struct teams *self, const struct teams_call *call);

/* How many such teams living slots could make, each on its own, whatever they
 * cost and are in now. */
size_t teams_room(const struct teams *self, const struct teams_call *call);

bool teams_is_apart(const struct teams *self, int slot);
enum team_stage teams_stage(const struct teams *self, int slot);
int teams_lead(const struct teams *self, int slot);     /* or TEAMS_NONE */
int teams_model(const struct teams *self, int slot);    /* or TEAMS_NONE */
size_t teams_width(const struct teams *self, int slot); /* 1 = in no team */
/* Another model of the same width, driven by the same lead. */
void teams_turn_to(struct teams *self, int slot, int model);
/* The i-th member, below its width, of the team that `slot` is in. */
int teams_member(const struct teams *self, int slot, size_t i);

/* A member holds nothing any more. */
void teams_arrive(struct teams *self, int slot);
void teams_part(struct teams *self, int slot); /* its lead is to let go */
void teams_end(struct teams *self, int slot); /* all members are on their own */

/* One that dies ends a team that gathers, and one that it leads. */
void teams_alive(struct teams *self, int slot, bool is_alive);

#endif
