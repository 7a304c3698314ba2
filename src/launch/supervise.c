#include "launch/supervise.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "launch/mpirun_signals.h"
#include "launch/restart.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { POLL_MS = 20 };

static void make_id(char *out, size_t size)
{
    char host[64] = "";

    (void)gethostname(host, sizeof host - 1);
    (void)snprintf(out,
                   size,
                   "%s.%lld.%lld",
                   host,
                   (long long)getpid(),
                   (long long)clock_unix_ms());
}

static void say_next(const struct supervise_params *params,
                     const struct supervise_end *end,
                     int delay_ms)
{
    const struct mpirun_outcome *last = &end->last;
    char *line = text_format(
        "%s%s; what is on disk stays; starting again in %d s (start %d)",
        last->is_final    ? "the workers or the launcher were lost"
        : last->has_begun ? "the ranks ended without a word: "
                          : "the ranks ended before they had begun: ",
        last->is_final ? "" : last->how,
        delay_ms / 1000,
        end->num_starts + 1);

    params->say(params->context, line);
    if (params->note_wait)
        params->note_wait(params->context, end->launch_id, line);
    free(line);
}

/* False when a signal asked for the end meanwhile. */
static bool wait_for(int delay_ms)
{
    int64_t until = clock_ms() + delay_ms;

    while (!mpirun_signals_told() && clock_ms() < until)
        clock_sleep_ms(POLL_MS);
    return !mpirun_signals_told();
}

static int start_once(const struct mpirun_params *params,
                      struct supervise_end *end,
                      struct error *err)
{
    char *number = text_format("%d", ++end->num_starts);
    int rc;

    (void)setenv(SUPERVISE_ID, end->launch_id, 1);
    (void)setenv(SUPERVISE_STARTS, number, 1);
    free(number);
    log_info("start: number=%d launch=%s", end->num_starts, end->launch_id);
    rc = mpirun_start(params, &end->last, err);
    if (rc == 0) {
        log_info("end: number=%d status=%d is_final=%d done=%.0f %s",
                 end->num_starts,
                 end->last.status,
                 end->last.is_final,
                 end->last.num_done,
                 end->last.how);
    }
    return rc;
}

int supervise_run(const struct supervise_params *params,
                  struct supervise_end *out,
                  struct error *err)
{
    struct mpirun_params mpirun = params->mpirun;
    struct mpirun_signals signals;
    struct restart restart;
    int rc;

    *out = (struct supervise_end){ 0 };
    make_id(out->launch_id, sizeof out->launch_id);
    mpirun.launch_id = out->launch_id;
    restart_init(&restart, params->max_restarts);
    mpirun_signals_catch(&signals);
    for (;;) {
        int delay_ms;

        mpirun.is_restart = out->num_starts > 0;
        rc = start_once(&mpirun, out, err);
        if (rc < 0 || mpirun_signals_told() || !restart_helps(&out->last))
            break;
        rc = params->may_start(params->context, err);
        if (rc < 0)
            break;
        delay_ms = restart_next(&restart, &out->last);
        out->has_given_up = delay_ms < 0;
        if (delay_ms < 0)
            break;
        say_next(params, out, delay_ms);
        if (!wait_for(delay_ms))
            break;
    }
    out->was_told = mpirun_signals_told();
    mpirun_signals_give_back(&signals);
    return rc;
}
