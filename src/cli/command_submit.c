#include "base/text.h"
#include "cli/batch/submission.h"
#include "cli/commands.h"
#include "cli/parts/list_args.h"
#include "cli/parts/show.h"
#include "cli/sweep/selected.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "launch/script.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

/* Nothing is there that could be measured: by which numbers it was planned. */
static void say_expected(const struct job_model *model, bool is_known)
{
    fprintf(stderr, "no checkpoint is there yet; the forecast is of one, ");
    if (is_known) {
        fprintf(stderr,
                "with the job's %g tokens/s and %g s to load\n",
                model->tokens_per_s,
                model->load_s);
    } else {
        fprintf(stderr,
                "whose speed the job does not say (\"tokens_per_s\" of its "
                "checkpoints)\n");
    }
}

/* The nodes' program may be another one; this one's says so. */
static void say_idle_gpus(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->job->num_models; i++) {
        if (sweep->facts[i].leaves_gpus && sweep->job->models[i].gpus != 0) {
            fprintf(stderr,
                    "model '%s' stays on the CPU, whatever GPUs the job has "
                    "(gpu_layers=0, or a llama.cpp that was built for no "
                    "GPU)\n",
                    sweep->job->models[i].name);
        }
    }
}

static void say_away(int num)
{
    fprintf(stderr,
            "more nodes would be of use; %d that fit %s drained or down "
            "(--nodes asks for %s all the same)\n",
            num,
            num == 1 ? "is" : "are",
            num == 1 ? "it" : "them");
}

/* What a node is asked for; cores that nobody counts are left to Slurm. */
static void say_node(const struct cluster_wish *wish)
{
    if (wish->gpus > 0) {
        fprintf(stderr, "%d GPU%s, ", wish->gpus, wish->gpus == 1 ? "" : "s");
    } else {
        fprintf(stderr, "no GPU, ");
    }
    if (wish->cpus > 0) {
        fprintf(stderr, "%d core%s, ", wish->cpus, wish->cpus == 1 ? "" : "s");
    } else {
        fprintf(stderr, "as many cores as Slurm gives, ");
    }
    fprintf(stderr, "%lld MiB\n", (long long)wish->memory_mb);
}

static void say_size(const struct submission *self)
{
    const struct cluster_wish *wish = &self->size.wish;
    const char *over = submit_time_is_over(self->sweep);
    char time[32];
    char forecast[32] = "unknown";
    char *apart = NULL;

    if (self->size.num_apart > 0) {
        apart = text_format("beside rank 0, %d worker%s without a GPU\n",
                            self->size.num_apart,
                            self->size.num_apart == 1 ? "" : "s");
    }
    cluster_format_seconds(time, wish->time_s);
    if (!isnan(self->size.forecast_s))
        text_format_seconds(forecast, sizeof forecast, self->size.forecast_s);
    fprintf(stderr,
            "%d node%s, each with %d worker%s, ",
            wish->nodes,
            wish->nodes == 1 ? "" : "s",
            self->size.workers_per_node,
            self->size.workers_per_node == 1 ? "" : "s");
    say_node(wish);
    fprintf(stderr,
            "%s"
            "walltime %s (%s); forecast %s%s\n",
            apart ? apart : "",
            time,
            self->size.time_from,
            forecast,
            isnan(self->size.forecast_s) ? "" : " at most");
    free(apart);
    if (self->size.nodes_away > 0)
        say_away(self->size.nodes_away);
    if (self->sweep->night.is_made_up) {
        say_expected(&self->sweep->job->models[0],
                     !isnan(self->size.forecast_s));
    }
    if (wish->gpus > 0)
        say_idle_gpus(self->sweep);
    if (over) {
        fprintf(stderr,
                "%s is over, as counted since the run began: this job ends "
                "the run in %s; a date, YYYY-MM-DDTHH:MM, says a later one\n",
                over,
                self->output);
    }
    if (self->answer)
        fprintf(stderr, "%s\n", self->answer);
}

/* With what was chosen here: another choice would ask other items. */
static void add_choice(const struct sweep_params *params, struct text *line)
{
    if (params->limit >= 0)
        text_addf(line, " --limit %lld", (long long)params->limit);
    for (size_t i = 0; i < params->num_only; i++) {
        text_add(line, " --only ");
        script_quote(params->only[i], line);
    }
    for (size_t i = 0; i < params->num_sets; i++) {
        text_add(line, " --set ");
        script_quote(params->sets[i], line);
    }
}

static bool has_login_model(const struct job *job)
{
    for (size_t i = 0; job && i < job->num_models; i++) {
        if (text_equal(job->models[i].origin.where, "login"))
            return true;
    }
    return false;
}

/* Roles are asked behind all replies, and have no part of their own.  Models of
 * the login node that the batch job has as well are complete. */
static bool is_login_open(const struct submission *self,
                          const struct sweep_params *params)
{
    struct job *job =
        job_read(params->job_path, params->sets, params->num_sets, NULL);
    bool is_open = has_login_model(job) && !has_login_model(self->sweep->job);

    job_destroy(job);
    return is_open;
}

static void tell_other_part(const struct submission *self,
                            const struct sweep_params *params,
                            const char *program)
{
    struct text line = { 0 };

    if (!self->sweep->is_part) {
        fprintf(stderr,
                "what is asked on the login node is complete: this job makes "
                "one results file of all\n");
        return;
    }
    text_addf(&line, "%s run ", program);
    script_quote(self->sweep->job->path, &line);
    text_add(&line, " --output ");
    script_quote(self->output, &line);
    add_choice(params, &line);
    if (is_login_open(self, params)) {
        fprintf(stderr,
                "what is asked on the login node, at the same time or later:\n"
                "  %s --where login\n",
                text_data(&line));
    }
    fprintf(stderr,
            "when that is done, here, what roles of the login node are asked, "
            "and one results file of all:\n"
            "  %s\n",
            text_data(&line));
    text_release(&line);
}

static void tell(const struct submission *self,
                 const struct sweep_params *params,
                 bool as_json)
{
    struct text json = { 0 };
    char *program;

    if (as_json) {
        submission_json(self, &json);
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
    if (self->is_part)
        tell_other_part(self, params, program);
    free(program);
}

static int act(const struct submit_options *given,
               const struct sweep_params *params,
               struct error *err)
{
    struct submission self = { 0 };
    int rc = submission_prepare(&self, given, params, err);

    if (rc == 0)
        say_size(&self);
    if (rc == 0 && !given->dry_run)
        rc = submission_submit(&self, err);
    if (rc == 0)
        tell(&self, params, given->json);
    submission_release(&self);
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

static const struct command_field fields[] = {
    { "job", "its name" },
    { "job_id", "of Slurm; absent with `--dry-run`" },
    { "submitted", "date and time, UTC" },
    { "output", "the run directory, absolute" },
    { "is_part",
      "whether something is asked on the login node, and left out here" },
    { "nodes", "how many are asked for" },
    { "workers_per_node", "ranks of a node that answer" },
    { "api_workers", "workers beside rank 0, without a GPU" },
    { "gpus_per_node", "asked for" },
    { "cpus_per_node", "cores asked for; 0: as Slurm gives them" },
    { "memory_mb", "asked for, MiB of a node" },
    { "walltime_s", "asked for, seconds" },
    { "walltime_from", "what it was taken from, as `the plan`" },
    { "forecast_s", "seconds of the run, at most; null: unknown" },
    { 0 },
};

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
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
