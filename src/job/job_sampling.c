/*
 * What a unit is generated with: from the benchmark's own settings to those of
 * the job, of the model, of the cell.
 */
#include "job/job.h"

#include <math.h>

static double choose(double wanted, double otherwise)
{
    return isnan(wanted) ? otherwise : wanted;
}

static int32_t choose_int(int64_t wanted, int32_t otherwise)
{
    return wanted == -1 ? otherwise : (int32_t)wanted;
}

/* What is set in `wanted` replaces what is in `sampling`. */
static void apply(const struct job_generation *wanted,
                  struct sampling *sampling)
{
    sampling->max_tokens = choose_int(wanted->max_tokens, sampling->max_tokens);
    sampling->thinking_tokens =
        choose_int(wanted->thinking_tokens, sampling->thinking_tokens);
    sampling->temperature = choose(wanted->temperature, sampling->temperature);
    sampling->top_p = choose(wanted->top_p, sampling->top_p);
    sampling->top_k = choose_int(wanted->top_k, sampling->top_k);
    sampling->repetition_penalty =
        choose(wanted->repetition_penalty, sampling->repetition_penalty);
}

void job_sampling(const struct job *job,
                  size_t model,
                  const char *task,
                  double task_temperature,
                  struct sampling *out)
{
    *out = (struct sampling){
        .max_tokens = 512,
        .temperature = task_temperature,
        .top_p = 1,
        .repetition_penalty = 1,
        .seed = (uint64_t)job->seed,
    };
    apply(&job->generation, out);
    apply(&job->models[model].generation, out);
    for (size_t i = 0; i < job->num_cells; i++) {
        if (job_cells_hold(&job->cells[i], job->models[model].name, task))
            apply(&job->cells[i].generation, out);
    }
}

void job_role_sampling(const struct job *job,
                       enum role role,
                       struct sampling *sampling)
{
    apply(&job->roles[role].generation, sampling);
    sampling->seed = (uint64_t)job->seed;
}
