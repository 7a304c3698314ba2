/*
 * Rank 0 from start to end: open the sweep, take the run directory, read the
 * journal, hand out what is left, write the results file, say how it went.
 */
#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/rank.h"
#include "cli/results.h"
#include "cli/run_dir.h"
#include "cli/run_state.h"
#include "cli/show.h"
#include "cli/sweep.h"
#include "comm/transport_mpi.h"
#include "dispatch/coordinator.h"
#include "dispatch/protocol.h"
#include "gather/journal.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEASE_S = 8,
    MAX_LEASE = 64,
    STATE_MS = 5000,    /* run.json and the owner's mark are renewed */
    FAREWELL_MS = 3000, /* for the last messages to leave */
};

/* A run as rank 0 holds it. */
struct run {
    struct sweep *sweep;
    struct run_dir *dir;
    struct journal *journal;
    uint64_t *places; /* [num_units]: where its record is; 0 = none */
    struct schedule *schedule;
    struct coordinator *coordinator;
    struct coordinator_model *models; /* [num_models] */
    struct run_state state;
    char *state_path;
    char *results_path;
    char digest[65];
};

static struct hash128 work_id(void *self, size_t unit)
{
    return ((struct run *)self)->sweep->plan->units[unit].id;
}

static size_t work_find(void *self, struct hash128 id)
{
    return plan_find(((struct run *)self)->sweep->plan, id);
}

static void work_request(void *self, size_t unit, struct request *out)
{
    sweep_request(((struct run *)self)->sweep, unit, out);
}

static bool work_is_done(void *self, size_t unit)
{
    return ((struct run *)self)->places[unit] != 0;
}

/* Places start at file 1, so 0 can mean "none". */
static int sink_append(void *self,
                       size_t unit,
                       const struct record *record,
                       uint64_t *ticket,
                       struct error *err)
{
    struct run *run = self;

    return journal_append(run->journal,
                          record,
                          ticket,
                          &run->places[unit],
                          err);
}

static int sink_synced(void *self, uint64_t *ticket, struct error *err)
{
    return journal_synced(((struct run *)self)->journal, ticket, err);
}

static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct run *run = context;
    size_t unit = plan_find(run->sweep->plan, record->reply.unit);

    (void)err;
    /* a unit of a model that left the job, or of other settings: kept in the
     * journal, used again when the job asks for it again */
    if (unit != SIZE_MAX && run->places[unit] == 0)
        run->places[unit] = place;
    return 0;
}

static int open_journal(struct run *run, struct error *err)
{
    struct journal_params params;
    char *folder = run_dir_file(run->dir, "journal");

    journal_params_defaults(&params);
    params.folder = folder;
    run->places = mem_alloc(run->sweep->plan->num_units, sizeof *run->places);
    run->journal = journal_open(&params, remember, run, err);
    if (run->journal && journal_cut_bytes(run->journal) > 0)
        log_warn("cut %llu bytes of a torn tail from the journal",
                 (unsigned long long)journal_cut_bytes(run->journal));
    free(folder);
    return run->journal ? 0 : -1;
}

static int write_job(const struct run *run, struct error *err)
{
    struct cJSON *job = job_effective(run->sweep->job);
    char *path = run_dir_file(run->dir, "job.json");
    struct text text = { 0 };
    int rc;

    json_write(job, &text);
    rc = file_write(path, text_data(&text), text.len, err);
    text_release(&text);
    free(path);
    json_free(job);
    return rc;
}

static void make_schedule(struct run *run, int num_workers)
{
    const struct plan *plan = run->sweep->plan;
    size_t num_models = run->sweep->job->num_models;
    struct schedule_model *models = mem_alloc(num_models, sizeof *models);
    uint16_t *unit_model = mem_alloc(plan->num_units, sizeof *unit_model);
    float *unit_cost = mem_alloc(plan->num_units, sizeof *unit_cost);

    run->models = mem_alloc(num_models, sizeof *run->models);
    for (size_t i = 0; i < num_models; i++) {
        models[i].load_s = run->sweep->facts[i].load_s;
        models[i].tokens_per_s = run->sweep->facts[i].tokens_per_s;
        run->models[i].name = run->sweep->job->models[i].name;
        run->models[i].spec = run->sweep->specs[i];
    }
    for (size_t i = 0; i < plan->num_units; i++) {
        unit_model[i] = plan->units[i].model;
        unit_cost[i] = (float)plan_cost(plan, i);
    }
    struct schedule_params params = {
        .models = models,
        .num_models = num_models,
        .num_units = plan->num_units,
        .unit_model = unit_model,
        .unit_cost = unit_cost,
        .num_slots = (size_t)num_workers,
        .lease_s = LEASE_S,
        .max_lease = MAX_LEASE,
    };
    run->schedule = schedule_create(&params);
    free(unit_cost);
    free(unit_model);
    free(models);
}

static void make_coordinator(struct run *run,
                             const struct rank_params *params,
                             struct transport *transport)
{
    struct coordinator_params settings;

    make_schedule(run, transport->size - 1);
    coordinator_params_defaults(&settings);
    settings.transport = transport;
    settings.schedule = run->schedule;
    settings.work = (struct work){ .self = run,
                                   .num_units = run->sweep->plan->num_units,
                                   .id = work_id,
                                   .find = work_find,
                                   .request = work_request,
                                   .is_done = work_is_done };
    settings.sink = (struct sink){ .self = run,
                                   .append = sink_append,
                                   .synced = sink_synced };
    settings.models = run->models;
    settings.num_models = run->sweep->job->num_models;
    settings.tag = params->tag;
    settings.max_attempts = (int)run->sweep->job->max_attempts;
    run->coordinator = coordinator_create(&settings);
}

static int open_run(struct run *run,
                    const struct rank_params *params,
                    struct transport *transport,
                    struct error *err)
{
    char *path;
    char *log;

    if (transport->size < 2)
        return error_set(err,
                         ERR_USAGE,
                         "one rank only: rank 0 coordinates and needs at least "
                         "one more to generate (mpirun -n 2 or more, or leave "
                         "mpirun out and say --ranks)");
    run->sweep = sweep_open(params->sweep, err);
    if (!run->sweep)
        return -1;
    path = run_dir_choose(run->sweep->job, params->output);
    run->dir = run_dir_claim(path, run->sweep->job->name, err);
    free(path);
    if (!run->dir)
        return -1;
    run->state_path = run_dir_file(run->dir, "run.json");
    run->results_path = run_dir_file(run->dir, "results.h5");
    run->state = (struct run_state){ .state = "running",
                                     .job = run->sweep->job->name,
                                     .ranks = transport->size,
                                     .started_ms = clock_unix_ms() };
    log = run_dir_file(run->dir, "log/rank0.log");
    int rc = log_open(log, 0, err);

    free(log);
    if (rc < 0 || run_state_write(run->state_path, &run->state, err) < 0
        || open_journal(run, err) < 0 || write_job(run, err) < 0)
        return -1;
    make_coordinator(run, params, transport);
    return 0;
}

/* Until all is done, drained or broken. */
static int generate(struct run *run,
                    const struct rank_params *params,
                    struct error *err)
{
    struct progress progress;
    int64_t renewed_ms = clock_ms();
    int rc = 0;

    progress_init(&progress, params->is_quiet);
    while (rc >= 0
           && coordinator_state(run->coordinator) == COORDINATOR_RUNNING) {
        if (rank_is_drained())
            coordinator_drain(run->coordinator);
        rc = coordinator_step(run->coordinator, err);
        if (rc == 0)
            clock_sleep_ms(0.5);
        progress_show(&progress, coordinator_view(run->coordinator));
        if (clock_ms() - renewed_ms > STATE_MS) {
            renewed_ms = clock_ms();
            run->state.view = coordinator_view(run->coordinator);
            run_dir_touch(run->dir);
            (void)run_state_write(run->state_path, &run->state, NULL);
        }
    }
    progress_end(&progress, coordinator_view(run->coordinator));
    return rc < 0 ? -1 : 0;
}

static void say_farewell(struct run *run, struct transport *transport)
{
    int64_t until = clock_ms() + FAREWELL_MS;

    coordinator_stop(run->coordinator);
    do {
        if (coordinator_step(run->coordinator, NULL) <= 0)
            clock_sleep_ms(0.5);
    } while (transport->ops->pending(transport) > 0 && clock_ms() < until);
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

static int write_results(struct run *run,
                         const struct mpi_place *place,
                         struct error *err)
{
    const struct ledger_row *ledger = NULL;
    struct text text = { 0 };
    int rc;

    run->state.view = coordinator_view(run->coordinator);
    run_state_format(&run->state, &text);
    struct results_params params = {
        .sweep = run->sweep,
        .source = { .self = run, .record = journal_record },
        .path = run->results_path,
        .run_json = text_data(&text),
        .mpi = place->library,
    };
    params.num_ledger = coordinator_ledger(run->coordinator, &ledger);
    params.ledger = ledger;
    rc = results_write(&params, run->digest, err);
    text_release(&text);
    return rc;
}

/* What the state of the coordinator means for people and scripts. */
static void conclude(struct run *run)
{
    const struct coordinator_view *view = coordinator_view(run->coordinator);

    run->state.view = view;
    run->state.digest = run->digest;
    run->state.state = "unfinished";
    run->state.exit_status = EXIT_RECORDED;
    switch (coordinator_state(run->coordinator)) {
    case COORDINATOR_DONE:
        run->state.state = "done";
        run->state.exit_status =
            view->num_failed > 0 ? EXIT_RECORDED : EXIT_GOOD;
        if (view->num_failed > 0)
            run->state.reason = "some units failed; results.h5 says which";
        break;
    case COORDINATOR_DRAINED:
        run->state.reason =
            "stopped on request; the same command goes on from here";
        break;
    case COORDINATOR_ABANDONED:
        run->state.reason = "no worker is left (see log/ and the messages "
                            "above); the same command goes on from here";
        break;
    case COORDINATOR_RUNNING:
    case COORDINATOR_BROKEN:
        run->state.state = "failed";
        run->state.exit_status = EXIT_FAILED;
        break;
    }
}

static void print_end(const struct run *run)
{
    struct error err = { 0 };

    if (show_board(run->results_path, PROFILE_PAPER, true, &err) < 0)
        fprintf(stderr, "trustsweep run: %s\n", err.text);
    printf("\n%s%s%s\nresults: %s\ndigest:  %s\n\nworth trying next:\n"
           "  trustsweep analyze %s --profile corrected\n"
           "  trustsweep digest %s\n"
           "  h5dump -H %s\n",
           run->state.state,
           run->state.reason ? ": " : "",
           run->state.reason ? run->state.reason : "",
           run->results_path,
           run->digest,
           run->results_path,
           run->results_path,
           run->results_path);
    (void)fflush(stdout);
}

static void close_run(struct run *run)
{
    coordinator_destroy(run->coordinator);
    schedule_destroy(run->schedule);
    journal_close(run->journal);
    free(run->places);
    free(run->models);
    free(run->state_path);
    free(run->results_path);
    run_dir_release(run->dir);
    sweep_close(run->sweep);
}

/* Tell workers that no run begins.  MSG_STOP is the run's tag alone. */
static void turn_away(const struct rank_params *params,
                      struct transport *transport)
{
    struct text stop = { 0 };
    int64_t until = clock_ms() + FAREWELL_MS;

    buffer_put_u64(&stop, params->tag);
    for (int rank = 1; rank < transport->size; rank++)
        (void)transport->ops->send(transport,
                                   rank,
                                   MSG_STOP,
                                   stop.data,
                                   stop.len,
                                   NULL);
    while (transport->ops->pending(transport) > 0 && clock_ms() < until)
        clock_sleep_ms(0.5);
    text_release(&stop);
}

static int fail(struct run *run, const struct error *err)
{
    run->state.state = "failed";
    run->state.is_final = true;
    run->state.exit_status = error_exit_status(err);
    run->state.reason = err->text;
    run->state.digest = NULL;
    if (run->coordinator)
        run->state.view = coordinator_view(run->coordinator);
    if (run->state_path)
        (void)run_state_write(run->state_path, &run->state, NULL);
    fprintf(stderr, "trustsweep run: %s\n", err->text);
    log_close();
    return run->state.exit_status;
}

int rank_coordinate(const struct rank_params *params,
                    struct transport *transport,
                    const struct mpi_place *place)
{
    struct run run = { 0 };
    struct error err = { 0 };
    int status;

    if (open_run(&run, params, transport, &err) < 0) {
        turn_away(params, transport);
        status = fail(&run, &err);
        close_run(&run);
        return status;
    }
    int rc = generate(&run, params, &err);

    conclude(&run);
    say_farewell(&run, transport);
    if (rc == 0)
        rc = journal_flush(run.journal, &err);
    if (rc == 0)
        rc = write_results(&run, place, &err);
    if (rc == 0) {
        run.state.is_final = true;
        rc = run_state_write(run.state_path, &run.state, &err);
    }
    if (rc < 0) {
        status = fail(&run, &err);
    } else {
        print_end(&run);
        status = run.state.exit_status;
    }
    /* survivors of a lost rank would wait for it in MPI_Finalize */
    transport_mpi_set_finalize(
        transport,
        coordinator_view(run.coordinator)->num_lost == 0);
    close_run(&run);
    log_close();
    return status;
}
