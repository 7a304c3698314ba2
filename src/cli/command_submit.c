#include "base/text.h"
#include "cli/batch/submission.h"
#include "cli/batch/submission_say.h"
#include "cli/commands.h"
#include "cli/parts/list_args.h"
#include "cli/parts/show.h"
#include "cli/sweep/part.h"
#include "cli/sweep/selected.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "launch/script.h"
#include "trustsweep/error.h"

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
      .help = "Site file (default: $TRUSTSWEEP_SITE, trustsweep/site.json in "
              "$XDG_CONFIG_HOME or ~/.config, /etc/trustsweep/site.json)." },
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
      .help = "Print the script and, where the job has parts, the commands of "
              "the others; submit and write nothing." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct submit_options, json),
      .help = "For programs." },
    { .name = NULL },
};

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

static bool has_model(const struct job *job, const char *name)
{
    for (size_t i = 0; i < job->num_models; i++) {
        if (text_equal(job->models[i].name, name))
            return true;
    }
    return false;
}

/* Whether the login node is to ask some model.  Those that have answered there are
 * in the batch job as well; roles are asked behind all replies, and have no part of
 * their own. */
static bool is_login_open(const struct job *whole, const struct job *part)
{
    for (size_t i = 0; i < whole->num_models; i++) {
        if (text_equal(whole->models[i].origin.where, "login")
            && !has_model(part, whole->models[i].name))
            return true;
    }
    return false;
}

static void tell_commands(const struct submission *self,
                          const struct sweep_params *params,
                          const struct job *whole,
                          const char *program)
{
    struct text line = { 0 };
    char *login = part_login_folder(self->output);

    text_addf(&line, "%s run ", program);
    script_quote(self->sweep->job->path, &line);
    text_add(&line, " --output ");
    script_quote(self->output, &line);
    add_choice(params, &line);
    if (is_login_open(whole, self->sweep->job)) {
        fprintf(stderr,
                "what is asked on the login node, at the same time or later:\n"
                "  %s --where login%s\n",
                text_data(&line),
                part_has_failed(whole, login) ? " --retry-failed" : "");
    }
    fprintf(stderr,
            "when that is done, here, what roles of the login node are asked, "
            "and one results file of all:\n"
            "  %s\n",
            text_data(&line));
    free(login);
    text_release(&line);
}

static void tell_other_part(const struct submission *self,
                            const struct sweep_params *params,
                            const char *program)
{
    struct job *whole =
        job_read(params->job_path, params->sets, params->num_sets, NULL);

    if (self->sweep->is_part && whole) {
        tell_commands(self, params, whole, program);
    } else if (!self->sweep->is_part) {
        fprintf(stderr,
                "what is asked on the login node is complete: this job makes "
                "one results file of all\n");
    }
    job_destroy(whole);
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
    program = show_program();
    if (!self->job_id) {
        (void)fputs(text_data(&self->script), stdout);
        (void)fflush(stdout);
    } else {
        printf("%s\n", self->job_id);
        fprintf(stderr,
                "submitted as job %s\n"
                "  %s watch %s\n"
                "  scancel %s\n",
                self->job_id,
                program,
                self->output,
                self->job_id);
    }
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
        submission_say(&self);
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
