/*
 * role_costs.h - what roles are expected to be asked, and what that costs.
 */
#ifndef ROLE_COSTS_H
#define ROLE_COSTS_H

#include "trustsweep/request.h"

struct outlook;
struct sweep;

struct role_cost {
    double questions;
    double prompt_tokens, reply_tokens;
    double cost;      /* at the job's prices */
    double most_cost; /* if each answer were as long as it may be */
};

/*
 * A prior: one question about each reply that a column with that role scores,
 * though a rule may read it without asking.
 *
 * out  [NUM_ROLES]; zeros of those that no backend plays
 */
void role_costs_make(struct role_cost *out,
                     const struct sweep *sweep,
                     const struct outlook *outlook);

/* Tokens of the question about each unit's reply, answer included: [num_units]
 * of the plan, 0 = none is asked; free() */
float *role_costs_by_unit(const struct sweep *sweep,
                          const struct outlook *outlook,
                          enum role role);

#endif
