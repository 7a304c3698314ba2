#include "base/text.h"
#include "cli/batch/batch_job.h"
#include "cli/commands.h"
#include "trustsweep/error.h"

struct batch_options {
    char *dir;
    char *again;
    double budget;
    int64_t notice;
    int64_t since;
    int64_t gpus;
};

static const char *const again_words[] = {
    [BATCH_REQUEUE] = "requeue",
    [BATCH_CHAIN] = "chain",
    [BATCH_NEVER] = "never",
    NULL,
};

static const struct option options[] = {
    { .name = "dir",
      .type = OPTION_PATH,
      .offset = offsetof(struct batch_options, dir),
      .value = "DIR",
      .help = "Run directory; `run` is told the same." },
    { .name = "again",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct batch_options, again),
      .fallback = "requeue",
      .choices = again_words,
      .help = "How another job is asked for: this one again, or DIR/batch.sh "
              "after it." },
    { .name = "budget",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct batch_options, budget),
      .fallback = "0",
      .max = 1e9,
      .value = "HOURS",
      .help = "GPU-hours of all jobs, after which none is asked for." },
    { .name = "notice",
      .type = OPTION_INT,
      .offset = offsetof(struct batch_options, notice),
      .fallback = "60",
      .max = 86400,
      .value = "SECONDS",
      .help = "What the run needs to end: so long before the budget is spent "
              "it is told." },
    { .name = "since",
      .type = OPTION_INT,
      .offset = offsetof(struct batch_options, since),
      .fallback = "0",
      .max = 1e12,
      .value = "UNIX",
      .help = "When it was submitted: what `until` and `deadline` of "
              "checkpoints count from; 0 = when the first job began." },
    { .name = "gpus",
      .type = OPTION_INT,
      .offset = offsetof(struct batch_options, gpus),
      .fallback = "0",
      .max = 1000000,
      .value = "N",
      .help = "GPUs of the job, for its account; 0 = as Slurm says." },
    { .name = NULL },
};

static enum batch_again again_of(const char *word)
{
    enum batch_again again = BATCH_REQUEUE;

    while (!text_equal(again_words[again], word))
        again++;
    return again;
}

static int act(const struct batch_options *given,
               const struct operands *arguments,
               struct error *err)
{
    const struct batch_job job = {
        .dir = given->dir,
        .again = again_of(given->again),
        .budget_h = given->budget,
        .notice_s = given->notice,
        .since_s = given->since,
        .gpus = (int)given->gpus,
        .arguments = arguments->names,
        .num_arguments = arguments->num,
    };

    if (!given->dir) {
        return error_set(err,
                         ERR_USAGE,
                         "--dir is missing: say the run directory, --dir DIR");
    }
    return batch_job_run(&job, err);
}

static int run(int argc, char **argv)
{
    struct batch_options given = { 0 };
    struct operands operands = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_batch, argc, argv, &given, &operands);

    if (status >= 0)
        return status;
    status = act(&given, &operands, &err);
    if (status < 0)
        status = command_fail(&command_batch, &err);
    options_release(options, &given);
    command_release_operands(&operands);
    return status;
}

const struct command command_batch = {
    .name = "batch",
    .summary = "what a batch script runs: `run`, until the sweep is complete",
    .usage = "--dir DIR [--again requeue|chain|never] [--budget HOURS]\n"
             "                        [--notice SECONDS] [--since UNIX] "
             "[--gpus N] -- RUN-ARGUMENTS",
    .help =
        "For batch scripts; 'submit' writes one. It runs `trustsweep run "
        "RUN-ARGUMENTS`,\nhands it USR1, TERM and INT, and keeps "
        "DIR/batch.json (the jobs and their\nGPU-hours) and "
        "DIR/metrics.prom. When the run ended as unfinished, by "
        "DIR/run.json,\nit asks Slurm for another job, unless somebody ended "
        "this one (TERM), the budget\nis spent, or three jobs in a row got no "
        "further.",
    .options = options,
    .min_operands = 1,
    .max_operands = 4096,
    .run = run,
};
