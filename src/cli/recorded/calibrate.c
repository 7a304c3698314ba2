#include "cli/recorded/calibrate.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/recorded/calibrate_parts.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_own(const struct calibrate_params *params, size_t model)
{
    const struct sweep *sweep = params->sweep;

    if (params->self)
        return text_glob(params->self, sweep->job->models[model].name);
    return text_equal(sweep->facts[model].identity,
                      sweep->roles.players[ROLE_JUDGE].facts.identity);
}

/* Before the first question: how many there will be, and what the judge's own
 * cost by the priors that `plan` has for them. */
static void announce(const struct calibration *work)
{
    const struct calibrate_params *params = work->params;
    const struct job_price *price =
        &params->sweep->job->roles[ROLE_JUDGE].price;
    const double num = (double)work->sample->num_cases;
    const double own = 2 + params->repeats;
    const double prompts =
        ROLES_WORDING_TOKENS * num + work->chars / REQUEST_CHARS_PER_TOKEN;
    const double cost =
        own
        * (prompts * price->prompt + ROLES_ANSWER_TOKENS * num * price->reply)
        / 1e6;

    fprintf(stderr,
            "trustsweep calibrate: %zu replies, about %.0f questions",
            work->sample->num_cases,
            num * (own + (params->other ? 1 : 0)));
    if (cost > 0)
        fprintf(stderr, ", about %.4g at the judge's prices", cost);
    fprintf(stderr, "\n");
}

struct cJSON *calibrate(const struct calibrate_params *params,
                        struct error *err)
{
    const size_t num = params->sweep->manifest->num_columns;
    struct calibrate_sample sample = {
        .names = mem_alloc(num, sizeof(char *)),
        .cases = mem_alloc(num * params->num, sizeof *sample.cases),
        .repeats = params->repeats,
    };
    struct calibration work = {
        .params = params,
        .sample = &sample,
        .subjects = mem_alloc(num, sizeof *work.subjects),
        .tasks = mem_alloc(num, sizeof *work.tasks),
        .evaluators = mem_alloc(num, sizeof(struct evaluator_ops *)),
    };
    struct cJSON *out = NULL;
    int rc = calibrate_draw(&work, err);

    if (rc == 0 && sample.num_cases == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "no reply of this run is judged: none of its tasks "
                       "asks a judge, or nothing is generated yet");
    }
    if (rc == 0)
        announce(&work);
    if (rc == 0)
        rc = calibrate_hear(&work, err);
    for (size_t i = 0; i < sample.num_cases; i++)
        sample.cases[i].is_own = is_own(params, sample.cases[i].model);
    if (rc == 0)
        out = calibrate_report(&sample);
    for (size_t i = 0; i < sample.num_evaluators; i++)
        subject_release(&work.subjects[i]);
    free(work.subjects);
    free(work.tasks);
    free((void *)work.evaluators);
    free((void *)sample.names);
    free(sample.cases);
    return out;
}
