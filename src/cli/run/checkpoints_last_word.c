#include "cli/run/checkpoints_last_word.h"

#include "base/text.h"
#include "cli/parts/command.h"
#include "cli/run/run_word.h"

#include <stdio.h>
#include <stdlib.h>

static void speak(const char *dir,
                  const char *job_name,
                  const struct run_word *word)
{
    run_word_say_for(dir, job_name, word);
    fprintf(stderr, "checkpoints: %s\n", word->reason);
}

void checkpoints_last_word_failed(const char *dir,
                                  const char *job_name,
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

    speak(dir, job_name, &word);
    free(reason);
}

int checkpoints_last_word_unfinished(const char *dir,
                                     const char *job_name,
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

    speak(dir, job_name, &word);
    return word.exit_status;
}
