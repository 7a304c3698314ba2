#include "cli/parts/stopping.h"

#include "base/stop_signals.h"
#include "base/text.h"

#include <signal.h>

enum {
    TERM_LEAVE_MS = 20 * 1000, /* batch systems kill 30 s after TERM */
    DRAIN_LEAD_MS = 60 * 1000, /* two leases and the files, usually */
    LEAVE_LEAD_MS = 30 * 1000, /* the files; at most half the notice */
    AGAIN_MS = 500, /* a batch system tells all of a job: rank 0 hears of one
                       TERM by itself and by who started it */
};

static int num_told[STOP_SIGNALS];

void stopping_init(struct stopping *self, int notice_s)
{
    *self = (struct stopping){
        .notice_s = notice_s,
        .drain_ms = INT64_MAX,
        .leave_ms = INT64_MAX,
    };
}

static int64_t min_ms(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void drain_at(struct stopping *self, int number, int64_t ms)
{
    if (ms < self->drain_ms) {
        self->drain_ms = ms;
        self->drain_by = number;
    }
}

static void leave_at(struct stopping *self, int number, int64_t ms)
{
    if (ms < self->leave_ms) {
        self->leave_ms = ms;
        self->leave_by = number;
    }
}

void stopping_tell(struct stopping *self, int number, int64_t now_ms)
{
    int64_t notice_ms = (int64_t)self->notice_s * 1000;
    int64_t end_ms = now_ms + notice_ms;

    if (number == SIGINT) {
        self->interrupts++;
        drain_at(self, number, now_ms);
    } else if (number == SIGTERM) {
        if (!self->is_told) {
            leave_at(self, number, now_ms + TERM_LEAVE_MS);
            self->told_ms = now_ms;
        } else if (now_ms - self->told_ms >= AGAIN_MS) {
            leave_at(self, number, now_ms);
        }
        self->is_told = true;
        drain_at(self, number, now_ms);
    } else if (number == SIGUSR1 && !self->is_noticed) {
        self->is_noticed = true;
        drain_at(self, number, end_ms - min_ms(notice_ms, DRAIN_LEAD_MS));
        leave_at(self, number, end_ms - min_ms(notice_ms / 2, LEAVE_LEAD_MS));
    }
}

enum stopping_stage stopping_stage(const struct stopping *self, int64_t now_ms)
{
    if (self->interrupts >= 2)
        return STOPPING_NOW;
    if (now_ms >= self->leave_ms)
        return STOPPING_LEAVE;
    return now_ms >= self->drain_ms ? STOPPING_DRAIN : STOPPING_NOT;
}

static const char *name_of(int number)
{
    switch (number) {
    case SIGINT:
        return "INT";
    case SIGTERM:
        return "TERM";
    default:
        return "USR1";
    }
}

static long long seconds_to(int64_t ms, int64_t now_ms)
{
    return ms > now_ms ? (long long)(ms - now_ms + 999) / 1000 : 0;
}

void stopping_describe(const struct stopping *self,
                       int64_t now_ms,
                       struct text *out)
{
    switch (stopping_stage(self, now_ms)) {
    case STOPPING_NOT:
        if (self->is_noticed) {
            text_addf(out,
                      "USR1: the time ends soon; work goes on for %lld s, and "
                      "what is in hand in %lld s is left",
                      seconds_to(self->drain_ms, now_ms),
                      seconds_to(self->leave_ms, now_ms));
        }
        break;
    case STOPPING_DRAIN:
        text_addf(out,
                  "stopping (%s): what was started ",
                  name_of(self->drain_by));
        if (self->leave_ms == INT64_MAX) {
            text_add(out, "is finished first; INT again (Ctrl-C) ends at once");
        } else {
            text_addf(out,
                      "is finished within %lld s, or left (%s)",
                      seconds_to(self->leave_ms, now_ms),
                      name_of(self->leave_by));
            if (self->leave_by == SIGTERM)
                text_add(out, "; TERM again: now");
        }
        text_add(out, "; nothing recorded is lost");
        break;
    case STOPPING_LEAVE:
        text_addf(out,
                  "stopping now (%s): what is in hand is left",
                  name_of(self->leave_by));
        break;
    case STOPPING_NOW:
        text_add(
            out,
            "stopping at once (INT twice): what is in hand is left, and no "
            "results file is written");
        break;
    }
}

void stopping_describe_writing(const struct stopping *self, struct text *out)
{
    text_addf(out,
              "the results are being written, and that goes on (%s); %s ends "
              "it at once, without results.h5; nothing recorded is lost",
              self->interrupts > 0 ? "INT"
              : self->is_told      ? "TERM"
                                   : "USR1",
              self->interrupts > 0 ? "INT again (Ctrl-C)" : "INT twice");
}

const char *stopping_reason(const struct stopping *self,
                            enum stopping_stage stage)
{
    if (stage == STOPPING_NOW) {
        return "stopped on request, at once (INT twice): no results file was "
               "written; the same command goes on from here";
    }
    if (stage == STOPPING_LEAVE) {
        return self->leave_by == SIGTERM
                   ? "out of time, 20 s after TERM or at a second one: what "
                     "was in hand was left; the same command goes on from here"
                   : "out of time, as USR1 said: what was in hand was left; "
                     "the same command goes on from here";
    }
    if (self->drain_by == SIGINT)
        return "stopped on request (INT); the same command goes on from here";
    if (self->drain_by == SIGTERM) {
        return "stopped by TERM: from a person, a batch system, or an mpirun "
               "that ends all ranks since one died (see log/); the same "
               "command goes on from here";
    }
    return "stopped before the end of the time (USR1); the same command goes "
           "on from here";
}

void stopping_catch(void)
{
    stop_signals_catch_each(); /* the command that started us passes them on */
}

void stopping_ignore(void)
{
    stop_signals_ignore();
}

bool stopping_listen(struct stopping *self, int64_t now_ms)
{
    bool is_new = false;

    for (int i = 0; i < STOP_SIGNALS; i++) {
        for (; num_told[i] < stop_signals_came(i); num_told[i]++) {
            stopping_tell(self, stop_signals_numbers[i], now_ms);
            is_new = true;
        }
    }
    return is_new;
}
