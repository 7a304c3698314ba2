#include "cli/run/run.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/run/rank.h"
#include "cli/run/run_counts.h"
#include "cli/run/run_follow.h"
#include "cli/run/run_gpus.h"
#include "cli/run/run_ledger.h"
#include "cli/run/run_models.h"
#include "cli/run/run_parts.h"
#include "cli/run/run_rates.h"
#include "cli/run/run_schedule.h"
#include "cli/run/run_snapshot.h"
#include "cli/run/run_tariffs.h"
#include "cli/run/run_work.h"
#include "cli/run/state_keeper.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "follow/tracker.h"
#include "gather/journal.h"
#include "gather/reply_cache.h"
#include "launch/supervise.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdlib.h>

enum { MAX_RANKS = UINT16_MAX }; /* book.c keeps a rank in 16 bits */

int run_remember(void *context,
                 const struct record *record,
                 uint64_t place,
                 struct error *err)
{
    struct run *run = context;
    size_t unit = plan_find(run->sweep->plan, record->reply.unit);
    bool has_failed = record->reply.state == STATE_FAILED;
    /* Without a try it was the model's file or the machine, and both may be
     * other ones now. */
    bool again = has_failed
                 && (record->attempt == 0
                     || (run->retry_failed && run_parts_asks(run, unit)));

    (void)err;
    run->num_found++;
    run_tariffs_remember(run, unit, record);
    run_gpus_count(run, unit, record);
    if (record->role != ROLE_ANSWER) {
        run->num_role_answers[record->role] += !has_failed;
        run_snapshot_remember(run, record);
        if (!again)
            tracker_remember(run->tracker, record, place);
        return 0;
    }
    /* a unit of a model that left the job, or of other settings: kept in the
     * journal, used again when the job asks for it again */
    if (unit == SIZE_MAX) {
        run->num_left_out++;
        run->num_left_answers += !has_failed;
    } else {
        run->places[unit] = again ? 0 : place;
        run->has_failed[unit] = has_failed && !again;
    }
    return 0;
}

/* A last word in run.json comes when all that it counts is on disk. */
static void compare_counts(const struct run *run, double num_done)
{
    if (num_done <= (double)run->num_found)
        return;
    log_warn("the journal has lost records: it holds %zu, but %.0f "
             "items were on disk when the last run ended; what is "
             "missing is generated again",
             run->num_found,
             num_done);
}

static int open_journal(struct run *run, struct error *err)
{
    struct journal_params params;
    char *folder = run_dir_file(run->dir, "journal");

    journal_params_defaults(&params);
    params.folder = folder;
    params.job = run->sweep->job->name;
    run->places = mem_alloc(run->sweep->plan->num_units, sizeof *run->places);
    run->has_failed =
        mem_alloc(run->sweep->plan->num_units, sizeof *run->has_failed);
    run->tokens =
        mem_alloc(run->sweep->job->num_models + NUM_ROLES, sizeof *run->tokens);
    run->gpus = run_gpus_create(run->sweep->job);
    run->state.gpus = run->gpus;
    run->journal = journal_open(&params, run_remember, run, err);
    if (run->journal && journal_cut_bytes(run->journal) > 0) {
        log_warn("cut %llu bytes of a torn tail from the journal",
                 (unsigned long long)journal_cut_bytes(run->journal));
    }
    free(folder);
    return run->journal ? 0 : -1;
}

static int adopt(struct run *run, struct error *err)
{
    char *dir = run_dir_file(run->dir, "");
    int rc = run_parts_adopt(run, dir, err);

    free(dir);
    return rc < 0 ? -1 : run_parts_check(run, err);
}

/* As it is run: with the paths of backends absolute, since relative ones are
 * relative to the folder of the job file. */
static int write_job(const struct run *run, struct error *err)
{
    struct cJSON *job = sweep_job(run->sweep);
    char *path = run_dir_file(run->dir, "job.json");
    const int rc = json_save(job, path, err);

    free(path);
    json_free(job);
    return rc;
}

static void open_ledger(struct run *run)
{
    char *path = run_dir_file(run->dir, "ledger.json");

    run->ledger = run_ledger_open(path, run->sweep, run->num_models);
    run->state.ledger = run->ledger;
    free(path);
}

static int make_coordinator(struct run *run,
                            const struct rank_params *params,
                            struct transport *transport,
                            const struct mpi_seat *seats,
                            struct error *err)
{
    struct coordinator_params settings;

    if (run_schedule_create(run, seats, transport->size, err) < 0)
        return -1;
    run->counts = run_counts_create(run);
    run->state.counts = run->counts;
    run->state.tracker = run->tracker;
    coordinator_params_defaults(&settings);
    settings.transport = transport;
    settings.schedule = run->schedule;
    settings.work = run_work_units(run);
    settings.sink = run_work_sink(run);
    settings.models = run->models;
    settings.num_models = run->num_models;
    settings.tariffs = run->tariffs;
    settings.accounts = run->accounts;
    settings.num_accounts = run->num_accounts;
    settings.tag = params->tag;
    settings.max_attempts = (int)run->sweep->job->max_attempts;
    settings.max_promise_ms = (int)run->sweep->job->lease_ms;
    run->coordinator = coordinator_create(&settings);
    run->state.coordinator = run->coordinator;
    run->state.schedule = run->schedule;
    run->state.policy = &run->policy;
    open_ledger(run);
    return 0;
}

/* By the command that starts mpirun; 0 = unknown. */
static int starts(void)
{
    const char *text = getenv(SUPERVISE_STARTS);
    int64_t number = 0;

    return text && text_to_int64(text, &number) && number < INT32_MAX
               ? (int)number
               : 0;
}

static int open_cache(struct run *run, struct error *err)
{
    const char *folder = run->sweep->job->role_cache;

    if (!folder)
        return 0;
    run->cache = reply_cache_open(folder, err);
    run->state.cache = run->cache;
    return run->cache ? 0 : error_wrap(err, "role_cache");
}

static int check_ranks(const struct transport *transport, struct error *err)
{
    if (transport->size > MAX_RANKS) {
        return error_set(err,
                         ERR_USAGE,
                         "%d ranks are more than the %d that one run can have; "
                         "start fewer",
                         transport->size,
                         (int)MAX_RANKS);
    }
    if (transport->size < 2) {
        return error_set(err,
                         ERR_USAGE,
                         "one rank only: rank 0 coordinates and needs at least "
                         "one more to generate (mpirun -n 2 or more, or leave "
                         "mpirun out and say --ranks)");
    }
    return 0;
}

/* Where it writes what happens, and what it says of itself. */
static int open_log(struct run *run, struct error *err)
{
    char *log = run_dir_file(run->dir, "log/rank0.log");
    int rc = log_open(log, 0, err);

    free(log);
    return rc < 0 ? -1 : run_state_write(run->state_path, &run->state, err);
}

/* What the last start counted beyond the plan is what it had been asked. */
static void catch_up(struct run *run, double num_units)
{
    const size_t num_planned = coordinator_view(run->coordinator)->num_units;

    if (num_units > (double)num_planned)
        run->num_asked_before = (size_t)num_units - num_planned;
    run_follow_catch_up(run);
}

int run_open(struct run *run,
             const struct rank_params *params,
             struct transport *transport,
             const struct mpi_seat *seats,
             struct error *err)
{
    struct run_state_before before;
    char *path;

    if (check_ranks(transport, err) < 0)
        return -1;
    run->sweep = sweep_open(params->sweep, err);
    run->policy = params->policy;
    if (!run->sweep || run_policy_check(&run->policy, run->sweep, err) < 0)
        return -1;
    path = part_folder(run->sweep->job, params->sweep->where, params->output);
    run->deadline.at_s = checkpoints_due(path);
    if (run_dir_keep_job(path, "journal", run->sweep->job->path, err) == 0)
        run->dir = run_dir_claim(path, run->sweep->job->name, err);
    free(path);
    if (!run->dir)
        return -1;
    run->state_path = run_dir_file(run->dir, "run.json");
    run->results_path = run_dir_file(run->dir, "results.h5");
    run->state = (struct run_state){ .state = "running",
                                     .stage = RUN_STAGE_STARTING,
                                     .sweep = run->sweep,
                                     .job = run->sweep->job->name,
                                     .ranks = transport->size,
                                     .launch = getenv(SUPERVISE_ID),
                                     .starts = starts(),
                                     .started_ms = clock_unix_ms(),
                                     .deadline_s = run->deadline.at_s };
    before = run_state_before(run->state_path);
    if (open_cache(run, err) < 0)
        return -1;
    run_follow_create(run);
    run->retry_failed = params->retry_failed;
    run->part = params->sweep->where;
    if (open_log(run, err) < 0)
        return -1;
    run->keeper = state_keeper_create(run->state_path, err);
    if (!run->keeper || open_journal(run, err) < 0
        || run_models_check(run, err) < 0 || adopt(run, err) < 0
        || write_job(run, err) < 0
        || make_coordinator(run, params, transport, seats, err) < 0)
        return -1;
    compare_counts(run, before.num_done);
    catch_up(run, before.num_units);
    /* who starts it again sees from this how far it had come */
    run->state.view = coordinator_view(run->coordinator);
    run->rates = run_rates_create(run->num_models);
    run->state.rates = run->rates;
    run->state.stage = RUN_STAGE_ANSWERING;
    run_measure(run);
    state_keeper_put(run->keeper, &run->state);
    return 0;
}

static void spend(struct run *run, const struct ledger_view *view)
{
    spent_release(&run->spent);
    run->spent =
        run_ledger_sum(run->ledger, view, run->schedule, run->state.started_ms);
    run->state.spent = &run->spent;
}

void run_spend(struct run *run)
{
    if (run->coordinator)
        spend(run, coordinator_ledger(run->coordinator));
}

void run_measure(struct run *run)
{
    const struct ledger_view *view = coordinator_ledger(run->coordinator);

    spend(run, view);
    run_rates_note(run->rates, view, clock_ms());
}

int run_last_word(struct run *run, struct error *err)
{
    struct error lost = { 0 };

    state_keeper_destroy(run->keeper);
    run->keeper = NULL;
    run->state.is_final = true;
    run_spend(run);
    if (run->state.spent
        && run_ledger_write(run->ledger, &run->spent, &lost) < 0) {
        log_warn("%s; the next start may not count what this one spent",
                 lost.text);
    }
    return run_state_write(run->state_path, &run->state, err);
}

void run_close(struct run *run)
{
    state_keeper_destroy(run->keeper);
    run_rates_free(run->rates);
    spent_release(&run->spent);
    run_ledger_free(run->ledger);
    coordinator_destroy(run->coordinator);
    run_counts_free(run->counts);
    schedule_destroy(run->schedule);
    journal_close(run->journal);
    reply_cache_close(run->cache);
    tracker_destroy(run->tracker);
    free(run->places);
    free(run->has_failed);
    free(run->models);
    free(run->tokens);
    run_gpus_free(run->gpus);
    free(run->tariffs);
    free(run->accounts);
    free(run->state_path);
    free(run->results_path);
    free(run->reason);
    run_dir_release(run->dir);
    sweep_close(run->sweep);
}

static int journal_record(void *self,
                          size_t unit,
                          struct record *out,
                          struct error *err)
{
    struct run *run = self;

    if (run->places[unit] == 0)
        return 0;
    return journal_read(run->journal, run->places[unit], out, err) < 0 ? -1 : 1;
}

struct reply_source run_source(struct run *run)
{
    return (struct reply_source){ .self = run, .record = journal_record };
}
