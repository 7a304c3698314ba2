#include "cli/run/run_reasons.h"

#include "base/json.h"
#include "base/text.h"

#include <stddef.h>

/* NaN where it is not there. */
static double number_of(const struct cJSON *object, const char *key)
{
    const double number = json_member_number(object, key);

    return number > 0 ? number : 0;
}

static const char *plural(double number)
{
    return number > 0 && number < 2 ? "" : "s";
}

void run_reasons_count(const struct cJSON *of, struct text *out)
{
    const double units = number_of(of, "units");
    const double failed = number_of(of, "failed");

    text_addf(out, "%.0f item%s", units, plural(units));
    if (failed > 0)
        text_addf(out, ", %.0f failed", failed);
}

/* Nothing of it is left: only its replies may still be asked about. */
static struct run_reason of_answered(const struct cJSON *task,
                                     bool has_ended,
                                     struct text *why)
{
    const double asked = has_ended ? 0 : number_of(task, "asked");
    const char *asks = json_member_text(task, "asks");

    if (asked > 0 && asks) {
        text_addf(why,
                  "all %.0f are answered; %.0f question%s about the replies "
                  "wait%s for %s",
                  number_of(task, "units"),
                  asked,
                  plural(asked),
                  plural(asked)[0] ? "" : "s",
                  asks);
        return (struct run_reason){ "waiting", asks };
    }
    run_reasons_count(task, why);
    return (struct run_reason){ .state = "done" };
}

/* Some worker has its model, or nobody needs a load for it. */
static struct run_reason of_running(const struct cJSON *model,
                                    const struct cJSON *task,
                                    struct text *why)
{
    const double left = number_of(task, "left");
    const double ready = number_of(task, "ready");
    const double ahead = number_of(task, "ahead");
    const char *first = json_member_text(task, "goes_first");

    text_addf(why, "%.0f of %.0f left", left, number_of(task, "units"));
    if (left > ready)
        text_addf(why, ", %.0f under way or to be tried again", left - ready);
    if (ready > 0)
        text_addf(why, ", %.0f in the queue of the model", ready);
    if (ready > 0 && ahead > 0 && first) {
        text_addf(why,
                  " behind %.0f task%s, first %s",
                  ahead,
                  plural(ahead),
                  first);
    } else if (ready > 0 && !json_member(model, "jobs")) {
        text_add(why, ", which go out next");
    }
    if (left > ready)
        return (struct run_reason){ .state = "running" };
    return (struct run_reason){ "waiting",
                                ahead > 0 && first ? first : "a worker" };
}

struct run_reason run_reasons_task(const struct cJSON *model,
                                   const struct cJSON *task,
                                   struct text *why)
{
    const char *state = json_member_text(model, "state");
    const char *reason = json_member_text(model, "reason");
    const double left = number_of(task, "left");
    const bool is_over =
        text_equal(state, "unfinished") || text_equal(state, "given up");

    if (left <= 0)
        return of_answered(task, is_over, why);
    if (text_equal(state, "running"))
        return of_running(model, task, why);
    text_addf(why, "%.0f of %.0f left; ", left, number_of(task, "units"));
    text_addf(why,
              "%s: %s",
              json_member_text(model, "name"),
              reason ? reason : "?");
    return (struct run_reason){ state ? state : "?",
                                json_member_text(model, "waits_for") };
}

const struct cJSON *run_reasons_spent(const struct cJSON *run,
                                      const char *model,
                                      const char *task)
{
    const struct cJSON *ledger = json_member(run, "ledger");
    const struct cJSON *one =
        json_first(json_member(ledger, task ? "cells" : "models"));

    for (; one; one = json_next(one)) {
        if (text_equal(json_member_text(one, task ? "model" : "name"), model)
            && (!task || text_equal(json_member_text(one, "task"), task)))
            return one;
    }
    return NULL;
}
