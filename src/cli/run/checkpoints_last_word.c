#include "cli/run/checkpoints_last_word.h"

#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/command.h"
#include "cli/run/run_state.h"
#include "cli/run/run_word.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

/* The first that is said in a folder in which no round has begun. */
static void begin(const char *path,
                  const struct checkpoints_last_word *of,
                  const struct run_word *word)
{
    const struct run_state first = {
        .state = word->state,
        .is_final = true,
        .exit_status = word->exit_status,
        .reason = word->reason,
        .job = of->job_name,
        .started_ms = of->started_ms,
    };

    (void)run_state_write(path, &first, NULL);
}

static void keep(const struct checkpoints_last_word *of,
                 const struct run_word *word,
                 bool is_only_first)
{
    struct run_dir *owned = run_dir_claim(of->dir, of->job_name, NULL);
    char *path = owned ? run_dir_file(owned, "run.json") : NULL;
    const bool is_first = path && run_word_is_first(path);

    if (is_first)
        begin(path, of, word);
    if (path && (is_first || !is_only_first))
        run_word_say(path, word);
    free(path);
    run_dir_release(owned);
}

static void speak(const struct checkpoints_last_word *of,
                  const struct run_word *word)
{
    keep(of, word, false);
    fprintf(stderr, "checkpoints: %s\n", word->reason);
}

int checkpoints_last_word_none(const struct checkpoints_last_word *of,
                               const char *files,
                               bool has_left_out)
{
    struct error err = { 0 };
    struct run_word word = { .state = "failed", .is_more = true };

    (void)error_set(&err,
                    ERR_USAGE,
                    has_left_out
                        ? "%s: no time for any checkpoint before the "
                          "deadline (\"deadline\", \"too_late\", \"widest\")"
                        : "%s: no checkpoint was complete",
                    files);
    word.exit_status = command_fail_as("run", &err);
    word.reason = err.text;
    keep(of, &word, true);
    return word.exit_status;
}

void checkpoints_last_word_failed(const struct checkpoints_last_word *of,
                                  int status,
                                  const char *why)
{
    char *reason =
        why ? text_format("no more rounds: %s; the same command goes on from "
                          "here",
                          why)
            : text_format("the last round could not begin (exit status %d, "
                          "its error is on stderr): what was new is not "
                          "asked; the same command goes on from here",
                          status);
    const struct run_word word = { .state = "failed",
                                   .exit_status = status,
                                   .reason = reason,
                                   .is_more = true };

    speak(of, &word);
    free(reason);
}

int checkpoints_last_word_unfinished(const struct checkpoints_last_word *of,
                                     bool has_new,
                                     bool was_waiting)
{
    const struct run_word word = {
        .state = "unfinished",
        .exit_status = EXIT_RECORDED,
        .reason = has_new
                      ? "told to end before new checkpoints were asked; the "
                        "same command goes on from here"
                      : "told to end while checkpoints were waited for; the "
                        "same command goes on from here",
        .is_more = true,
        .was_waiting = was_waiting,
    };

    speak(of, &word);
    return word.exit_status;
}
