#include "launch/mpirun_watch.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/process.h"
#include "base/text.h"
#include "launch/mpirun_signals.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_MS = 20,
    STATE_MS = 200, /* between two looks at run.json */
    END_GRACE_MS = 30000,
    KILL_GRACE_MS = 5000,      /* from TERM to KILL */
    INTERRUPT_GRACE_MS = 3000, /* from a second INT to TERM: the last word */
    TERM_SILENCE_MS = 30000,   /* of a rank 0 that was told to end soon */
    STALL_MS = 1000,           /* a gap between looks that is our own fault */
    BEGIN_MS = 3000,           /* for a rank 0 whose mpirun was killed */
    ORPHAN_MS = 30000, /* for a rank 0 whose mpirun is gone, before KILL */
};

void mpirun_watch_init(struct mpirun_watch *self,
                       const struct mpirun_params *params)
{
    *self = (struct mpirun_watch){
        .params = params,
        .before = file_stamp_of(params->state_path),
        .turn_ms = clock_ms(),
        .overdue_ms = -1,
        .end_ms = -1,
        .kill_ms = -1,
        .outcome = { .num_done = -1, .num_before = -1 },
    };
}

static int grace_ms(const struct mpirun_watch *self)
{
    int ms = self->params->end_grace_ms;

    return ms > 0 ? ms : END_GRACE_MS;
}

static int shorter(const struct mpirun_watch *self, int ms)
{
    return grace_ms(self) < ms ? grace_ms(self) : ms;
}

static void end_at(struct mpirun_watch *self, int64_t ms)
{
    if (self->end_ms < 0 || ms < self->end_ms)
        self->end_ms = ms;
}

/* Where rank 0 is.  Its number means something on its own host only. */
static void read_place(struct mpirun_watch *self, const struct cJSON *state)
{
    const char *host = json_member_text(state, "host");
    double pid = json_member_number(state, "pid");
    char here[256] = "";
    pid_t coordinator = 0;

    (void)gethostname(here, sizeof here - 1);
    self->is_elsewhere = host && !text_equal(host, here);
    if (!self->is_elsewhere && pid > 1 && pid < INT32_MAX)
        coordinator = (pid_t)pid;
    if (coordinator != self->coordinator)
        process_began(coordinator, self->began, sizeof self->began);
    self->coordinator = coordinator;
}

/* Another start may hold the folder: what it writes is not about ours.  A rank
 * 0 on another host may not have been told its name. */
static bool is_ours(const struct mpirun_watch *self, const struct cJSON *state)
{
    const char *id = json_member_text(state, "launch");

    return !id || !self->params->launch_id
           || text_equal(id, self->params->launch_id);
}

static void read_state(struct mpirun_watch *self)
{
    struct mpirun_outcome *outcome = &self->outcome;
    const char *path = self->params->state_path;
    struct file_stamp now = file_stamp_of(path);
    struct cJSON *state;
    double number;

    if (!path || file_stamp_equal(&now, &self->before))
        return;
    state = json_read_regular(path, self->params->state_bytes, NULL);
    if (!state) /* being replaced: look again */
        return;
    self->before = now;
    if (!is_ours(self, state)) {
        json_free(state);
        return;
    }
    outcome->has_begun = true;
    self->heard_ms = clock_ms();
    read_place(self, state);
    number = json_member_number(json_member(state, "counts"), "done");
    if (number >= 0)
        outcome->num_done = number;
    number =
        json_member_number(json_member(state, "counts"), "from_earlier_runs");
    if (number >= 0)
        outcome->num_before = number;
    number = json_member_number(state, "exit_status");
    if (json_member_bool(state, "is_final", false)
        && !json_member_bool(state, "is_ending", false) && number >= 0
        && number <= 255) {
        outcome->is_final = true;
        outcome->wants_start =
            self->is_silent || json_member_bool(state, "start_again", false);
        outcome->status = (int)number;
        end_at(self, clock_ms() + grace_ms(self));
    }
    json_free(state);
}

static bool has_coordinator(const struct mpirun_watch *self)
{
    return self->coordinator > 0
           && process_lives(self->coordinator, self->began);
}

static void signal_coordinator(const struct mpirun_watch *self, int number)
{
    if (has_coordinator(self))
        (void)kill(self->coordinator, number);
}

/* Rank 0 died without its last word: with --enable-recovery mpirun and the
 * workers would wait for ever.  It is looked for only once run.json told its
 * number, and run.json is read once more, since it may have ended well. */
static void look_for_coordinator(struct mpirun_watch *self)
{
    if (self->end_ms >= 0 || self->coordinator <= 0 || has_coordinator(self))
        return;
    read_state(self);
    if (self->end_ms >= 0)
        return;
    self->end_ms = clock_ms();
    (void)snprintf(self->outcome.how,
                   sizeof self->outcome.how,
                   "rank 0 (process %lld) died",
                   (long long)self->coordinator);
}

/* A rank 0 that renews run.json no more will not end by itself, nor of TERM
 * when it is stopped.  Time in which this process was stopped itself says
 * nothing. */
static void look_for_silence(struct mpirun_watch *self)
{
    int64_t limit_ms = self->params->silence_limit_ms;
    int64_t now_ms = clock_ms();

    if (now_ms - self->turn_ms > STALL_MS)
        self->heard_ms += now_ms - self->turn_ms;
    self->turn_ms = now_ms;
    if (mpirun_signals_terms() > 0 && limit_ms > TERM_SILENCE_MS)
        limit_ms = TERM_SILENCE_MS;
    if (!self->outcome.has_begun || self->end_ms >= 0 || limit_ms <= 0
        || now_ms - self->heard_ms <= limit_ms)
        return;
    self->is_silent = true;
    self->end_ms = now_ms;
    (void)snprintf(self->outcome.how,
                   sizeof self->outcome.how,
                   "rank 0 had not renewed run.json for %lld s",
                   (long long)limit_ms / 1000);
    /* mpirun would wake a stopped one first, which would obey the TERM */
    signal_coordinator(self, SIGKILL);
}

static void look_for_begin(struct mpirun_watch *self)
{
    if (self->outcome.has_begun || self->overdue_ms < 0
        || clock_ms() < self->overdue_ms)
        return;
    self->overdue_ms = -1;
    self->outcome.is_overdue = true;
    (void)snprintf(self->outcome.how,
                   sizeof self->outcome.how,
                   "rank 0 had not begun after %d s",
                   self->params->start_limit_ms / 1000);
    end_at(self, clock_ms());
}

static bool knows_coordinator(const struct mpirun_watch *self)
{
    return self->coordinator > 0 || self->is_elsewhere;
}

/* Pass signals on to rank 0; they wait until it is known, but for whoever says it
 * twice: a rank 0 may be minutes away.  On another host it is mpirun that can reach
 * it, with USR1 only. */
static void handle_signals(struct mpirun_watch *self)
{
    int number = mpirun_signals_next();
    int interrupts = mpirun_signals_interrupts();

    if (interrupts > self->num_interrupts) {
        self->num_interrupts = interrupts;
        if (interrupts >= 2) {
            int64_t ms =
                self->coordinator > 0 ? shorter(self, INTERRUPT_GRACE_MS) : 0;

            end_at(self, clock_ms() + ms);
        }
        if (interrupts >= 3)
            self->kill_ms = clock_ms();
    }
    if (!knows_coordinator(self)) {
        if (mpirun_signals_came() >= 2)
            end_at(self, clock_ms());
        return;
    }
    if (number == 0)
        return;
    mpirun_signals_passed(number);
    if (self->is_elsewhere) {
        (void)kill(self->group, SIGUSR1);
    } else {
        signal_coordinator(self, number);
    }
}

/* An mpirun that was told to end, or does not end by itself.  TERM lets it end
 * its ranks, which are in groups of their own. */
static void handle_end(struct mpirun_watch *self)
{
    int64_t now = clock_ms();

    if (self->end_ms >= 0 && now >= self->end_ms && self->kill_ms < 0) {
        (void)kill(-self->group, SIGTERM);
        self->kill_ms = now + shorter(self, KILL_GRACE_MS);
    }
    if (self->kill_ms < 0 || now < self->kill_ms)
        return;
    (void)kill(-self->group, SIGKILL);
    /* The workers end without rank 0; it must not outlive its launcher. */
    if (self->num_interrupts >= 2 && !self->outcome.is_final)
        signal_coordinator(self, SIGKILL);
}

/* A rank 0 that has lost its mpirun sees that by itself; it may be writing its
 * last word, and holds the folder for a moment after that.  Nobody may be
 * started beside it. */
static void wait_for_coordinator(struct mpirun_watch *self)
{
    int64_t until =
        clock_ms()
        + (self->outcome.is_final ? shorter(self, ORPHAN_MS) : ORPHAN_MS);

    while (has_coordinator(self)) {
        if (clock_ms() >= until || mpirun_signals_interrupts() >= 2)
            signal_coordinator(self, SIGKILL);
        clock_sleep_ms(POLL_MS);
    }
}

/* An mpirun that was killed leaves its ranks behind: whether rank 0 was about
 * to say where it is. */
static void wait_for_begin(struct mpirun_watch *self)
{
    int64_t until = clock_ms() + shorter(self, BEGIN_MS);

    while (!self->outcome.has_begun && clock_ms() < until) {
        clock_sleep_ms(POLL_MS);
        read_state(self);
    }
}

/* Unless it was ended by us, which has a reason of its own. */
static void say_how(struct mpirun_outcome *outcome, int status)
{
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    const size_t size = sizeof outcome->how;

    if (outcome->how[0])
        return;
    if (WIFSIGNALED(status)) {
        (void)snprintf(outcome->how,
                       size,
                       "mpirun was ended by signal %d, %s",
                       WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    } else if (code > 128) {
        (void)snprintf(outcome->how,
                       size,
                       "mpirun says that a rank was ended by signal %d, %s",
                       code - 128,
                       strsignal(code - 128));
    } else {
        (void)snprintf(outcome->how, size, "mpirun ended with status %d", code);
    }
}

void mpirun_watch_wait(struct mpirun_watch *self, pid_t group)
{
    int status = 0;

    self->group = group;
    if (self->params->start_limit_ms > 0)
        self->overdue_ms = clock_ms() + self->params->start_limit_ms;
    for (;;) {
        pid_t pid = waitpid(group, &status, WNOHANG);

        if (pid == group || (pid < 0 && errno != EINTR))
            break;
        if (clock_ms() >= self->look_ms) {
            read_state(self);
            look_for_coordinator(self);
            look_for_begin(self);
            look_for_silence(self);
            self->look_ms = clock_ms() + STATE_MS;
        }
        handle_signals(self);
        handle_end(self);
        clock_sleep_ms(POLL_MS);
    }
    read_state(self);
    if (!self->outcome.is_final && WIFSIGNALED(status))
        wait_for_begin(self);
    wait_for_coordinator(self);
    read_state(self);
    if (self->outcome.is_final)
        return;
    say_how(&self->outcome, status);
    self->outcome.status =
        WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
