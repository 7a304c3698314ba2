#include "cli/run/run_explain.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/results/results_ledger.h"
#include "cli/run/run_counts.h"
#include "cli/run/run_gpus.h"
#include "cli/run/run_policy.h"
#include "cli/run/run_rates.h"
#include "cli/run/run_state.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "follow/tracker.h"
#include "schedule/schedule_explain.h"

#include <stdlib.h>

/* What is looked at once for all models. */
struct looking {
    const struct run_state *state;
    struct tracker_asked *asked; /* [num_models of the job][num_tasks] */
    size_t num_tasks;            /* of the data set */
};

static void add_positive(struct cJSON *object, const char *key, size_t number)
{
    if (number > 0)
        json_add_number(object, key, (double)number);
}

/* Questions about a model's replies to a task that nobody has answered yet. */
static struct tracker_asked asked_of(const struct looking *looking,
                                     int number,
                                     size_t task)
{
    const struct sweep *sweep = looking->state->sweep;

    if (number >= (int)sweep->job->num_models || task >= looking->num_tasks)
        return (struct tracker_asked){ 0 };
    return looking->asked[(size_t)number * looking->num_tasks + task];
}

static const char *role_player(const struct looking *looking, enum role role)
{
    return looking->state->sweep->job->roles[role].name;
}

static void add_task(struct cJSON *tasks,
                     const struct looking *looking,
                     int number,
                     size_t t)
{
    const struct run_state *state = looking->state;
    const struct tracker_asked asked = asked_of(looking, number, t);
    const size_t units = run_counts_units(state->counts, (size_t)number, t);
    struct schedule_task_reason reason;
    struct cJSON *task;

    if (units == 0)
        return;
    schedule_explain_task(state->schedule, number, t, &reason);
    task = json_add_object(tasks, results_ledger_task(state->sweep, t));
    json_add_number(task, "units", (double)units);
    json_add_number(task, "left", (double)reason.num_left);
    add_positive(task, "ready", reason.num_ready);
    add_positive(task,
                 "failed",
                 run_counts_failed(state->counts, (size_t)number, t));
    add_positive(task, "ahead", reason.num_ahead);
    if (reason.num_ahead > 0) {
        json_add_text(task,
                      "goes_first",
                      results_ledger_task(state->sweep, reason.first));
    }
    add_positive(task, "asked", asked.num);
    if (asked.num > 0)
        json_add_text(task, "asks", role_player(looking, asked.role));
}

/* Sums over tasks: units, failures and open questions. */
struct sums {
    size_t units;
    size_t failed;
    struct tracker_asked asked; /* the role of the last one */
};

static struct sums sum_tasks(const struct looking *looking, int number)
{
    const struct run_state *state = looking->state;
    struct sums sums = { 0 };

    for (size_t t = 0; t < schedule_num_tasks(state->schedule); t++) {
        const struct tracker_asked asked = asked_of(looking, number, t);

        sums.units += run_counts_units(state->counts, (size_t)number, t);
        sums.failed += run_counts_failed(state->counts, (size_t)number, t);
        if (asked.num > 0) {
            sums.asked.role = asked.role;
            sums.asked.num += asked.num;
        }
    }
    return sums;
}

/* The schedule's reason, with its numbers; whom it waits for, where that is a
 * model.  free() */
static char *why_of(const struct run_state *state,
                    const struct schedule_reason *reason,
                    const char **waits_for)
{
    const char *text = schedule_why_text(reason->why);

    if (reason->next != SCHEDULE_NO_MODEL) {
        *waits_for = results_ledger_model(state->sweep, reason->next);
        return text_format("%s; next is %s", text, *waits_for);
    }
    if (reason->num_jobs > 0) {
        return text_format("%s; %zu job%s of it wait%s",
                           text,
                           reason->num_jobs,
                           reason->num_jobs == 1 ? "" : "s",
                           reason->num_jobs == 1 ? "s" : "");
    }
    return mem_text(text);
}

/* State, reason and what it waits for, as words. */
static void add_why(struct cJSON *model,
                    const struct looking *looking,
                    int number,
                    const struct schedule_reason *reason,
                    const struct sums *sums)
{
    const struct run_state *state = looking->state;
    const char *given_up =
        coordinator_given_up(state->coordinator, (size_t)number);
    const char *word = schedule_why_state(reason->why);
    const char *waits_for = schedule_why_for(reason->why);
    char *why = NULL;

    if (given_up) {
        word = "given up";
        why = mem_text(given_up);
        waits_for = NULL;
    } else if (state->is_final && reason->num_left > 0) {
        word = "unfinished";
        why = text_format("the run ended before %zu of %zu items were answered",
                          reason->num_left,
                          sums->units);
        waits_for = "another start";
    } else if (reason->num_left == 0 && sums->asked.num > 0
               && !state->is_final) {
        waits_for = role_player(looking, sums->asked.role);
        word = "waiting";
        why = text_format("all its items are answered; %zu question%s about "
                          "its replies wait%s for %s",
                          sums->asked.num,
                          sums->asked.num == 1 ? "" : "s",
                          sums->asked.num == 1 ? "s" : "",
                          waits_for);
    } else if (reason->why == SCHEDULE_IS_DONE || state->is_final) {
        word = "done";
        why = mem_text("nothing is left of it");
        waits_for = NULL;
    } else {
        why = why_of(state, reason, &waits_for);
    }
    json_add_text(model, "state", word);
    json_add_text(model, "reason", why);
    if (waits_for) {
        json_add_text(model, "waits_for", waits_for);
    } else {
        json_add_null(model, "waits_for");
    }
    free(why);
}

static void add_rates(struct cJSON *model,
                      const struct run_state *state,
                      size_t number)
{
    if (!state->rates)
        return;
    json_add_number(model,
                    "items_per_s",
                    run_rates_model_mean(state->rates, number));
    if (!state->is_final) {
        json_add_number(model,
                        "items_per_s_now",
                        run_rates_model_now(state->rates, number));
    }
}

static void add_model(struct cJSON *models,
                      const struct looking *looking,
                      int number)
{
    const struct run_state *state = looking->state;
    const struct sums sums = sum_tasks(looking, number);
    struct cJSON *model = json_new_object();
    struct cJSON *tasks;
    struct schedule_reason reason;

    schedule_explain(state->schedule, number, clock_ms(), &reason);
    json_add_text(model, "name", results_ledger_model(state->sweep, number));
    add_why(model, looking, number, &reason, &sums);
    json_add_number(model, "units", (double)sums.units);
    json_add_number(model, "failed", (double)sums.failed);
    json_add_number(model, "left", (double)reason.num_left);
    json_add_number(model, "ready", (double)reason.num_ready);
    json_add_number(model, "workers", (double)reason.num_slots);
    json_add_number(model, "loading", (double)reason.num_loading);
    json_add_number(model, "load_s", reason.load_s);
    json_add_number(model, "work_s", reason.work_s);
    if (state->policy && state->policy->policy != POLICY_RESIDENT)
        json_add_number(model, "jobs", (double)reason.num_jobs);
    if (reason.is_guess)
        json_add_bool(model, "work_is_guess", true);
    add_rates(model, state, (size_t)number);
    tasks = json_add_object(model, "tasks");
    for (size_t t = 0; t < schedule_num_tasks(state->schedule); t++)
        add_task(tasks, looking, number, t);
    run_gpus_add(model, state->gpus, (size_t)number);
    json_append(models, model);
}

void run_explain_add(struct cJSON *run, const struct run_state *state)
{
    struct looking looking = {
        .state = state,
        .num_tasks = state->sweep->dataset->num_tasks,
    };
    struct cJSON *models;

    if (!state->counts)
        return;
    models = json_add_array(run, "models");
    looking.asked = mem_alloc(state->sweep->job->num_models * looking.num_tasks,
                              sizeof *looking.asked);
    tracker_count_asked(state->tracker, looking.asked);
    for (size_t i = 0; i < schedule_num_models(state->schedule); i++)
        add_model(models, &looking, (int)i);
    free(looking.asked);
}
