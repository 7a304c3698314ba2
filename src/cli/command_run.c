#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/parts/list_args.h"
#include "cli/run/launcher.h"
#include "cli/run/rank.h"
#include "cli/run/rank_start.h"
#include "cli/run/run_policy.h"
#include "cli/sweep/selected.h"
#include "cli/sweep/sweep.h"
#include "comm/transport_mpi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run_options {
    char *output;
    int64_t ranks;
    int64_t limit;
    char *only; /* taken out of argv before the table sees it */
    char *set;  /* likewise */
    int64_t restarts;
    int64_t notice;
    char *where;
    char *bind;
    char *policy;
    bool quiet;
    bool retry_failed;
    bool json;
};

static const char *const where_words[] = { "compute", "login", NULL };

static const char *const bind_words[] = { "near", "none", NULL };

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct run_options, output),
      .value = "DIR",
      .letter = 'o',
      .help = "Run directory (default: runs/NAME). One that holds this job's "
              "run is resumed." },
    { .name = "ranks",
      .type = OPTION_INT,
      .offset = offsetof(struct run_options, ranks),
      .fallback = "0",
      .min = 0,
      .max = 65535,
      .value = "N",
      .help =
          "All MPI ranks, rank 0 included (default: a worker for each GPU, "
          "in a Slurm allocation on every node, else two workers: 3). "
          "The job's `api_workers` come on top. Only outside mpirun and srun." },
    SELECTED(run_options),
    { .name = "restarts",
      .type = OPTION_INT,
      .offset = offsetof(struct run_options, restarts),
      .fallback = "20",
      .min = 0,
      .max = 1000,
      .value = "N",
      .help = "How often all ranks are started again at most when they ended "
              "without a word or all workers were lost; sooner it ends when "
              "the third start in a row got no further. Only outside mpirun "
              "and srun." },
    { .name = "notice",
      .type = OPTION_INT,
      .offset = offsetof(struct run_options, notice),
      .fallback = "60",
      .min = 0,
      .max = 86400,
      .value = "SECONDS",
      .help = "USR1 says that the time ends so many seconds later: work goes "
              "on until 60 s before that end, what is in hand until 30 s "
              "before it; then the run ends as unfinished." },
    { .name = "where",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct run_options, where),
      .choices = where_words,
      .help = "Only models and roles that the job says are asked there. "
              "`login` works in DIR/parts/login; what is answered there, a "
              "later run in DIR takes over. Default: all of them." },
    { .name = "bind",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct run_options, bind),
      .fallback = "near",
      .choices = bind_words,
      .help = "A worker's cores and memory: those near its GPU, shared with "
              "the other workers near it; never more than it was started "
              "with. `none`, or where a GPU is not known: as it was started." },
    { .name = "retry-failed",
      .type = OPTION_FLAG,
      .offset = offsetof(struct run_options, retry_failed),
      .help = "Try again what an earlier run gave up. Items whose model could "
              "not be loaded are tried again in any case." },
    { .name = "policy",
      .type = OPTION_TEXT,
      .offset = offsetof(struct run_options, policy),
      .value = "NAME",
      .help = "For comparison, how models get workers: `resident` (default), "
              "`pair` (a job for each model and task), `chunk:ITEMS` (jobs of "
              "so many items of a model), `static:SHARDS` (each model's items "
              "in so many). Each job begins with a load; roles are asked when "
              "the models have ended. Without a size: the best in virtual "
              "time. Replies and scores are the same." },
    { .name = "quiet",
      .type = OPTION_FLAG,
      .offset = offsetof(struct run_options, quiet),
      .help = "No progress line." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct run_options, json),
      .help =
          "The last words for programs, a line on standard output; of a "
          "job with checkpoints one of each round. Nothing where rank 0 had no "
          "last word: `status --json` has what is known." },
    { .name = NULL },
};

/* Equal on all ranks of one start, different for other jobs and folders. */
static uint64_t tag_of(int argc, char **argv)
{
    struct hash_stream *stream = hash_stream_create();

    hash_stream_text(stream, "trustsweep run");
    for (int i = 1; i < argc; i++)
        hash_stream_text(stream, argv[i]);
    return hash_stream_end(stream).low;
}

/* The options as given, but for --output, which says another folder to each
 * round; those of lists are in the job file of a round.  options_words_free() */
static char **words_of_round(struct run_options *given)
{
    char *output = given->output;
    char **words;

    given->output = NULL;
    words = options_words(options, given);
    given->output = output;
    return words;
}

static int launch(const struct rank_params *params,
                  struct run_options *given,
                  char *const *argv)
{
    char **words = words_of_round(given);
    const int status = launcher_run(params,
                                    (int)given->ranks,
                                    (int)given->restarts,
                                    argv,
                                    words);

    options_words_free(words);
    return status;
}

/* Before anything starts; -1: it may, else an exit status. */
static int read_policy(const struct run_options *given, struct run_policy *out)
{
    struct error err = { 0 };

    if (run_policy_read(out, given->policy, &err) < 0)
        return command_fail(&command_run, &err);
    return -1;
}

static int run(int argc, char **argv)
{
    struct run_options given = { 0 };
    struct operands operands = { 0 };
    struct list_args only;
    struct list_args sets;
    char **whole = mem_copy(argv, ((size_t)argc + 1) * sizeof *argv);
    uint64_t tag = tag_of(argc, argv);
    int status;

    list_args_take("--only", &argc, argv, &only);
    list_args_take("--set", &argc, argv, &sets);
    status = command_parse(&command_run, argc, argv, &given, &operands);
    if (status < 0) {
        struct sweep_params sweep = {
            .job_path = operands.names[0],
            .sets = sets.values,
            .num_sets = sets.num,
            .only = only.values,
            .num_only = only.num,
            .limit = given.limit,
            .where = given.where,
            .output = given.output,
        };
        struct rank_params params = { .sweep = &sweep,
                                      .output = given.output,
                                      .is_quiet = given.quiet,
                                      .is_json = given.json,
                                      .is_near = text_equal(given.bind, "near"),
                                      .retry_failed = given.retry_failed,
                                      .notice_s = (int)given.notice,
                                      .tag = tag };

        status = read_policy(&given, &params.policy);
        if (status < 0) {
            status = transport_mpi_is_rank() ? rank_start(&params, given.ranks)
                                             : launch(&params, &given, whole);
        }
        options_release(options, &given);
        command_release_operands(&operands);
    }
    list_args_release(&only);
    list_args_release(&sets);
    free(whole);
    return status;
}

static const struct command_field fields[] = {
    { "folder", "the run directory" },
    { "results", "the results file; absent where none was written" },
    { "run", "what run.json says at the end" },
    { "run.*", "the fields of `status`" },
    { 0 },
};

const struct command command_run = {
    .name = "run",
    .summary = "plan, generate, gather and score a job; resumes by itself",
    .usage =
        "JOB [--output DIR] [--ranks N] [--limit N] [--only GLOB]\n"
        "                      [--set KEY=VALUE] [--restarts N] [--notice SECONDS]\n"
        "                      [--where login|compute] [--bind near|none] "
        "[--retry-failed]\n"
        "                      [--policy NAME] [--quiet] [--json]",
    .help =
        "Runs a job file as one MPI job: rank 0 coordinates, every other rank "
        "drives a\nmodel. Outside mpirun and srun it starts mpirun itself. "
        "Everything ends in\nDIR/results.h5; DIR/run.json says how it went. "
        "The same command again goes on\nwhere an earlier one stopped, with any "
        "number of ranks.\n\n"
        "examples:\n"
        "  trustsweep run jobs/quickstart.json\n"
        "  trustsweep run sweep.json --ranks 9 --output runs/tonight\n"
        "  mpirun --enable-recovery -n 9 trustsweep run sweep.json   (Open MPI)\n"
        "  trustsweep run sweep.json --only 'safety/*' --limit 20",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
