/*
 * Rank 0 from start to end: open the sweep, take the run directory, read the
 * journal, hand out what is left, write the results file, say how it went.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/rank.h"
#include "cli/results.h"
#include "cli/run.h"
#include "cli/run_dir.h"
#include "cli/run_state.h"
#include "cli/show.h"
#include "cli/sweep.h"
#include "comm/transport_mpi.h"
#include "dispatch/coordinator.h"
#include "dispatch/protocol.h"
#include "gather/journal.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STATE_MS = 5000,    /* run.json and the owner's mark are renewed */
    FAREWELL_MS = 3000, /* for the last messages to leave */
};

/* Until all is done, drained or broken. */
static int generate(struct run *run,
                    const struct rank_params *params,
                    struct error *err)
{
    struct progress progress;
    int64_t renewed_ms = clock_ms();
    bool is_draining = false;
    int rc = 0;

    progress_init(&progress, params->is_quiet);
    while (rc >= 0
           && coordinator_state(run->coordinator) == COORDINATOR_RUNNING) {
        if (rank_is_drained() && !is_draining) {
            is_draining = true;
            coordinator_drain(run->coordinator);
            fprintf(stderr,
                    "\nstopping: what was started is finished first; stop "
                    "again to end at once (nothing recorded is lost)\n");
        }
        rc = coordinator_step(run->coordinator, err);
        int followed = rc < 0 ? 0 : run_follow_up(run, err);

        if (followed < 0)
            rc = -1;
        if (rc == 0 && followed == 0)
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
        .source = run_source(run),
        .answerer = run_answerer(run),
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

/* Of units that failed: which model could not be loaded at all, if one. */
static const char *reason_of_failures(struct run *run)
{
    for (size_t i = 0; i < run->num_models; i++) {
        const char *why = coordinator_given_up(run->coordinator, i);

        if (why) {
            free(run->reason);
            run->reason =
                text_format("model '%s': %s", run->models[i].name, why);
            return run->reason;
        }
    }
    return "some units failed; results.h5 says which";
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
            run->state.reason = reason_of_failures(run);
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

/* A smaller run over a larger one: the file is replaced with fewer units. */
static void say_left_out(const struct run *run)
{
    if (run->num_left_out == 0)
        return;
    fprintf(stderr,
            "trustsweep run: results.h5 leaves out %zu answer%s of earlier "
            "runs here, which this job does not ask for; the journal keeps "
            "them, and the job as it was before writes them again\n",
            run->num_left_out,
            run->num_left_out == 1 ? "" : "s");
}

static void print_end(const struct run *run)
{
    char *program = show_program();
    char *folder = run_dir_file(run->dir, "");
    struct error err = { 0 };

    if (show_board(run->results_path, PROFILE_PAPER, true, &err) < 0)
        fprintf(stderr, "trustsweep run: %s\n", err.text);
    printf("\n%s%s%s\nresults: %s\ndigest:  %s\n\nworth trying next:\n"
           "  %s analyze %s --profile corrected\n"
           "  %s score %s -o again.h5\n"
           "  h5dump -H %s\n",
           run->state.state,
           run->state.reason ? ": " : "",
           run->state.reason ? run->state.reason : "",
           run->results_path,
           run->digest,
           program,
           run->results_path,
           program,
           folder,
           run->results_path);
    (void)fflush(stdout);
    free(folder);
    free(program);
}

/* Tell workers that no run begins. */
static void turn_away(const struct rank_params *params,
                      struct transport *transport)
{
    struct text stop = { 0 };
    int64_t until = clock_ms() + FAREWELL_MS;

    protocol_begin(&stop, params->tag);
    protocol_put_ids(&stop, NULL, 0);
    for (int rank = 1; rank < transport->size; rank++) {
        (void)transport->ops
            ->send(transport, rank, MSG_STOP, stop.data, stop.len, NULL);
    }
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

    if (run_open(&run, params, transport, &err) < 0) {
        turn_away(params, transport);
        status = fail(&run, &err);
        run_close(&run);
        return status;
    }
    int rc = generate(&run, params, &err);

    conclude(&run);
    say_farewell(&run, transport);
    if (rc == 0)
        rc = journal_flush(run.journal, &err);
    if (rc == 0)
        rc = run_settle(&run, &err);
    if (rc == 0)
        rc = write_results(&run, place, &err);
    if (rc == 0) {
        run.state.is_final = true;
        rc = run_state_write(run.state_path, &run.state, &err);
    }
    if (rc < 0) {
        status = fail(&run, &err);
    } else {
        say_left_out(&run);
        print_end(&run);
        status = run.state.exit_status;
    }
    /* survivors of a lost rank would wait for it in MPI_Finalize */
    transport_mpi_set_finalize(transport,
                               coordinator_view(run.coordinator)->num_lost
                                   == 0);
    run_close(&run);
    log_close();
    return status;
}
