/*
 * checkpoints_last_word.h - run.json when no round follows, where what the last
 * round has said of itself is not the whole.
 */
#ifndef CHECKPOINTS_LAST_WORD_H
#define CHECKPOINTS_LAST_WORD_H

#include <stdbool.h>
#include <stdint.h>

/* Whose last word it is. */
struct checkpoints_last_word {
    const char *dir;
    const char *job_name;
    int64_t started_ms; /* Unix time */
};

/* No round ran in this start: none was complete, or each was left out.  Where none
 * has in an earlier one, either, run.json tells of the night; else that stays as it
 * is.  The exit status. */
int checkpoints_last_word_none(const struct checkpoints_last_word *of,
                               const char *files,
                               bool has_left_out);

/* Earlier rounds may be complete; what this one would have asked is not.
 *
 * status  its exit status
 * why     NULL: it could not begin */
void checkpoints_last_word_failed(const struct checkpoints_last_word *of,
                                  int status,
                                  const char *why);

/* Told to end while other checkpoints may come; the exit status.
 *
 * has_new      some had come that were not asked yet
 * was_waiting  nothing that could be done was left */
int checkpoints_last_word_unfinished(const struct checkpoints_last_word *of,
                                     bool has_new,
                                     bool was_waiting);

#endif
