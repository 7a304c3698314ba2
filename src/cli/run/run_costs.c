#include "cli/run/run_costs.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/results/results_ledger.h"
#include "cli/run/run_state.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "job/job.h"
#include "schedule/schedule.h"

#include <stddef.h>

void run_costs_add(struct cJSON *run, const struct run_state *state)
{
    const struct job *job = state->sweep->job;
    const size_t num = schedule_num_models(state->schedule);
    struct cJSON *costs;

    if (!(state->view->cost > 0))
        return;
    costs = json_add_array(run, "costs");
    for (size_t i = 0; i < num; i++) {
        const double cost = coordinator_cost(state->coordinator, i);
        struct cJSON *one;

        if (!(cost > 0))
            continue;
        one = json_new_object();
        json_add_text(one, "name", results_ledger_model(state->sweep, (int)i));
        json_add_number(one, "cost", cost);
        if (i < job->num_models && job->models[i].price.limit > 0)
            json_add_number(one, "limit", job->models[i].price.limit);
        json_append(costs, one);
    }
}

void run_costs_describe(const struct cJSON *run, struct text *out)
{
    const char *before = "cost: ";

    for (const struct cJSON *one = json_first(json_member(run, "costs")); one;
         one = json_next(one)) {
        const char *name = json_member_text(one, "name");
        const double limit = json_member_number(one, "limit");

        text_addf(out,
                  "%s%s %.4g",
                  before,
                  name ? name : "?",
                  json_member_number(one, "cost"));
        if (limit > 0)
            text_addf(out, " of %g", limit);
        before = ", ";
    }
    if (before[0] == ',')
        text_add(out, "\n");
}
