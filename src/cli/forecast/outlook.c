#include "cli/forecast/outlook.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook_known.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/outlook_setting.h"
#include "cli/parts/guard_costs.h"
#include "cli/sweep/sweep.h"
#include "plan/bundles.h"
#include "plan/reply_lengths.h"
#include "store/reader_costs.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"
#include "trustsweep/request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEASE_S = 8, MAX_LEASE = 256 };

/* Of a task that nothing is known of: greedy ones ask for a word or a letter,
 * the others for free text. */
static double guess_tokens(const struct sampling *sampling)
{
    return sampling->temperature > 0 ? 200 : 32;
}

/* Tokens of a mean reply, from the most that is known. */
static double expect_tokens(const struct sweep *sweep,
                            size_t model,
                            size_t task,
                            const struct reply_lengths *lengths,
                            const struct reader_costs *earlier)
{
    const struct job_model *of = &sweep->job->models[model];
    const char *const names[2] = { of->published_as, of->name };
    const struct sampling *sampling =
        &sweep->samplings[model * sweep->dataset->num_tasks + task];
    const char *name = sweep->tasks[task].name;
    double tokens = (double)NAN;

    if (earlier)
        tokens = reader_costs_reply_tokens(earlier, of->name, name);
    if (isnan(tokens) && lengths)
        tokens = reply_lengths_tokens(lengths, name, names);
    if (isnan(tokens))
        tokens = guess_tokens(sampling);
    return fmin(tokens, (double)sampling->max_tokens);
}

double outlook_prompt_tokens(const char *prompt)
{
    return (double)strlen(prompt) / REQUEST_CHARS_PER_TOKEN;
}

/* [items of the task] */
static double *prompt_tokens(const struct plan_task *task)
{
    double *tokens = mem_alloc(task->num_items, sizeof *tokens);

    for (size_t i = 0; i < task->num_items; i++)
        tokens[i] = outlook_prompt_tokens(task->items[i].prompt);
    return tokens;
}

/* What the replies to a task cost; prompts are added at the end. */
static void add_cost(struct outlook_model *of,
                     const struct sweep *sweep,
                     size_t model,
                     size_t task,
                     size_t num_asked,
                     double mean_tokens)
{
    const struct job_price *price = &sweep->job->models[model].price;
    const struct sampling *sampling = &sweep->models[model].samplings[task];
    const double most =
        (double)sampling->max_tokens + sampling->thinking_tokens;
    const double num = (double)num_asked;

    of->cost += num * mean_tokens * price->reply / 1e6;
    of->most_cost += num * most * price->reply / 1e6;
}

static void see_units(struct outlook *self,
                      const struct sweep *sweep,
                      const struct reply_lengths *lengths,
                      const struct reader_costs *earlier)
{
    const struct plan *plan = sweep->plan;
    const size_t repeats = plan->params.num_repeats;

    for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
        const size_t num = sweep->tasks[t].num_items * repeats;
        double *prompt = prompt_tokens(&sweep->tasks[t]);

        for (size_t m = 0; m < sweep->job->num_models; m++) {
            const size_t first = plan_first_unit(plan, m, t);
            const double reply = expect_tokens(sweep, m, t, lengths, earlier);
            size_t num_asked = 0;

            for (size_t i = 0; i < num; i++) {
                const bool is_skipped =
                    sweep->is_skipped && sweep->is_skipped[first + i];
                const double tokens =
                    is_skipped ? 0 : prompt[i / repeats] + reply;

                self->unit_model[first + i] = (uint16_t)m;
                self->unit_task[first + i] = (uint16_t)t;
                self->unit_cost[first + i] = (float)tokens;
                self->models[m].tokens += tokens;
                self->models[m].prompt_tokens +=
                    is_skipped ? 0 : prompt[i / repeats];
                num_asked += !is_skipped;
            }
            self->models[m].num_asked += num_asked;
            add_cost(&self->models[m], sweep, m, t, num_asked, reply);
        }
        free(prompt);
    }
}

static void see_model(struct outlook *self,
                      const struct sweep *sweep,
                      size_t model,
                      const struct outlook_earlier *earlier)
{
    const struct job_model *of = &sweep->job->models[model];
    const double rate = isnan(of->tokens_per_s) && of->num_rates > 0
                            ? of->rates[0].tokens_per_s
                            : of->tokens_per_s;
    struct outlook_model *out = &self->models[model];
    const double prompts = out->prompt_tokens * of->price.prompt / 1e6;

    out->cost += prompts;
    out->most_cost += prompts;
    outlook_know(self,
                 out,
                 &(struct outlook_said){
                     .name = of->name,
                     .facts = &sweep->facts[model],
                     .tokens_per_s = rate,
                     .load_s = of->load_s,
                     .gpus = of->gpus,
                     .at = model,
                     .is_checkpoint = of->is_checkpoint,
                 },
                 earlier);
    out->gpus = of->gpus;
    outlook_heed_account(out, sweep, &sweep->facts[model].account);
    out->work_s = out->num_asked == 0     ? 0
                  : out->tokens_per_s > 0 ? out->tokens / out->tokens_per_s
                                          : (double)NAN;
    self->is_known = self->is_known && !isnan(out->work_s);
    self->schedule_models[model] = (struct schedule_model){
        .load_s = out->load_s,
        .tokens_per_s = out->tokens_per_s,
        .is_guessed = out->speed_from != OUTLOOK_RESULTS,
        .may_span = sweep->facts[model].spans_nodes,
    };
}

static void see_all(struct outlook *self,
                    const struct sweep *sweep,
                    const struct outlook_earlier *earlier)
{
    const size_t num_models = sweep->job->num_models;
    const size_t num_units = sweep->plan->num_units;
    char *path = path_share("datasets/reply_lengths.json", NULL);
    struct reply_lengths *lengths =
        path ? reply_lengths_read(path, NULL) : NULL;

    self->is_known = true;
    self->job = sweep->job;
    gpu_types_make(&self->types, sweep);
    self->share = (int)sweep->job->share;
    self->models = mem_alloc(num_models + NUM_ROLES, sizeof *self->models);
    self->schedule_models =
        mem_alloc(num_models + NUM_ROLES, sizeof *self->schedule_models);
    self->unit_model = mem_alloc(num_units, sizeof *self->unit_model);
    self->unit_task = mem_alloc(num_units, sizeof *self->unit_task);
    self->unit_cost = mem_alloc(num_units, sizeof *self->unit_cost);
    self->unit_bundle = bundles_make(sweep->plan);
    see_units(self, sweep, lengths, earlier ? earlier->costs : NULL);
    for (size_t m = 0; m < num_models; m++)
        see_model(self, sweep, m, earlier);
    outlook_see_roles(self, sweep, earlier);
    self->params = (struct schedule_params){
        .models = self->schedule_models,
        .num_models = num_models,
        .num_units = num_units,
        .unit_model = self->unit_model,
        .unit_cost = self->unit_cost,
        .lease_s = LEASE_S,
        .max_lease = MAX_LEASE,
        .unit_task = self->unit_task,
        /* what a role is asked is as a task of its own */
        .num_tasks = sweep->dataset->num_tasks + NUM_ROLES,
        .unit_bundle = self->unit_bundle,
    };
    reply_lengths_destroy(lengths);
    free(path);
}

static int read_earlier(const struct sweep *sweep,
                        struct outlook_earlier *out,
                        const char **path,
                        struct error *err)
{
    const char *named = sweep->job->forecast_from;
    struct error why = { 0 };

    *path = named ? named : sweep->night.results;
    if (*path)
        out->costs = guard_costs_read(*path, &why);
    if (!*path || out->costs)
        return 0;
    if (named) {
        *err = why;
        return -1;
    }
    log_warn("the forecast does without what the run measured before: %s",
             why.text);
    *path = NULL;
    return 0;
}

static void see_checkpoints(const struct sweep *sweep,
                            struct outlook_earlier *out)
{
    for (size_t m = 0; m < sweep->job->num_models; m++) {
        const struct job_model *of = &sweep->job->models[m];
        const double speed = reader_costs_tokens_per_s(out->costs, of->name);
        const double load_s = reader_costs_load_s(out->costs, of->name);

        if (!of->is_checkpoint)
            continue;
        if (speed > 0)
            out->like_tokens_per_s = speed;
        if (load_s > 0)
            out->like_load_s = load_s;
    }
}

int outlook_make(struct outlook *self,
                 const struct sweep *sweep,
                 struct error *err)
{
    struct outlook_earlier earlier = { 0 };

    *self = (struct outlook){ 0 };
    if (read_earlier(sweep, &earlier, &self->measured_in, err) < 0)
        return -1;
    if (!earlier.costs) {
        see_all(self, sweep, NULL);
        return 0;
    }
    earlier.setting = outlook_setting_read(earlier.costs);
    see_checkpoints(sweep, &earlier);
    see_all(self, sweep, &earlier);
    outlook_setting_destroy(earlier.setting);
    reader_costs_destroy(earlier.costs);
    return 0;
}

void outlook_release(struct outlook *self)
{
    free(self->models);
    free(self->schedule_models);
    free(self->unit_model);
    free(self->unit_task);
    free(self->unit_cost);
    free(self->unit_bundle);
    free(self->after);
    gpu_types_release(&self->types);
    *self = (struct outlook){ 0 };
}

const char *outlook_source_name(enum outlook_source source)
{
    switch (source) {
    case OUTLOOK_BACKEND:
        return "backend";
    case OUTLOOK_OTHER:
        return "results of another setting";
    case OUTLOOK_RESULTS:
        return "results";
    case OUTLOOK_JOB:
        return "job";
    case OUTLOOK_ACCOUNT:
        return "account";
    case OUTLOOK_NOWHERE:
        break;
    }
    return "unknown";
}
