#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/list_args.h"
#include "cli/rank.h"
#include "cli/run_dir.h"
#include "cli/sweep.h"
#include "comm/transport_mpi.h"
#include "launch/mpirun.h"
#include "trustsweep/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_STATE_BYTES = 1024 * 1024 };

struct run_options {
    char *output;
    int64_t ranks;
    int64_t limit;
    char *only; /* taken out of argv before the table sees it */
    char *set;  /* likewise */
    bool quiet;
};

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
      .max = 100000,
      .value = "N",
      .help = "All MPI ranks, rank 0 included (default: a worker for each GPU, "
              "else two workers: 3). Only outside mpirun and srun." },
    { .name = "limit",
      .type = OPTION_INT,
      .offset = offsetof(struct run_options, limit),
      .fallback = "-1",
      .min = -1,
      .max = 1e9,
      .value = "N",
      .help = "The first N items of each task; 0 = all." },
    { .name = "only",
      .type = OPTION_TEXT,
      .offset = offsetof(struct run_options, only),
      .value = "GLOB",
      .help = "Only tasks whose dimension/name matches, as 'ethics/*'; may be "
              "given several times." },
    { .name = "set",
      .type = OPTION_TEXT,
      .offset = offsetof(struct run_options, set),
      .value = "KEY=VALUE",
      .help = "Replace a key of the job file, as 'generation.max_tokens=8'; "
              "may be given several times." },
    { .name = "quiet",
      .type = OPTION_FLAG,
      .offset = offsetof(struct run_options, quiet),
      .help = "No progress line." },
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

static int be_rank(const struct rank_params *params)
{
    struct error err = { 0 };
    struct mpi_place place;
    struct transport *transport = transport_mpi_create(&place, &err);
    int status;

    if (!transport)
        return command_fail(&command_run, &err);
    if (transport->rank > 0)
        (void)log_open(NULL, transport->rank, NULL);
    rank_catch_signals(transport->rank == 0);
    if (transport->rank == 0) {
        status = rank_coordinate(params, transport, &place);
    } else {
        status = rank_work(params, transport, &place);
    }
    transport->ops->destroy(transport);
    return status;
}

/* Take the run directory and give it back: rank 0 takes it for good. */
static int try_run_dir(const char *path, const char *job, struct error *err)
{
    struct run_dir *dir = run_dir_claim(path, job, err);

    run_dir_release(dir);
    return dir ? 0 : -1;
}

static int64_t file_changed_ms(const char *path)
{
    struct stat info;

    return stat(path, &info) < 0 ? 0 : (int64_t)info.st_mtime * 1000;
}

/* What run.json says once it is final and newer than `began_ms`; 3 when no rank
 * got so far: mpirun itself may say 0 or 1 although ranks died. */
static int final_status(const char *path, int64_t began_ms, int status)
{
    struct cJSON *run = json_read(path, MAX_STATE_BYTES, NULL);
    bool is_final = run && json_member_bool(run, "is_final", false)
                    && file_changed_ms(path) >= began_ms - 1000;

    if (is_final) {
        status = (int)json_member_number(run, "exit_status");
    } else if (status == EXIT_GOOD || status == EXIT_RECORDED) {
        status = EXIT_FAILED;
        fprintf(stderr,
                "trustsweep run: rank 0 ended without a word; what was "
                "recorded is kept, and the same command goes on from there\n");
    }
    json_free(run);
    return status;
}

/* Look at everything a user can have got wrong, then start mpirun. */
static int be_launcher(const struct rank_params *params,
                       int ranks,
                       char *const *argv)
{
    struct error err = { 0 };
    struct sweep *sweep = sweep_open(params->sweep, &err);
    char *dir = NULL;
    char *program = NULL;
    char *state = NULL;
    char library[128];
    int64_t began_ms;
    int status = -1;

    if (!sweep)
        return command_fail(&command_run, &err);
    dir = run_dir_choose(sweep->job, params->output);
    if (try_run_dir(dir, sweep->job->name, &err) < 0)
        goto out;
    if (ranks == 1) {
        error_set(&err,
                  ERR_USAGE,
                  "--ranks 1 leaves no worker: rank 0 only coordinates; say 2 "
                  "or more");
        goto out;
    }
    program = path_self(&err);
    if (!program)
        goto out;
    state = path_join(dir, "run.json");
    transport_mpi_version(library, sizeof library);
    if (isatty(STDERR_FILENO) == 1)
        (void)setenv("TRUSTSWEEP_PROGRESS", "redraw", 0);
    struct mpirun_params launch = { .program = program,
                                    .argv = argv,
                                    .ranks = ranks,
                                    .library = library,
                                    .state_path = state };

    began_ms = clock_unix_ms();
    status = mpirun_run(&launch, &err);
    if (status >= 0)
        status = final_status(state, began_ms, status);

out:
    if (status < 0)
        status = command_fail(&command_run, &err);
    free(state);
    free(program);
    free(dir);
    sweep_close(sweep);
    return status;
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
        };
        struct rank_params params = { .sweep = &sweep,
                                      .output = given.output,
                                      .is_quiet = given.quiet,
                                      .tag = tag };

        status = transport_mpi_is_rank()
                     ? be_rank(&params)
                     : be_launcher(&params, (int)given.ranks, whole);
        options_release(options, &given);
        command_release_operands(&operands);
    }
    list_args_release(&only);
    list_args_release(&sets);
    free(whole);
    return status;
}

const struct command command_run = {
    .name = "run",
    .summary = "plan, generate, gather and score a job; resumes by itself",
    .usage = "JOB [--output DIR] [--ranks N] [--limit N] [--only GLOB]\n"
             "                      [--set KEY=VALUE] [--quiet]",
    .help =
        "Runs a job file as one MPI job: rank 0 coordinates, every other rank "
        "drives a\nmodel. Outside mpirun and srun it starts mpirun itself. "
        "Everything ends in\nDIR/results.h5; DIR/run.json says how it went. "
        "The same command again goes on\nwhere an earlier one stopped, with any "
        "number of ranks.\n\n"
        "examples:\n"
        "  trustsweep run jobs/quickstart.json\n"
        "  trustsweep run sweep.json --ranks 9 --output runs/tonight\n"
        "  mpirun -n 9 trustsweep run sweep.json\n"
        "  trustsweep run sweep.json --only 'safety/*' --limit 20",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
