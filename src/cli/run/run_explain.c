#include "cli/run/run_explain.h"

#include "base/clock.h"
#include "base/json.h"
#include "cli/results/results_ledger.h"
#include "cli/run/run_gpus.h"
#include "cli/run/run_rates.h"
#include "cli/run/run_state.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "schedule/schedule_explain.h"

#include <math.h>

/* Tasks of which something is left. */
static void add_tasks(struct cJSON *model,
                      const struct run_state *state,
                      int number)
{
    struct cJSON *tasks = json_add_object(model, "tasks");
    const size_t num = schedule_num_tasks(state->schedule);

    for (size_t t = 0; t < num; t++) {
        const size_t left = schedule_left_of(state->schedule, number, t);

        if (left > 0) {
            json_add_number(tasks,
                            results_ledger_task(state->sweep, t),
                            (double)left);
        }
    }
}

static void add_seconds(struct cJSON *object, const char *key, double seconds)
{
    if (isnan(seconds)) {
        json_add_null(object, key);
    } else {
        json_add_number(object, key, seconds);
    }
}

static void add_model(struct cJSON *models,
                      const struct run_state *state,
                      int number)
{
    struct cJSON *model = json_new_object();
    const char *given_up =
        coordinator_given_up(state->coordinator, (size_t)number);
    struct schedule_reason reason;

    schedule_explain(state->schedule, number, clock_ms(), &reason);
    json_add_text(model, "name", results_ledger_model(state->sweep, number));
    json_add_text(model,
                  "why",
                  given_up ? given_up : schedule_why_text(reason.why));
    if (given_up)
        json_add_bool(model, "is_given_up", true);
    if (reason.next != SCHEDULE_NO_MODEL) {
        json_add_text(model,
                      "goes_first",
                      results_ledger_model(state->sweep, reason.next));
    }
    json_add_number(model, "left", (double)reason.num_left);
    json_add_number(model, "ready", (double)reason.num_ready);
    json_add_number(model, "workers", (double)reason.num_slots);
    json_add_number(model, "loading", (double)reason.num_loading);
    json_add_number(model, "load_s", reason.load_s);
    add_seconds(model, "work_s", reason.work_s);
    if (state->rates) {
        json_add_number(model,
                        "items_per_s",
                        run_rates_model_mean(state->rates, (size_t)number));
        if (!state->is_final) {
            json_add_number(model,
                            "items_per_s_now",
                            run_rates_model_now(state->rates, (size_t)number));
        }
    }
    add_tasks(model, state, number);
    run_gpus_add(model, state->gpus, (size_t)number);
    json_append(models, model);
}

void run_explain_add(struct cJSON *run, const struct run_state *state)
{
    struct cJSON *models;

    models = json_add_array(run, "models");
    for (size_t i = 0; i < schedule_num_models(state->schedule); i++)
        add_model(models, state, (int)i);
}
