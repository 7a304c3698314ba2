#include "cli/run/run_snapshot.h"

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/run/run.h"
#include "dispatch/coordinator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the provider said of who answered: a name, where it said any.
 * fingerprint: "" = not said */
static void snapshot_of(const struct reply *reply,
                        char out[RUN_SNAPSHOT],
                        char fingerprint[RUN_SNAPSHOT])
{
    struct cJSON *note = reply->recorded ? json_parse(reply->recorded,
                                                      strlen(reply->recorded),
                                                      "recorded",
                                                      NULL)
                                         : NULL;
    const char *served = json_member_text(note, "served");
    const char *print = json_member_text(note, "fingerprint");

    (void)snprintf(out,
                   RUN_SNAPSHOT,
                   "%.120s",
                   served ? served : "the model as named");
    (void)snprintf(fingerprint, RUN_SNAPSHOT, "%.100s", print ? print : "");
    json_free(note);
}

/* Fingerprints differ from one machine of a provider to the next and with its
 * software: told once, as no snapshot that could be named is without that. */
static void compare(struct run *run, enum role role, const char *fingerprint)
{
    char *known = run->fingerprints[role];

    if (known[0] == '\0') {
        (void)snprintf(known, RUN_SNAPSHOT, "%s", fingerprint);
    } else if (fingerprint[0] && !text_equal(known, fingerprint)
               && !run->has_fingerprints[role]) {
        run->has_fingerprints[role] = true;
        log_warn("%s: %s answers with more than one fingerprint (%s, %s); "
                 "records say which",
                 role_name(role),
                 run->snapshots[role],
                 known,
                 fingerprint);
    }
}

void run_snapshot_remember(struct run *run, const struct record *record)
{
    char *known = run->snapshots[record->role];
    char served[RUN_SNAPSHOT];
    char fingerprint[RUN_SNAPSHOT];

    if (record->role == ROLE_ANSWER || !state_has_text(record->reply.state))
        return;
    snapshot_of(&record->reply, served, fingerprint);
    if (known[0] == '\0')
        (void)snprintf(known, RUN_SNAPSHOT, "%s", served);
    if (text_equal(known, served))
        compare(run, record->role, fingerprint);
}

bool run_snapshot_fits(const struct run *run,
                       enum role role,
                       const struct reply *reply)
{
    char snapshot[RUN_SNAPSHOT];
    char fingerprint[RUN_SNAPSHOT];

    snapshot_of(reply, snapshot, fingerprint);
    return run->snapshots[role][0] == '\0'
           || text_equal(run->snapshots[role], snapshot);
}

static void stop(struct run *run,
                 enum role role,
                 const char *now,
                 struct record *record)
{
    const struct reply *old = &record->reply;
    struct reply failed = { 0 };
    char *why =
        text_format("%s_changed: %s answered first, now %s does; name a "
                    "snapshot in its backend, which is then asked anew",
                    role_name(role),
                    run->snapshots[role],
                    now);

    reply_fail(&failed, STATE_FAILED, why);
    failed.unit = old->unit;
    failed.prompt_tokens = old->prompt_tokens; /* they were paid for */
    failed.reply_tokens = old->reply_tokens;
    record->reply = failed;
    coordinator_give_up(run->coordinator,
                        (size_t)run->model_of_role[role],
                        why);
    run->has_changed = true;
    free(why);
}

bool run_snapshot_take(struct run *run, struct record *record)
{
    char snapshot[RUN_SNAPSHOT];
    char fingerprint[RUN_SNAPSHOT];

    if (!state_has_text(record->reply.state))
        return true;
    run_snapshot_remember(run, record);
    if (run_snapshot_fits(run, record->role, &record->reply))
        return true;
    snapshot_of(&record->reply, snapshot, fingerprint);
    stop(run, record->role, snapshot, record);
    return false;
}

bool run_snapshot_has_changed(const struct run *run)
{
    return run->has_changed;
}
