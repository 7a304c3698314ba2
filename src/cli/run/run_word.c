#include "cli/run/run_word.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set_text(struct cJSON *run, const char *key, const char *text)
{
    json_remove(run, key);
    json_add_text(run, key, text);
}

/* A last word that asks for another start is not the last one, nor is one that
 * was said in case that there would be no time for another. */
static bool may_speak(const struct cJSON *run, const struct run_word *word)
{
    if (!run || word->is_more)
        return run != NULL;
    return text_equal(json_member_text(run, "launch"), word->launch)
           && (!json_member_bool(run, "is_final", false)
               || json_member_bool(run, "is_ending", false)
               || json_member_bool(run, "start_again", false));
}

void run_word_say(const char *path, const struct run_word *word)
{
    struct cJSON *run = json_read_regular(path, RUN_DIR_STATE_BYTES, NULL);
    const bool is_waiting = text_equal(word->state, RUN_STATE_WAITING);
    char when[32];

    if (may_speak(run, word)) {
        clock_format(clock_unix_ms(), when, sizeof when);
        json_remove(run, "is_final");
        json_add_bool(run,
                      "is_final",
                      !is_waiting && strcmp(word->state, RUN_STATE_AGAIN) != 0);
        json_remove(run, "exit_status");
        json_add_number(run, "exit_status", word->exit_status);
        json_remove(run, "start_again");
        json_remove(run, "is_complete");
        json_remove(run, "stage");
        json_remove(run, "stage_done");
        json_remove(run, "stage_units");
        json_remove(run, "is_ending");
        json_remove(run, "was_waiting");
        json_remove(run, "eta_s");
        checkpoints_due_renew(run);
        if (word->was_waiting)
            json_add_bool(run, "was_waiting", true);
        set_text(run, "state", word->state);
        set_text(run, "reason", word->reason);
        set_text(run, "written", when);
        if (is_waiting) { /* rank 0 has ended */
            json_remove(run, "pid");
            json_add_number(run, "pid", (double)getpid());
        }
        (void)json_save(run, path, NULL);
    }
    json_free(run);
}

bool run_word_is_first(const char *path)
{
    struct cJSON *run = json_read_regular(path, RUN_DIR_STATE_BYTES, NULL);
    const bool is_first =
        !file_exists(path) || json_member_number(run, "ranks") == 0;

    json_free(run);
    return is_first;
}

void run_word_say_for(const char *dir,
                      const char *job_name,
                      const struct run_word *word)
{
    struct run_dir *owned = run_dir_claim(dir, job_name, NULL);

    if (owned) {
        char *path = run_dir_file(owned, "run.json");

        run_word_say(path, word);
        free(path);
    }
    run_dir_release(owned);
}
