#include "cli/run/checkpoints_plan.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/folder/checkpoints_left_out.h"
#include "cli/folder/run_dir.h"
#include "cli/run/checkpoints_cut.h"
#include "cli/run/checkpoints_cut_report.h"
#include "cli/run/checkpoints_forecast.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* As the job writes it, and with its date and zone. */
static void add_time(struct cJSON *plan,
                     const char *key,
                     const char *key_at,
                     const char *time,
                     int64_t at_s)
{
    char at[JOB_CHECKPOINTS_SHOWN];

    if (time)
        (void)job_checkpoints_show_time(at_s, at);
    json_add_text_or_null(plan, key, time);
    json_add_text_or_null(plan, key_at, time ? at : NULL);
}

/* A name spelt wrongly costs a night. */
static void add_missing(struct cJSON *plan, const char *files)
{
    char *folder = path_folder(files);

    json_add_text_or_null(plan,
                          "folder_missing",
                          file_is_folder(folder) ? NULL : folder);
    free(folder);
}

/* Those for which there is no time, by name. */
static void add_left_out(struct cJSON *plan,
                         const struct checkpoints_left_out *left_out)
{
    checkpoints_left_out_list(left_out, json_add_array(plan, "left_out"));
    if (left_out->is_too_wide)
        json_add_number(plan, "left_out_widest", left_out->widest);
}

/* What the deadline would cut, sentences, and what that comes to. */
static int cut(struct job *job,
               size_t first,
               const struct checkpoints_cut_params *params,
               struct cJSON *plan,
               struct text *said,
               struct error *err)
{
    struct checkpoints_left_out left_out = { 0 };
    struct checkpoints_cut_report report;
    int rc;

    checkpoints_forecast_learn(job, first, params);
    if (checkpoints_cut_report_init(&report, job, first, params, err) < 0)
        return -1;
    rc = checkpoints_cut(job, first, params, said, &left_out, err);
    if (rc == 0)
        rc = checkpoints_cut_report_add(&report, job, first, params, plan, err);
    add_left_out(plan, &left_out);
    if (left_out.names.len > 0) {
        char *title = checkpoints_left_out_title(&left_out);

        text_addf(said, "%s:\n%s", title, text_data(&left_out.names));
        free(title);
    }
    checkpoints_left_out_release(&left_out);
    checkpoints_cut_report_release(&report);
    return rc;
}

/* Those that the run in DIR asks already stand before the new ones. */
static int take(struct job *job,
                const char *dir,
                bool goes_on,
                size_t *num_new,
                struct error *err)
{
    char *path = path_join(dir, "checkpoints.json");
    struct job *before = goes_on ? job_read_kept(path, NULL, 0, NULL) : NULL;
    const int rc = checkpoint_models_take(job, before, num_new, NULL, err);

    job_destroy(before);
    free(path);
    return rc;
}

static int fill(struct cJSON *plan,
                struct job *job,
                const char *dir,
                const struct sweep_night *night,
                int workers,
                struct error *err)
{
    const struct job_checkpoints *of = &job->checkpoints;
    const size_t num_others = job->num_models;
    const int64_t now_s = clock_unix_ms() / 1000;
    const int64_t deadline_s = job_checkpoints_deadline(of, night->since_s);
    struct text said = { 0 };
    size_t num_new;
    size_t num_complete;
    int rc = take(job, dir, night->goes_on, &num_new, err);

    if (rc < 0)
        return -1;
    num_complete = job->num_models - num_others;
    json_add_text(plan, "files", of->files);
    add_missing(plan, of->files);
    json_add_number(plan, "complete", (double)num_complete);
    json_add_number(plan, "asked_before", (double)(num_complete - num_new));
    add_time(plan,
             "until",
             "until_at",
             of->until,
             of->until ? job_checkpoints_time(of->until, night->since_s) : 0);
    add_time(plan, "deadline", "deadline_at", of->deadline, deadline_s);
    if (of->deadline) {
        const double left_s = (double)(deadline_s - now_s);
        const struct checkpoints_cut_params params = {
            .left_s = fmax(left_s, 0),
            .workers = workers,
            .results = night->results,
            .num_others = num_others,
        };

        json_add_number(plan, "deadline_in_s", left_s);
        if (num_new > 0)
            rc = cut(job, job->num_models - num_new, &params, plan, &said, err);
    } else {
        json_add_null(plan, "deadline_in_s");
    }
    json_add_text(plan, "cut", text_data(&said));
    text_release(&said);
    return rc;
}

int checkpoints_plan(const struct sweep_params *params,
                     const struct sweep_night *night,
                     int workers,
                     struct cJSON **out,
                     struct error *err)
{
    struct job *job =
        job_read(params->job_path, params->sets, params->num_sets, err);
    int rc = job ? 0 : -1;

    *out = NULL;
    if (job && job->checkpoints.files) {
        char *dir = run_dir_choose(job, params->output);

        sweep_params_apply(params, job);
        *out = json_new_object();
        rc = fill(*out, job, dir, night, workers, err);
        free(dir);
    }
    if (rc < 0) {
        json_free(*out);
        *out = NULL;
    }
    job_destroy(job);
    return rc;
}

/* left_s  until the deadline; not positive: since it */
static void print_deadline(const char *deadline, double left_s)
{
    char text[32];

    text_format_seconds(text, sizeof text, fabs(left_s));
    if (left_s > 0) {
        printf("deadline %s, in %s, of which 9/10 may be filled; by the "
               "forecast of\nthese checkpoints alone:\n",
               deadline,
               text);
    } else {
        printf("the deadline, %s, passed %s ago: what was asked before is "
               "asked to the\nend, and no new checkpoint is\n",
               deadline,
               text);
    }
}

void checkpoints_plan_print(const struct cJSON *plan)
{
    const char *until = json_member_text(plan, "until_at");
    const char *deadline = json_member_text(plan, "deadline_at");
    const double left_s = json_member_number(plan, "deadline_in_s");
    const char *missing = json_member_text(plan, "folder_missing");
    const char *cut = json_member_text(plan, "cut");
    const double num = json_member_number(plan, "complete");
    const double before = json_member_number(plan, "asked_before");
    const char *other =
        left_s <= 0 ? ""
        : num > before
            ? "all of it fits, nothing is cut\n"
            : "nothing new is there yet; what does not fit is cut when it comes\n";
    char asked[64] = "";

    if (before > 0) {
        (void)snprintf(asked,
                       sizeof asked,
                       ", %.0f of them asked by this run before",
                       before);
    }
    printf("\ncheckpoints: %.0f complete now%s; %s%s\n",
           num,
           asked,
           until ? "others are waited for until " : "no others are waited for",
           until ? until : "");
    if (missing)
        printf("there is no folder %s yet\n", missing);
    if (!deadline) {
        printf("no deadline: nothing is cut\n");
        return;
    }
    print_deadline(deadline, left_s);
    printf("%s", cut && *cut ? cut : other);
    checkpoints_cut_report_print(plan);
}
