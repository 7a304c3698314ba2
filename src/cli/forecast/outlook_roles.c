#include "cli/forecast/outlook_roles.h"

#include "base/mem.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/outlook_known.h"
#include "cli/forecast/role_costs.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>

static void see_role(struct outlook *self,
                     const struct sweep *sweep,
                     enum role role,
                     const struct outlook_earlier *earlier)
{
    const struct backend_facts *facts = &sweep->roles.players[role].facts;
    const struct job_role *of = &sweep->job->roles[role];
    const size_t at = sweep->job->num_models + self->num_roles;
    struct outlook_model *out = &self->models[at];

    self->roles[self->num_roles++] = role;
    outlook_know(self,
                 out,
                 &(struct outlook_said){
                     .name = of->name,
                     .facts = facts,
                     .tokens_per_s = of->tokens_per_s,
                     .load_s = of->load_s,
                     .gpus = of->gpus,
                     .at = sweep->job->num_models + (size_t)role,
                 },
                 earlier);
    out->work_s = (double)NAN;
    out->gpus = of->gpus;
    self->schedule_models[at] = (struct schedule_model){
        .load_s = out->load_s,
        .tokens_per_s = out->tokens_per_s,
        .is_guessed = out->speed_from != OUTLOOK_RESULTS,
        .is_role = true,
        .may_span = facts->spans_nodes,
    };
}

void outlook_see_roles(struct outlook *self,
                       const struct sweep *sweep,
                       const struct outlook_earlier *earlier)
{
    const unsigned played = roles_dispatched(&sweep->roles);

    for (unsigned role = ROLE_ANSWER + 1; role < NUM_ROLES; role++) {
        if (played & 1u << role)
            see_role(self, sweep, (enum role)role, earlier);
    }
}

static void make_room(struct outlook *self, size_t num)
{
    const size_t all = self->params.num_units + num;

    self->unit_model =
        mem_resize(self->unit_model, all, sizeof *self->unit_model);
    self->unit_task = mem_resize(self->unit_task, all, sizeof *self->unit_task);
    self->unit_cost = mem_resize(self->unit_cost, all, sizeof *self->unit_cost);
    self->after =
        mem_resize(self->after, self->num_after + num, sizeof *self->after);
    self->params.unit_model = self->unit_model;
    self->params.unit_task = self->unit_task;
    self->params.unit_cost = self->unit_cost;
}

/* A unit for each question, behind all that there are. */
static void add_questions(struct outlook *self,
                          const struct sweep *sweep,
                          size_t at)
{
    const enum role role = self->roles[at];
    const size_t model = sweep->job->num_models + at;
    struct outlook_model *out = &self->models[model];
    float *tokens = role_costs_by_unit(sweep, self, role);
    size_t num = 0;

    for (size_t u = 0; u < sweep->plan->num_units; u++)
        num += tokens[u] > 0;
    if (num > 0)
        make_room(self, num);
    for (size_t u = 0; u < sweep->plan->num_units; u++) {
        const size_t unit = self->params.num_units;

        if (!(tokens[u] > 0))
            continue;
        self->unit_model[unit] = (uint16_t)model;
        self->unit_task[unit] =
            (uint16_t)(sweep->dataset->num_tasks + (size_t)role);
        self->unit_cost[unit] = tokens[u];
        self->after[self->num_after++] = (uint32_t)u;
        self->params.num_units++;
        out->tokens += (double)tokens[u];
    }
    out->num_asked = num;
    outlook_heed_account(out, sweep, &sweep->roles.players[role].facts.account);
    self->schedule_models[model].tokens_per_s = out->tokens_per_s;
    out->work_s = out->tokens / out->tokens_per_s;
    free(tokens);
}

/* The account that it asks on says how fast it can be. */
static bool is_limited(const struct sweep *sweep, enum role role)
{
    const struct backend_account *of =
        &sweep->roles.players[role].facts.account;

    return of->name[0] && (of->tokens > 0 || of->requests > 0);
}

void outlook_add_roles(struct outlook *self, const struct sweep *sweep)
{
    for (size_t i = 0; i < self->num_roles; i++) {
        if (self->models[sweep->job->num_models + i].tokens_per_s > 0
            || is_limited(sweep, self->roles[i]))
            add_questions(self, sweep, i);
    }
    self->params.num_models = sweep->job->num_models + self->num_roles;
}

const char **outlook_names(const struct outlook *self)
{
    const struct job *job = self->job;
    const char **names =
        mem_alloc(job->num_models + self->num_roles, sizeof *names);

    for (size_t i = 0; i < job->num_models; i++)
        names[i] = job->models[i].name;
    for (size_t i = 0; i < self->num_roles; i++)
        names[job->num_models + i] = job->roles[self->roles[i]].name;
    return names;
}
