#include "cli/run/checkpoints_forecast.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/parts/guard_costs.h"
#include "cli/run/checkpoints_cut.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "store/reader_costs.h"

#include <math.h>

/* Of the time that is left, for what a forecast cannot know. */
static const double usable = 0.9;

void checkpoints_forecast_learn(struct job *job,
                                size_t first,
                                const struct checkpoints_cut_params *params)
{
    struct reader_costs *costs =
        params->results ? guard_costs_read(params->results, NULL) : NULL;
    double tokens_per_s = 0;
    double load_s = 0;

    for (size_t i = params->num_others; costs && i < first; i++) {
        const char *name = job->models[i].name;

        if (reader_costs_tokens_per_s(costs, name) > 0)
            tokens_per_s = reader_costs_tokens_per_s(costs, name);
        if (reader_costs_load_s(costs, name) > 0)
            load_s = reader_costs_load_s(costs, name);
    }
    reader_costs_destroy(costs);
    for (size_t i = first; i < job->num_models; i++) {
        struct job_model *model = &job->models[i];

        if (tokens_per_s > 0)
            model->tokens_per_s = tokens_per_s;
        if (load_s > 0)
            model->load_s = load_s;
    }
}

double checkpoints_forecast_usable_s(
    const struct checkpoints_cut_params *params)
{
    return usable * params->left_s;
}

static struct sweep *open_alone(const struct job *job,
                                size_t first,
                                struct error *err)
{
    struct text text = { 0 };
    struct cJSON *json = job_effective_of(job, first);
    struct job *part;

    json_write(json, &text);
    json_free(json);
    part = job_parse(text_data(&text), text.len, job->path, NULL, 0, err);
    text_release(&text);
    return part ? sweep_open_job(part, NULL, err) : NULL;
}

int checkpoints_forecast_open(const struct job *job,
                              size_t first,
                              struct sweep **sweep,
                              struct outlook *outlook,
                              struct error *err)
{
    *sweep = open_alone(job, first, err);
    if (!*sweep || outlook_make(outlook, *sweep, err) < 0) {
        sweep_close(*sweep);
        return -1;
    }
    outlook_add_roles(outlook, *sweep);
    return 0;
}

void checkpoints_forecast_close(struct sweep *sweep, struct outlook *outlook)
{
    outlook_release(outlook);
    sweep_close(sweep);
}

struct checkpoints_took checkpoints_forecast_all(
    const struct job *job,
    struct outlook *outlook,
    const struct checkpoints_cut_params *params)
{
    const size_t workers = (size_t)params->workers;
    const struct simulate_outcome *outcome;
    struct plan_forecast made;

    (void)gpu_types_plan(&outlook->types, job, NULL, workers, NULL);
    /* one that finds no place is said when it is placed */
    (void)plan_forecast_make(&made, outlook, workers, NULL, NULL);
    outcome = &made.outcomes[POLICY_RESIDENT];
    return (struct checkpoints_took){ outcome->makespan_s,
                                      outcome->load_s / (double)workers };
}

double checkpoints_forecast_part(double usable_s, struct checkpoints_took took)
{
    return fmax((usable_s - took.load_s) / fmax(took.all_s - took.load_s, 1e-3),
                0);
}
