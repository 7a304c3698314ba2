#include "cli/batch/submission.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/batch/submit_before.h"
#include "cli/batch/submit_keys.h"
#include "cli/batch/submit_variables.h"
#include "cli/folder/run_dir.h"
#include "cli/sweep/answered.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "launch/sbatch.h"
#include "launch/site_secret.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void submission_json(const struct submission *self, struct text *out)
{
    const struct cluster_wish *wish = &self->size.wish;
    struct cJSON *root = json_new_object();
    char when[32];

    clock_format(clock_unix_ms(), when, sizeof when);
    json_add_text(root, "job", self->sweep->job->name);
    if (self->job_id)
        json_add_text(root, "job_id", self->job_id);
    json_add_text(root, "submitted", when);
    json_add_text(root, "output", self->output);
    json_add_bool(root, "is_part", self->is_part);
    json_add_number(root, "nodes", wish->nodes);
    json_add_number(root, "workers_per_node", self->size.workers_per_node);
    json_add_number(root, "api_workers", self->size.num_apart);
    json_add_number(root, "gpus_per_node", wish->gpus);
    json_add_number(root, "cpus_per_node", wish->cpus);
    json_add_number(root, "memory_mb", (double)wish->memory_mb);
    json_add_number(root, "walltime_s", (double)wish->time_s);
    json_add_text(root, "walltime_from", self->size.time_from);
    /* of one checkpoint it says nothing of a night */
    json_add_number(root,
                    "forecast_s",
                    self->sweep->night.is_made_up ? (double)NAN
                                                  : self->size.forecast_s);
    json_write(root, out);
    json_free(root);
}

static int look_at_queue(struct submission *self,
                         const struct submit_options *given,
                         struct error *err)
{
    struct error why = { 0 };

    self->has_queue = cluster_read(&self->queue, &why) == 0;
    if (self->has_queue)
        return 0;
    if (!given->dry_run) {
        *err = why;
        return -1;
    }
    fprintf(stderr,
            "nothing was checked against a queue, which --dry-run may do "
            "without: %s\n",
            why.text);
    return 0;
}

/* The job without what is asked on the login node, if anything is. */
static struct sweep *open_part(struct submission *self,
                               const struct sweep_params *params,
                               struct error *err)
{
    struct sweep_params part = *params;

    part.may_wait = true;
    struct job *job =
        job_read(params->job_path, params->sets, params->num_sets, err);

    if (!job)
        return NULL;
    self->is_part = part_has_login(job);
    if (self->is_part)
        part.where = "compute";
    job_destroy(job);
    return sweep_open(&part, err);
}

/* Before a forecast, which may take its time. */
static int check_before(const struct submission *self,
                        const struct submit_options *given,
                        struct error *err)
{
    struct error why = { 0 };

    if (submit_before_check(self->output, self->sweep, given->budget, &why)
        == 0)
        return 0;
    if (!given->dry_run) {
        *err = why;
        return -1;
    }
    fprintf(stderr, "it would be refused: %s\n", why.text);
    return 0;
}

/* They go into the script. */
static int check_sets(const struct sweep_params *params, struct error *err)
{
    for (size_t i = 0; i < params->num_sets; i++) {
        if (site_secret_check(params->sets[i], err) < 0)
            return error_wrap(err, "--set");
    }
    return 0;
}

static int work_out(struct submission *self,
                    const struct submit_options *given,
                    const struct sweep_params *params,
                    struct error *err)
{
    char *chosen;
    char *job_path = NULL;
    int rc = -1;

    if (site_read(given->site, &self->site, err) < 0)
        return -1;
    self->sweep = open_part(self, params, err);
    if (!self->sweep)
        return -1;
    chosen = run_dir_choose(self->sweep->job, given->output);
    self->output = path_absolute(chosen, err);
    free(chosen);
    job_path = path_absolute(params->job_path, err);
    if (!self->output || check_before(self, given, err) < 0) {
        free(job_path);
        return -1;
    }
    if (!self->sweep->night.is_made_up)
        answered_leave_out(self->output, self->sweep, false);
    struct submit_script script = {
        .given = given,
        .site = &self->site,
        .size = &self->size,
        .job_name = self->sweep->job->name,
        .job_path = job_path,
        .output = self->output,
        .sets = params->sets,
        .num_sets = params->num_sets,
        .only = params->only,
        .num_only = params->num_only,
        .is_part = self->is_part,
        .since_s = self->sweep->night.since_s,
    };

    if (job_path && submit_keys_check(&self->site, self->sweep, err) == 0
        && check_sets(params, err) == 0
        && submit_variables_check(&self->site,
                                  job_path,
                                  params->sets,
                                  params->num_sets,
                                  err)
               == 0
        && run_dir_check(self->output, self->sweep->job->name, err) == 0
        && run_dir_keep_job(self->output, "journal", job_path, err) == 0
        && look_at_queue(self, given, err) == 0
        && submit_choose(given,
                         &self->site,
                         self->sweep,
                         self->has_queue ? &self->queue : NULL,
                         &self->size,
                         err)
               == 0
        && submit_write(&script, &self->script, err) == 0)
        rc = 0;
    free(job_path);
    return rc;
}

/* Nodes that the job needs are drained or down: --test-only finds no time at
 * which it would start, and calls that an error. */
static bool waits_for_nodes(const struct submission *self,
                            const struct error *why)
{
    static const char words[] = "Requested node configuration is not available";
    const struct cluster_wish *wish = &self->size.wish;
    const struct cluster_partition *partition =
        cluster_find(&self->queue, wish->partition, NULL);

    return partition && strstr(why->text, words)
           && cluster_num_usable(partition, wish) < wish->nodes;
}

/* Slurm's own word on accounts, limits and what else a site checks. */
static int ask_slurm(struct submission *self, struct error *err)
{
    struct text said = { 0 };
    struct error why = { 0 };
    int rc = sbatch_try(text_data(&self->script), &said, &why);

    if (rc == 0) {
        self->answer = text_take(&said);
    } else if (waits_for_nodes(self, &why)) {
        self->answer = text_format("it will wait for nodes that are drained or "
                                   "down now (sbatch: %s)",
                                   text_data(&said));
        rc = 0;
    } else {
        *err = why;
    }
    text_release(&said);
    return rc;
}

int submission_prepare(struct submission *self,
                       const struct submit_options *given,
                       const struct sweep_params *params,
                       struct error *err)
{
    /* or the queue of another cluster would be checked than gets the job */
    if (getenv("SLURM_CLUSTERS")) {
        fprintf(
            stderr,
            "SLURM_CLUSTERS is not heeded: this cluster is asked; log in to "
            "the other one to submit there\n");
        (void)unsetenv("SLURM_CLUSTERS");
    }
    if (work_out(self, given, params, err) < 0)
        return -1;
    return self->has_queue ? ask_slurm(self, err) : 0;
}

static int write_note(const struct submission *self,
                      const char *path,
                      struct error *err)
{
    struct text json = { 0 };
    int rc;

    submission_json(self, &json);
    rc = file_write(path, text_data(&json), json.len, err);
    text_release(&json);
    return rc;
}

int submission_submit(struct submission *self, struct error *err)
{
    char *log = path_join(self->output, "log");
    char *script = path_join(self->output, "batch.sh");
    char *note = path_join(self->output, "submit.json");
    int rc = -1;

    if (run_dir_try(self->output, self->sweep->job->name, err) == 0
        && file_make_folder(log, err) == 0
        && file_write(script, text_data(&self->script), self->script.len, err)
               == 0
        && sbatch_submit(script, NULL, &self->job_id, err) == 0) {
        struct error later = { 0 };

        /* the job is in the queue, whatever becomes of the note */
        if (write_note(self, note, &later) < 0) {
            fprintf(
                stderr,
                "job %s is submitted, but not noted: %s; 'squeue --me' shows "
                "it, 'trustsweep watch' does not until it runs\n",
                self->job_id,
                later.text);
        }
        rc = 0;
    }
    free(note);
    free(script);
    free(log);
    return rc;
}

void submission_release(struct submission *self)
{
    free(self->answer);
    free(self->job_id);
    free(self->output);
    text_release(&self->script);
    cluster_release(&self->queue);
    site_release(&self->site);
    sweep_close(self->sweep);
}
