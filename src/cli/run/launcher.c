#include "cli/run/launcher.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/terminal.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_presence.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_starting.h"
#include "cli/forecast/api_workers.h"
#include "cli/parts/command.h"
#include "cli/run/checkpoints.h"
#include "cli/run/rank.h"
#include "cli/run/rank_watchdog.h"
#include "cli/run/run_word.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "comm/transport_mpi.h"
#include "job/job.h"
#include "launch/mpirun.h"
#include "launch/supervise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct folder {
    const char *path;
    const char *job;
};

static void say(void *context, const char *what)
{
    (void)context;
    log_info("%s", what);
    fprintf(stderr, "trustsweep run: %s\n", what);
}

static int may_start(void *context, struct error *err)
{
    const struct folder *folder = context;

    return run_dir_try(folder->path, folder->job, err);
}

/* In the place of a rank 0 that cannot, as write_last_word(). */
static void note_wait(void *context, const char *launch_id, const char *what)
{
    const struct folder *folder = context;
    const struct run_word word = { .launch = launch_id,
                                   .state = RUN_STATE_AGAIN,
                                   .exit_status = EXIT_RECORDED,
                                   .reason = what };

    run_word_say_for(folder->path, folder->job, &word);
}

static int write_last_word(const struct folder *folder,
                           const struct supervise_end *end)
{
    char *reason =
        end->has_given_up
            ? text_format("the ranks ended without a word, %d start%s, the "
                          "last one since %s; %s/log may say why, and the same "
                          "command goes on from here",
                          end->num_starts,
                          end->num_starts == 1 ? "" : "s",
                          end->last.how,
                          folder->path)
            : text_format("told to end, by a request or because Slurm "
                          "lost a node, before rank 0 had its last word; "
                          "the same command goes on from here");
    const struct run_word word = {
        .launch = end->launch_id,
        .state = end->has_given_up ? "failed" : "unfinished",
        .exit_status = end->has_given_up ? EXIT_FAILED : EXIT_RECORDED,
        .reason = reason,
    };

    run_word_say_for(folder->path, folder->job, &word);
    say(NULL, reason);
    free(reason);
    return word.exit_status;
}

/* mpirun itself may say 0 or 1 although ranks died. */
static int conclude(const struct folder *folder,
                    const struct supervise_end *end)
{
    int status = end->last.status;

    if (end->last.is_final)
        return status;
    if (end->last.has_begun || end->has_given_up) {
        status = write_last_word(folder, end);
    } else if (end->was_told) {
        say(NULL,
            "stopped before rank 0 had begun; the same command starts it");
        status = EXIT_RECORDED;
    } else if (status == EXIT_GOOD || status == EXIT_RECORDED) {
        say(NULL, "rank 0 ended without a word before it had begun");
        status = EXIT_FAILED;
    }
    return status;
}

/* Rank 0 writes into a pipe, but a terminal stands at its other end. */
static void offer_terminal(void)
{
    struct winsize size = { 0 };
    char wish[32];

    if (!terminal_is_redrawn(STDERR_FILENO))
        return;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0)
        size.ws_col = 0;
    (void)snprintf(wish, sizeof wish, "redraw:%u", (unsigned)size.ws_col);
    (void)setenv("TRUSTSWEEP_PROGRESS", wish, 0);
}

/* What was started and how it ended: rank 0's own log knows nothing of its
 * death. */
static void open_log(const char *dir)
{
    char *folder = path_join(dir, "log");
    char *path = path_join(folder, "launcher.log");

    if (file_make_folder(folder, NULL) == 0)
        (void)log_open(path, -1, NULL);
    free(path);
    free(folder);
}

static int start(const struct sweep *sweep,
                 const char *dir,
                 const struct supervise_params *given,
                 struct error *err)
{
    struct supervise_params params = *given;
    struct folder folder = { dir, sweep->job->name };
    struct supervise_end end;
    char *program = path_self(err);
    char *state = path_join(dir, "run.json");
    struct run_presence *starting = run_starting_begin(dir);
    char library[128];
    int status = -1;

    transport_mpi_version(library, sizeof library);
    offer_terminal();
    open_log(dir);
    params.may_start = may_start;
    params.note_wait = note_wait;
    params.context = &folder;
    /* the ranks' own limit while MPI starts, and as much again */
    params.mpirun.start_limit_ms = 2 * 1000 * rank_watchdog_limit_s();
    /* a minute more than the workers wait for a word of rank 0 */
    params.mpirun.silence_limit_ms = 3 * 1000 * rank_watchdog_limit_s();
    params.mpirun.num_apart = api_workers_wanted(sweep->job);
    params.mpirun.share = (int)sweep->job->share;
    params.mpirun.program = program;
    params.mpirun.words = getenv("TRUSTSWEEP_RANKS");
    params.mpirun.library = library;
    params.mpirun.state_path = state;
    params.mpirun.state_bytes = RUN_DIR_STATE_BYTES;
    if (program && supervise_run(&params, &end, err) == 0)
        status = conclude(&folder, &end);
    run_presence_end(starting);
    log_close();
    free(state);
    free(program);
    return status;
}

static int run_once(const struct rank_params *params,
                    int ranks,
                    int max_restarts,
                    char *const *argv)
{
    struct supervise_params launch = {
        .mpirun = { .argv = argv, .ranks = ranks },
        .max_restarts = max_restarts,
        .say = say,
    };
    struct error err = { 0 };
    struct sweep *sweep = sweep_open(params->sweep, &err);
    char *dir = NULL;
    int status = -1;

    if (!sweep)
        return command_fail_as("run", &err);
    dir = part_folder(sweep->job, params->sweep->where, params->output);
    if (run_policy_check(&params->policy, sweep, &err) == 0
        && run_dir_try(dir, sweep->job->name, &err) == 0) {
        if (ranks == 1) {
            error_set(&err,
                      ERR_USAGE,
                      "--ranks 1 leaves no worker: rank 0 only coordinates; "
                      "say 2 or more");
        } else {
            status = start(sweep, dir, &launch, &err);
        }
    }
    if (status < 0)
        status = command_fail_as("run", &err);
    free(dir);
    sweep_close(sweep);
    return status;
}

/* A job whose models appear: each round is a run of its own job file. */
struct rounds {
    const struct rank_params *params;
    int ranks;
    int max_restarts;
    char *const *options;
};

static int run_round(void *context, const char *job_path, const char *dir)
{
    const struct rounds *self = context;
    const struct sweep_params sweep = { .job_path = job_path,
                                        .limit = -1,
                                        .where = self->params->sweep->where,
                                        .output = dir };
    const char *const first[] = { "run", job_path, "--output", dir };
    const size_t num_first = sizeof first / sizeof *first;
    struct rank_params params = *self->params;
    char **argv;
    size_t num = 0;
    int status;

    while (self->options[num])
        num++;
    argv = mem_alloc(num_first + num + 1, sizeof *argv);
    for (size_t i = 0; i < num_first; i++)
        argv[i] = mem_text(first[i]);
    memcpy(argv + num_first, self->options, num * sizeof *argv);
    params.sweep = &sweep;
    params.output = dir;
    status = run_once(&params, self->ranks, self->max_restarts, argv);
    for (size_t i = 0; i < num_first; i++)
        free(argv[i]);
    free(argv);
    return status;
}

/* Before anything is written there. */
static int keep_job(const struct job *job,
                    const struct rank_params *params,
                    struct error *err)
{
    char *dir = part_folder(job, params->sweep->where, params->output);
    const int rc = run_dir_keep_job(dir, "journal", job->path, err);

    free(dir);
    return rc;
}

int launcher_run(const struct rank_params *params,
                 int ranks,
                 int max_restarts,
                 char *const *argv,
                 char *const *options)
{
    const struct sweep_params *sweep = params->sweep;
    struct rounds rounds = { params, ranks, max_restarts, options };
    struct job *job =
        job_read(sweep->job_path, sweep->sets, sweep->num_sets, NULL);
    struct mpirun_params launch = { .ranks = ranks };
    struct error err = { 0 };

    if (job && keep_job(job, params, &err) < 0) {
        job_destroy(job);
        return command_fail_as("run", &err);
    }
    /* no checkpoint is asked on the login node */
    if (!job || !job->checkpoints.files || text_equal(sweep->where, "login")) {
        job_destroy(job);
        return run_once(params, ranks, max_restarts, argv);
    }
    launch.share = (int)job->share;
    return checkpoints_run(job,
                           params,
                           mpirun_count_workers(&launch),
                           run_round,
                           &rounds);
}
