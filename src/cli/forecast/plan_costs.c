#include "cli/forecast/plan_costs.h"

#include "base/json.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/plan_memory_table.h"
#include "cli/forecast/role_costs.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdio.h>

static void print_row(const char *name,
                      const struct job_price *price,
                      const struct role_cost *cost,
                      bool *is_first)
{
    if (!(price->prompt > 0) && !(price->reply > 0))
        return;
    if (*is_first) {
        printf("\n%-24s %14s %13s %10s %10s %10s\n",
               "cost",
               "prompt tokens",
               "reply tokens",
               "about",
               "at most",
               "limit");
    }
    *is_first = false;
    printf("%-24s %14.0f %13.0f %10.4g %10.4g ",
           name,
           cost->prompt_tokens,
           cost->reply_tokens,
           cost->cost,
           cost->most_cost);
    if (price->limit > 0) {
        printf("%10.4g\n", price->limit);
    } else {
        printf("%10s\n", "none");
    }
}

static void print_warning(const char *name,
                          const struct job_price *price,
                          double cost)
{
    if (price->limit > 0 && cost > price->limit) {
        printf("warning: %s is expected to cost about %.4g, and is stopped at "
               "cost_limit %.4g\n",
               name,
               cost,
               price->limit);
    }
}

void plan_costs_print(const struct sweep *sweep, const struct outlook *outlook)
{
    const struct job *job = sweep->job;
    struct role_cost roles[NUM_ROLES];
    bool is_first = true;

    role_costs_make(roles, sweep, outlook);
    for (size_t i = 0; i < job->num_models; i++) {
        const struct outlook_model *model = &outlook->models[i];
        const struct role_cost cost = {
            .prompt_tokens = model->prompt_tokens,
            .reply_tokens = model->tokens - model->prompt_tokens,
            .cost = model->cost,
            .most_cost = model->most_cost,
        };

        print_row(job->models[i].name, &job->models[i].price, &cost, &is_first);
    }
    for (int r = ROLE_ANSWER + 1; r < NUM_ROLES; r++) {
        print_row(job->roles[r].name,
                  &job->roles[r].price,
                  &roles[r],
                  &is_first);
    }
    for (size_t i = 0; i < job->num_models; i++) {
        print_warning(job->models[i].name,
                      &job->models[i].price,
                      outlook->models[i].cost);
    }
    for (int r = ROLE_ANSWER + 1; r < NUM_ROLES; r++)
        print_warning(job->roles[r].name, &job->roles[r].price, roles[r].cost);
}

void plan_costs_json(struct cJSON *root,
                     const struct sweep *sweep,
                     const struct outlook *outlook,
                     const struct plan_memory *memory)
{
    struct cJSON *list = json_add_array(root, "roles");
    struct role_cost costs[NUM_ROLES];

    role_costs_make(costs, sweep, outlook);
    for (size_t i = 0; i < outlook->num_roles; i++) {
        const enum role r = outlook->roles[i];
        const struct outlook_model *of =
            &outlook->models[sweep->job->num_models + i];
        struct cJSON *role = json_new_object();

        json_add_text(role, "role", role_name(r));
        json_add_text(role, "name", sweep->job->roles[r].name);
        json_add_number(role, "questions", costs[r].questions);
        json_add_number(role, "prompt_tokens", costs[r].prompt_tokens);
        json_add_number(role, "reply_tokens", costs[r].reply_tokens);
        json_add_number(role, "cost", costs[r].cost);
        json_add_number(role, "cost_at_most", costs[r].most_cost);
        json_add_number(role, "tokens_per_s", of->tokens_per_s);
        json_add_text(role,
                      "tokens_per_s_from",
                      outlook_source_name(of->speed_from));
        json_add_number(role,
                        "load_s",
                        of->is_load_known ? of->load_s : (double)NAN);
        json_add_number(role, "work_s", of->work_s);
        plan_memory_table_add(role, sweep, memory, sweep->job->num_models + r);
        json_append(list, role);
    }
}
