#include "cli/run/rank_turn.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/terminal.h"
#include "base/text.h"
#include "cli/parts/command.h"
#include "cli/run/run.h"
#include "cli/run/state_keeper.h"
#include "dispatch/coordinator.h"

#include <stdio.h>

/* Whoever told it to end may not wait for the last word: an mpirun kills its
 * ranks two seconds later.  So it is said now, as it would be then. */
struct run_state turn_state(struct run *run, const struct turn *turn)
{
    struct run_state state;

    run_measure(run);
    state = run->state;
    state.state = "running"; /* also when it is known how it ends */
    state.is_complete = false;
    state.digest = NULL;
    state.reason = NULL;
    state.view = coordinator_view(run->coordinator);
    if (turn->stage != STOPPING_NOT) {
        state.state = "unfinished";
        state.is_final = true;
        state.is_ending = true;
        state.exit_status = EXIT_RECORDED;
        state.reason = stopping_reason(&turn->stopping, turn->stage);
    }
    return state;
}

/* Whether there is news; it is in `line`, which text_release() takes. */
static bool listen(struct turn *turn, bool is_writing, struct text *line)
{
    const enum stopping_stage before = turn->stage;
    const int64_t now_ms = clock_ms();
    const bool is_new = stopping_listen(&turn->stopping, now_ms);

    turn->stage = stopping_stage(&turn->stopping, now_ms);
    if (is_writing && turn->stage != STOPPING_NOW) {
        /* only a signal is news here: nothing is in hand that time could end */
        if (is_new)
            stopping_describe_writing(&turn->stopping, line);
        return is_new;
    }
    if (turn->stage == before && !is_new)
        return false;
    stopping_describe(&turn->stopping, now_ms, line);
    return true;
}

static void tell(const struct text *line)
{
    log_info("signal: %s", text_data(line));
    terminal_leave_line();
    fprintf(stderr, "%s\n", text_data(line));
}

void turn_listen(struct run *run, struct turn *turn)
{
    struct text line = { 0 };
    const bool is_news = listen(turn, false, &line);

    if (is_news)
        tell(&line);
    text_release(&line);
    if (!is_news || turn->stage == STOPPING_NOT)
        return;
    coordinator_drain(run->coordinator);
    const struct run_state state = turn_state(run, turn);

    state_keeper_put(run->keeper, &state);
}

bool turn_listen_writing(struct turn *turn)
{
    struct text line = { 0 };
    const bool is_news = listen(turn, true, &line);

    if (is_news)
        tell(&line);
    text_release(&line);
    return is_news;
}

void turn_conclude_abandoned(struct run *run, const struct turn *turn)
{
    run->state.state = "unfinished";
    run->state.is_complete = false; /* there are no results */
    run->state.exit_status = EXIT_RECORDED;
    run->state.reason = stopping_reason(&turn->stopping, turn->stage);
    run->state.digest = NULL;
}
