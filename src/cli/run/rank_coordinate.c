/*
 * Rank 0 from start to end: open the sweep, take the run directory, read the
 * journal, hand out what is left, write the results file, say how it went.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/pace.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/parts/stopping.h"
#include "cli/parts/way_out.h"
#include "cli/run/deadline_news.h"
#include "cli/run/progress.h"
#include "cli/run/rank.h"
#include "cli/run/rank_cost.h"
#include "cli/run/rank_outcome.h"
#include "cli/run/rank_turn.h"
#include "cli/run/run.h"
#include "cli/run/run_report.h"
#include "cli/run/run_results.h"
#include "cli/run/run_state.h"
#include "cli/run/state_keeper.h"
#include "cli/sweep/sweep.h"
#include "comm/transport_mpi.h"
#include "dispatch/coordinator.h"
#include "gather/journal.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum {
    STATE_MS = 5000, /* run.json is renewed */
    FIRST_STATE_MS = 1000,
    FAREWELL_MS = 3000, /* for the last messages to leave */
};

static void renew_state(struct run *run, const struct turn *turn)
{
    const struct run_state state = turn_state(run, turn);

    state_keeper_put(run->keeper, &state);
}

/* What would make going on wrong. */
static int look_around(struct run *run, struct turn *turn, struct error *err)
{
    if (getppid() != turn->launcher) {
        run->state.start_again = true;
        return error_set(err,
                         ERR_IO,
                         "the launcher is gone; the same command goes on from "
                         "here");
    }
    if (!run_dir_is_ours(run->dir)) {
        return error_set(err,
                         ERR_IO,
                         "owner.json is gone or another's: the run directory "
                         "was taken while this run did not get to renew it");
    }
    if (clock_ms() - turn->renewed_ms > STATE_MS) {
        turn->renewed_ms = clock_ms();
        renew_state(run, turn);
        deadline_news_tell(&run->deadline, coordinator_view(run->coordinator));
    }
    return 0;
}

/* Until all is done, drained, broken, or out of time. */
static int generate(struct run *run,
                    const struct rank_params *params,
                    struct turn *turn,
                    struct error *err)
{
    const struct coordinator_view *view = coordinator_view(run->coordinator);
    struct progress progress;
    struct rank_cost cost;
    struct pace pace = { 0 };
    int rc = 0;

    rank_cost_begin(&cost, view->num_done, view->num_units);
    progress_init(&progress, params->is_quiet);
    progress.deadline_s = run->deadline.at_s;
    while (rc >= 0
           && coordinator_state(run->coordinator) == COORDINATOR_RUNNING) {
        turn_listen(run, turn);
        if (turn->stage >= STOPPING_LEAVE)
            break;
        rc = coordinator_step(run->coordinator, err);
        int followed = rc < 0 ? 0 : run_follow_up(run, err);

        if (followed < 0 || look_around(run, turn, err) < 0)
            rc = -1;
        pace_rest(&pace, rc != 0 || followed != 0);
        rank_cost_turn(&cost, coordinator_num_done(run->coordinator));
        if (progress_is_due(&progress))
            progress_show(&progress, coordinator_view(run->coordinator));
    }
    view = coordinator_view(run->coordinator);
    rank_cost_end(&cost, view->num_done);
    run_measure(run);
    progress_end(&progress, view);
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

/* Tell workers that no run begins. */
static void turn_away(const struct rank_params *params,
                      struct transport *transport)
{
    int64_t until = clock_ms() + FAREWELL_MS;

    coordinator_turn_away(transport, params->tag);
    while (transport->ops->pending(transport) > 0 && clock_ms() < until)
        clock_sleep_ms(0.5);
}

static void log_end(const struct run *run)
{
    log_info("end: state=%s exit_status=%d%s%s",
             run->state.state,
             run->state.exit_status,
             run->state.reason ? ": " : "",
             run->state.reason ? run->state.reason : "");
}

static int fail(struct run *run, struct error *err)
{
    way_out_add(err);
    run->state.state = "failed";
    run->state.is_complete = false; /* there are no results */
    run->state.exit_status = error_exit_status(err);
    run->state.reason = err->text;
    run->state.digest = NULL;
    if (run->coordinator)
        run->state.view = coordinator_view(run->coordinator);
    if (run->state_path && run_dir_is_ours(run->dir))
        (void)run_last_word(run, NULL);
    fprintf(stderr, "trustsweep run: %s\n", err->text);
    log_end(run);
    log_close();
    return run->state.exit_status;
}

/* All that is left to do once nothing more is generated. */
static int finish(struct run *run,
                  struct turn *turn,
                  const struct mpi_place *place,
                  bool is_quiet,
                  struct error *err)
{
    struct run_state shown = turn_state(run, turn);

    shown.stage = RUN_STAGE_SCORING;
    state_keeper_put(run->keeper, &shown);
    state_keeper_touch(run->keeper);
    if (journal_seal(run->journal, err) < 0)
        return -1;
    if (turn->stage == STOPPING_NOW) {
        run->state.digest = NULL;
    } else if (run_settle(run, err) < 0) {
        return -1;
    } else if (run_results_write(run, turn, place->library, is_quiet, err)
               < 0) {
        if (turn->stage != STOPPING_NOW)
            return -1;
        turn_conclude_abandoned(run, turn);
    }
    return run_last_word(run, err);
}

int rank_coordinate(const struct rank_params *params,
                    struct transport *transport,
                    const struct mpi_place *place,
                    const struct mpi_seat *seats)
{
    struct turn turn = { .launcher = getppid(),
                         .renewed_ms = clock_ms() - STATE_MS + FIRST_STATE_MS };
    struct run run = { 0 };
    struct error err = { 0 };
    int status;

    stopping_init(&turn.stopping, params->notice_s);
    if (run_open(&run, params, transport, seats, &err) < 0) {
        turn_away(params, transport);
        status = fail(&run, &err);
        run_close(&run);
        return status;
    }
    log_info("begin: start=%d ranks=%d host=%s pid=%ld items=%zu done=%zu "
             "left_out=%zu",
             run.state.starts,
             run.state.ranks,
             place->host,
             (long)getpid(),
             run.state.view->num_units,
             run.state.view->num_before,
             run.state.view->num_left_out);
    int rc = generate(&run, params, &turn, &err);

    rank_outcome(&run, turn.stage, stopping_reason(&turn.stopping, turn.stage));
    say_farewell(&run, transport);
    /* survivors of a lost rank would wait for it in MPI_Finalize, and so would
     * this one for a worker that was left in the middle of something */
    transport_mpi_set_finalize(transport,
                               coordinator_view(run.coordinator)->num_lost == 0
                                   && turn.stage < STOPPING_LEAVE);
    if (rc == 0)
        rc = finish(&run, &turn, place, params->is_quiet, &err);
    if (rc < 0) {
        status = fail(&run, &err);
    } else {
        log_end(&run);
        /* what is told now may wait for an mpirun that is being ended too */
        run_dir_let_go(run.dir);
        if (turn.stage != STOPPING_NOW) /* else there are no results */
            run_report_left_out(&run);
        if (params->is_json) {
            run_report_json(&run, turn.stage != STOPPING_NOW);
        } else {
            run_report_end(&run, turn.stage != STOPPING_NOW);
        }
        status = run.state.exit_status;
    }
    run_close(&run);
    log_close();
    return status;
}
