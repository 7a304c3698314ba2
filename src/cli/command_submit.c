#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/submit.h"
#include "cli/commands.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/list_args.h"
#include "cli/parts/show.h"
#include "cli/sweep/part.h"
#include "cli/sweep/selected.h"
#include "cli/sweep/sweep.h"
#include "launch/sbatch.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct submit_options, output),
      .value = "DIR",
      .letter = 'o',
      .help = "Run directory, on a file system that the nodes share (default: "
              "runs/NAME)." },
    { .name = "site",
      .type = OPTION_PATH,
      .offset = offsetof(struct submit_options, site),
      .value = "FILE",
      .help = "Site file (default: $TRUSTSWEEP_SITE, "
              "~/.config/trustsweep/site.json, /etc/trustsweep/site.json)." },
    { .name = "nodes",
      .type = OPTION_INT,
      .offset = offsetof(struct submit_options, nodes),
      .fallback = "0",
      .max = 65536,
      .value = "N",
      .help = "Nodes; 0 = as many as the plan recommends." },
    { .name = "time",
      .type = OPTION_TEXT,
      .offset = offsetof(struct submit_options, time),
      .value = "HH:MM:SS",
      .help = "Walltime (default: the site file's, else from the plan)." },
    { .name = "launch",
      .type = OPTION_TEXT,
      .offset = offsetof(struct submit_options, launch),
      .value = "NAME",
      .help = "mpirun, srun, or a path (default: the site file's)." },
    { .name = "budget",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct submit_options, budget),
      .fallback = "0",
      .max = 1e9,
      .value = "HOURS",
      .help = "GPU-hours, over all its jobs, after which it ends for good "
              "(node-hours where there is no GPU); 0 = no limit." },
    SELECTED(submit_options),
    { .name = "dry_run",
      .type = OPTION_FLAG,
      .offset = offsetof(struct submit_options, dry_run),
      .help = "Print the script; submit and write nothing." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct submit_options, json),
      .help = "For programs." },
    { .name = NULL },
};

/* One submission as far as it has come. */
struct submission {
    struct sweep *sweep;
    struct site site;
    struct cluster queue;
    bool has_queue;
    struct submit_size size;
    char *output; /* absolute */
    bool is_part; /* something is asked on the login node */
    struct text script;
    char *job_id;
    char *answer; /* what Slurm's own check said; or NULL */
};

static void say_size(const struct submission *self)
{
    const struct cluster_wish *wish = &self->size.wish;
    char time[32];
    char forecast[32] = "unknown";

    cluster_format_seconds(time, wish->time_s);
    if (!isnan(self->size.forecast_s))
        text_format_seconds(forecast, sizeof forecast, self->size.forecast_s);
    fprintf(stderr,
            "%d node%s, each with %d workers, %d GPUs, %d cores, %lld MiB\n"
            "walltime %s (%s); forecast %s\n",
            wish->nodes,
            wish->nodes == 1 ? "" : "s",
            self->size.workers_per_node,
            wish->gpus,
            wish->cpus,
            (long long)wish->memory_mb,
            time,
            self->size.time_from,
            forecast);
    if (self->answer)
        fprintf(stderr, "%s\n", self->answer);
}

static void print_json(const struct submission *self, struct text *out)
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
    json_add_number(root, "gpus_per_node", wish->gpus);
    json_add_number(root, "cpus_per_node", wish->cpus);
    json_add_number(root, "memory_mb", (double)wish->memory_mb);
    json_add_number(root, "walltime_s", (double)wish->time_s);
    json_add_text(root, "walltime_from", self->size.time_from);
    json_add_number(root, "forecast_s", self->size.forecast_s);
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
    fprintf(stderr, "nothing was checked against a queue: %s\n", why.text);
    return 0;
}

/* The job without what is asked on the login node, if anything is. */
static struct sweep *open_part(struct submission *self,
                               const struct sweep_params *params,
                               struct error *err)
{
    struct sweep_params part = *params;
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

static int prepare(struct submission *self,
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
    };

    if (self->output && job_path
        && run_dir_check(self->output, self->sweep->job->name, err) == 0
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

/* Slurm's own word on accounts, limits and what else a site checks. */
static int ask_slurm(struct submission *self, struct error *err)
{
    struct text said = { 0 };
    int rc = sbatch_try(text_data(&self->script), &said, err);

    if (rc == 0)
        self->answer = text_take(&said);
    text_release(&said);
    return rc;
}

static int submit(struct submission *self, struct error *err)
{
    char *log = path_join(self->output, "log");
    char *script = path_join(self->output, "batch.sh");
    char *note = path_join(self->output, "submit.json");
    struct text json = { 0 };
    int rc = -1;

    if (run_dir_try(self->output, self->sweep->job->name, err) == 0
        && file_make_folder(log, err) == 0
        && file_write(script, text_data(&self->script), self->script.len, err)
               == 0
        && sbatch_submit(script, NULL, &self->job_id, err) == 0) {
        print_json(self, &json);
        rc = file_write(note, text_data(&json), json.len, err);
    }
    text_release(&json);
    free(note);
    free(script);
    free(log);
    return rc;
}

static void tell(const struct submission *self, bool as_json)
{
    struct text json = { 0 };
    char *program;

    if (as_json) {
        print_json(self, &json);
        (void)fputs(text_data(&json), stdout);
        text_release(&json);
        return;
    }
    if (!self->job_id) {
        (void)fputs(text_data(&self->script), stdout);
        return;
    }
    program = show_program();
    printf("%s\n", self->job_id);
    fprintf(stderr,
            "submitted as job %s\n"
            "  %s watch %s\n"
            "  scancel %s\n",
            self->job_id,
            program,
            self->output,
            self->job_id);
    if (self->is_part) {
        fprintf(stderr,
                "what is asked on the login node, at the same time or later:\n"
                "  %s run %s --output %s --where login\n"
                "when both are done, one results file of both:\n"
                "  %s run %s --output %s\n",
                program,
                self->sweep->job->path,
                self->output,
                program,
                self->sweep->job->path,
                self->output);
    }
    free(program);
}

static int act(const struct submit_options *given,
               const struct sweep_params *params,
               struct error *err)
{
    struct submission self = { 0 };
    int rc = prepare(&self, given, params, err);

    if (rc == 0 && self.has_queue)
        rc = ask_slurm(&self, err);
    if (rc == 0)
        say_size(&self);
    if (rc == 0 && !given->dry_run)
        rc = submit(&self, err);
    if (rc == 0)
        tell(&self, given->json);
    free(self.answer);
    free(self.job_id);
    free(self.output);
    text_release(&self.script);
    cluster_release(&self.queue);
    site_release(&self.site);
    sweep_close(self.sweep);
    return rc;
}

static int run(int argc, char **argv)
{
    struct submit_options given = { 0 };
    struct operands operands = { 0 };
    struct error err = { 0 };
    struct list_args only;
    struct list_args sets;
    int status;

    list_args_take("--only", &argc, argv, &only);
    list_args_take("--set", &argc, argv, &sets);
    status = command_parse(&command_submit, argc, argv, &given, &operands);
    if (status < 0) {
        struct sweep_params params = {
            .job_path = operands.names[0],
            .sets = sets.values,
            .num_sets = sets.num,
            .only = only.values,
            .num_only = only.num,
            .limit = given.limit,
            .output = given.output,
        };

        status = act(&given, &params, &err) == 0
                     ? EXIT_GOOD
                     : command_fail(&command_submit, &err);
        options_release(options, &given);
        command_release_operands(&operands);
    }
    list_args_release(&only);
    list_args_release(&sets);
    return status;
}

const struct command command_submit = {
    .name = "submit",
    .summary = "run a job through Slurm: one batch job, whatever the grid",
    .usage = "JOB [--dry-run] [--site FILE] [--output DIR] [--nodes N]\n"
             "                         [--time HH:MM:SS] [--budget HOURS] "
             "[--launch NAME]\n"
             "                         [--limit N] [--only GLOB] "
             "[--set KEY=VALUE] [--json]",
    .help =
        "Writes DIR/batch.sh from slurm/sweep.sbatch and submits it. Nodes, "
        "memory and\nwalltime come from the plan, the rest from a site file; "
        "the queue's limits are\nchecked first. The run is told before the "
        "walltime ends, and the job is requeued\nuntil the run is complete. "
        "docs/CLUSTER.md has the whole of it.\n\n"
        "example:\n  trustsweep submit sweep.json --dry-run",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
