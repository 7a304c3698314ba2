#include "cli/run/run_snapshot.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/run/run.h"
#include "dispatch/coordinator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the provider said of who answered: a name and a fingerprint, where it
 * said any. */
static void snapshot_of(const struct reply *reply, char out[RUN_SNAPSHOT])
{
    struct cJSON *note = reply->recorded ? json_parse(reply->recorded,
                                                      strlen(reply->recorded),
                                                      "recorded",
                                                      NULL)
                                         : NULL;
    const char *served = json_member_text(note, "served");
    const char *fingerprint = json_member_text(note, "fingerprint");

    (void)snprintf(out,
                   RUN_SNAPSHOT,
                   "%.120s%s%.100s",
                   served ? served : "the model as named",
                   fingerprint ? " " : "",
                   fingerprint ? fingerprint : "");
    json_free(note);
}

void run_snapshot_remember(struct run *run, const struct record *record)
{
    char *known = run->snapshots[record->role];

    if (record->role != ROLE_ANSWER && known[0] == '\0'
        && state_has_text(record->reply.state))
        snapshot_of(&record->reply, known);
}

bool run_snapshot_fits(const struct run *run,
                       enum role role,
                       const struct reply *reply)
{
    char snapshot[RUN_SNAPSHOT];

    snapshot_of(reply, snapshot);
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

    if (!state_has_text(record->reply.state))
        return true;
    run_snapshot_remember(run, record);
    if (run_snapshot_fits(run, record->role, &record->reply))
        return true;
    snapshot_of(&record->reply, snapshot);
    stop(run, record->role, snapshot, record);
    return false;
}

bool run_snapshot_has_changed(const struct run *run)
{
    return run->has_changed;
}
