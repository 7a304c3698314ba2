#include "cli/run/checkpoints_cut_report.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/forecast/plan_sizes.h"
#include "cli/run/checkpoints_forecast.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double makespan_s(const struct job *job,
                         struct outlook *outlook,
                         size_t num_workers)
{
    struct plan_forecast forecast;

    if (!outlook->is_known)
        return (double)NAN;
    (void)gpu_types_plan(&outlook->types, job, NULL, num_workers, NULL);
    if (plan_forecast_make(&forecast, outlook, num_workers, NULL, NULL) < 0)
        return (double)NAN;
    return forecast.outcomes[POLICY_RESIDENT].makespan_s;
}

/* Items of a task that a model is asked. */
static size_t count_items(const struct sweep *sweep, size_t model, size_t task)
{
    const size_t repeats = sweep->plan->params.num_repeats;
    const size_t from = plan_first_unit(sweep->plan, model, task);
    const size_t num = sweep->tasks[task].num_items;
    size_t asked = 0;

    for (size_t i = 0; i < num; i++)
        asked += !(sweep->is_skipped && sweep->is_skipped[from + i * repeats]);
    return asked;
}

static bool fits(const struct outlook *outlook, size_t num, double usable_s)
{
    bool has_room;
    const struct plan_size size = plan_sizes_try(outlook, 0, num, &has_room);

    return has_room && size.makespan_s <= usable_s;
}

/* From `low`, which do not do, or 0; twice as many until they do, then between.
 * The sizes are simulated more coarsely than what the cut goes by, so what is
 * known of the workers there are stays as it is: `high`, or 0. */
static size_t least_workers(const struct outlook *outlook,
                            size_t low,
                            size_t high,
                            double usable_s)
{
    for (size_t num = low > 0 ? 2 * low : 1;
         high == 0 && low < CHECKPOINTS_MOST_WORKERS;
         num *= 2) {
        if (num > CHECKPOINTS_MOST_WORKERS)
            num = CHECKPOINTS_MOST_WORKERS;
        if (fits(outlook, num, usable_s)) {
            high = num;
        } else {
            low = num;
        }
    }
    while (high > low + 1) {
        const size_t middle = low + (high - low) / 2;

        if (fits(outlook, middle, usable_s)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

int checkpoints_cut_report_init(struct checkpoints_cut_report *self,
                                const struct job *job,
                                size_t first,
                                const struct checkpoints_cut_params *params,
                                struct error *err)
{
    const double usable_s = checkpoints_forecast_usable_s(params);
    const size_t workers = (size_t)params->workers;
    struct sweep *sweep;
    struct outlook outlook;

    *self = (struct checkpoints_cut_report){ 0 };
    if (checkpoints_forecast_open(job, first, &sweep, &outlook, err) < 0)
        return -1;
    self->num_models = sweep->job->num_models;
    self->num_tasks = sweep->dataset->num_tasks;
    self->names = mem_alloc(self->num_models, sizeof *self->names);
    self->items =
        mem_alloc(self->num_models * self->num_tasks, sizeof *self->items);
    for (size_t m = 0; m < self->num_models; m++) {
        self->names[m] = mem_text(sweep->job->models[m].name);
        for (size_t t = 0; t < self->num_tasks; t++)
            self->items[m * self->num_tasks + t] = count_items(sweep, m, t);
    }
    self->makespan_s = makespan_s(job, &outlook, workers);
    if (self->makespan_s <= usable_s) {
        self->num_workers = least_workers(&outlook, 0, workers, usable_s);
    } else if (outlook.is_known) {
        self->num_workers = least_workers(&outlook, workers, 0, usable_s);
    }
    checkpoints_forecast_close(sweep, &outlook);
    return 0;
}

void checkpoints_cut_report_release(struct checkpoints_cut_report *self)
{
    for (size_t m = 0; m < self->num_models; m++)
        free(self->names[m]);
    free(self->names);
    free(self->items);
    *self = (struct checkpoints_cut_report){ 0 };
}

/* sweep  NULL: the model left the job */
static void add_model(const struct checkpoints_cut_report *self,
                      size_t model,
                      const struct sweep *sweep,
                      struct cJSON *list)
{
    struct cJSON *of = json_new_object();
    size_t items[2] = { 0 };
    size_t tasks[2] = { 0 };

    for (size_t t = 0; t < self->num_tasks; t++) {
        const size_t all = self->items[model * self->num_tasks + t];
        const size_t asked = sweep ? count_items(sweep, model, t) : 0;

        items[0] += asked;
        items[1] += all;
        tasks[0] += all > 0 && asked == all;
        tasks[1] += all > 0;
    }
    json_add_text(of, "model", self->names[model]);
    json_add_number(of, "items", (double)items[0]);
    json_add_number(of, "items_of", (double)items[1]);
    json_add_number(of, "whole_tasks", (double)tasks[0]);
    json_add_number(of, "tasks_of", (double)tasks[1]);
    json_append(list, of);
}

int checkpoints_cut_report_add(const struct checkpoints_cut_report *self,
                               const struct job *job,
                               size_t first,
                               const struct checkpoints_cut_params *params,
                               struct cJSON *out,
                               struct error *err)
{
    const size_t num_kept = job->num_models - first;
    struct cJSON *list = json_add_array(out, "asked");
    struct outlook outlook;
    struct sweep *sweep = NULL;
    double kept_s = isnan(self->makespan_s) ? self->makespan_s : 0;

    if (num_kept > 0
        && checkpoints_forecast_open(job, first, &sweep, &outlook, err) < 0)
        return -1;
    for (size_t m = 0; m < self->num_models; m++)
        add_model(self, m, m < num_kept ? sweep : NULL, list);
    if (sweep) {
        kept_s = makespan_s(job, &outlook, (size_t)params->workers);
        checkpoints_forecast_close(sweep, &outlook);
    }
    json_add_number(out, "workers", params->workers);
    json_add_number(out, "whole_s", self->makespan_s);
    json_add_number(out, "asked_s", kept_s);
    if (self->num_workers > 0) {
        json_add_number(out, "least_workers", (double)self->num_workers);
    } else {
        json_add_null(out, "least_workers");
    }
    return 0;
}

static void print_model(const struct cJSON *of)
{
    const double items = json_member_number(of, "items");
    const double tasks = json_member_number(of, "whole_tasks");

    if (items > 0) {
        printf("%s: asked %.0f of %.0f items, %.0f of %.0f tasks whole\n",
               json_member_text(of, "model"),
               items,
               json_member_number(of, "items_of"),
               tasks,
               json_member_number(of, "tasks_of"));
    } else {
        printf("%s: left out: asked none of %.0f items\n",
               json_member_text(of, "model"),
               json_member_number(of, "items_of"));
    }
}

void checkpoints_cut_report_print(const struct cJSON *from)
{
    const struct cJSON *list = json_member(from, "asked");
    const double workers = json_member_number(from, "workers");
    const double asked_s = json_member_number(from, "asked_s");
    const double least = json_member_number(from, "least_workers");
    char whole[32];
    char asked[32];

    for (const struct cJSON *of = json_first(list); of; of = json_next(of))
        print_model(of);
    if (!list || isnan(asked_s))
        return;
    text_format_seconds(whole,
                        sizeof whole,
                        json_member_number(from, "whole_s"));
    text_format_seconds(asked, sizeof asked, asked_s);
    if (asked_s > 0) {
        printf("with %.0f worker%s what is asked takes %s, and all of it %s\n",
               workers,
               workers == 1 ? "" : "s",
               asked,
               whole);
    } else {
        printf("with %.0f worker%s all of it takes %s\n",
               workers,
               workers == 1 ? "" : "s",
               whole);
    }
    if (json_member_number(from, "deadline_in_s") <= 0)
        return; /* no number of workers is in time */
    if (isnan(least)) {
        printf("all of it does not fit with any number of workers up to %d\n",
               CHECKPOINTS_MOST_WORKERS);
    } else {
        printf(
            "all of it fits with %.0f worker%s or more: nothing would be cut then\n",
            least,
            least == 1 ? "" : "s");
    }
}
