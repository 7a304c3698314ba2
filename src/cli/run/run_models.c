#include "cli/run/run_models.h"

#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/run/run.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 16 * 1024 * 1024 };

/* Who is asked under a name. */
struct who {
    const char *name;
    const char *spec;
    const char *identity;
    bool has_answers; /* by who was asked before */
};

static int refuse(const struct run *run,
                  const struct who *who,
                  const char *was,
                  struct error *err)
{
    const size_t len = strcspn(was, "+");
    /* the rest of it is of the settings, of which only a template's file can be
     * another one under the same spec */
    const bool is_template = strncmp(was, who->identity, len) == 0
                             && strchr("+", who->identity[len]);
    char *file = backend_file(who->spec);
    char *dir = run_dir_file(run->dir, "");

    (void)error_set(
        err,
        ERR_USAGE,
        "'%s': %s%s is another file than the one whose answers are in %s (it "
        "was %.23s..., it is %.23s...); put that one back, or run this one in "
        "another directory (--output) or under another name; %smodels.json "
        "without it: all is asked anew",
        who->name,
        is_template ? "a chat template that is read for " : "",
        file,
        dir,
        is_template ? was + len : was,
        is_template ? who->identity + len : who->identity,
        dir);
    free(file);
    free(dir);
    return -1;
}

/* `known` [name] is what an earlier run noted.  What reads no file, or is
 * written in another way now, is another question to another one, as the job
 * says. */
static int check_one(const struct run *run,
                     struct cJSON *known,
                     const struct who *who,
                     struct error *err)
{
    const struct cJSON *before = json_member(known, who->name);
    const char *was = json_member_text(before, "identity");
    struct cJSON *now;

    if (!text_starts(who->identity, "sha256:")
        && !text_starts(who->identity, "parts:"))
        return 0;
    if (who->has_answers && was
        && text_equal(json_member_text(before, "backend"), who->spec)
        && !text_equal(was, who->identity))
        return refuse(run, who, was, err);
    now = json_new_object();
    json_add_text(now, "backend", who->spec);
    json_add_text(now, "identity", who->identity);
    json_set(known, who->name, now);
    return 0;
}

static int check_all(const struct run *run,
                     struct cJSON *known,
                     struct error *err)
{
    const struct sweep *sweep = run->sweep;
    int rc = 0;

    for (size_t i = 0; i < sweep->job->num_models && rc == 0; i++) {
        const struct who who = { .name = sweep->job->models[i].name,
                                 .spec = sweep->specs[i],
                                 .identity = sweep->facts[i].identity,
                                 .has_answers = run->num_left_answers > 0 };

        rc = check_one(run, known, &who, err);
    }
    for (int role = 0; role < NUM_ROLES && rc == 0; role++) {
        const struct role_player *player = &sweep->roles.players[role];
        char *name = text_format("role %s", role_name((enum role)role));
        const struct who who = { .name = name,
                                 .spec = player->spec,
                                 .identity = player->facts.identity,
                                 .has_answers =
                                     run->num_role_answers[role] > 0 };

        if (player->spec)
            rc = check_one(run, known, &who, err);
        free(name);
    }
    return rc;
}

int run_models_check(const struct run *run, struct error *err)
{
    char *path = run_dir_file(run->dir, "models.json");
    struct cJSON *known = json_read_regular(path, MAX_FILE, NULL);
    int rc;

    if (!known)
        known = json_new_object();
    rc = check_all(run, known, err);
    if (rc == 0)
        rc = json_save(known, path, err);
    json_free(known);
    free(path);
    return rc;
}
