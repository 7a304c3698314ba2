#include "cli/batch/submit_keys.h"

#include "base/text.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "launch/site.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_of_name(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_';
}

/* Whether a word of a line of shell is that name, as in export NAME="$(...)". */
static bool is_named_in(const char *line, const char *name)
{
    const size_t len = strlen(name);

    for (const char *at = line; (at = strstr(at, name)); at += len) {
        const bool begins = at == line || !is_of_name(at[-1]);

        if (begins && !is_of_name(at[len]))
            return true;
    }
    return false;
}

static bool is_passed(const struct site *site, const char *name)
{
    for (size_t i = 0; i < site->passed.num; i++) {
        if (text_equal(site->passed.names[i], name))
            return true;
    }
    return false;
}

static bool is_set_up(const struct site *site, const char *name)
{
    for (size_t i = 0; i < site->setup.num; i++) {
        if (is_named_in(site->setup.names[i], name))
            return true;
    }
    return false;
}

static int check(const struct site *site,
                 const char *what,
                 const char *name,
                 const char *key_env,
                 struct error *err)
{
    if (*key_env && is_passed(site, key_env)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s '%s' reads its key from %s, and \"pass\" of the "
                         "site file hands that through Slurm, which stores it: "
                         "leave it out there, and say 'export %s=\"$(cat "
                         "FILE)\"' in \"setup\", or key_file=FILE in its "
                         "backend",
                         what,
                         name,
                         key_env,
                         key_env);
    }
    if (!*key_env || is_set_up(site, key_env))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s '%s' reads its key from %s, which a batch job does "
                     "not have: say key_file=FILE in its backend, or "
                     "\"where\": \"login\" to ask it from the login node, or "
                     "'export %s=\"$(cat FILE)\"' in \"setup\" of the site "
                     "file",
                     what,
                     name,
                     key_env,
                     key_env);
}

int submit_keys_check(const struct site *site,
                      const struct sweep *sweep,
                      struct error *err)
{
    const struct job *job = sweep->job;

    if (site->template_path)
        return 0;
    for (size_t i = 0; i < job->num_models; i++) {
        /* what stands for checkpoints to come has a backend of its own */
        const bool is_asked =
            !sweep->night.is_made_up
            && !text_equal(job->models[i].origin.where, "login");

        if (is_asked
            && check(site,
                     "model",
                     job->models[i].name,
                     sweep->facts[i].key_env,
                     err)
                   < 0)
            return -1;
    }
    for (int i = 0; i < NUM_ROLES; i++) {
        const struct role_player *player = &sweep->roles.players[i];

        if (player->is_set
            && check(site,
                     "role",
                     role_name((enum role)i),
                     player->facts.key_env,
                     err)
                   < 0)
            return -1;
    }
    return 0;
}
