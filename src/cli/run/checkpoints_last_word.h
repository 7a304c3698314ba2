/*
 * checkpoints_last_word.h - run.json when no round follows, where what the last
 * round has said of itself is not the whole.
 */
#ifndef CHECKPOINTS_LAST_WORD_H
#define CHECKPOINTS_LAST_WORD_H

#include <stdbool.h>

/* Earlier rounds may be complete; what this one would have asked is not.
 *
 * status  its exit status
 * why     NULL: it could not begin */
void checkpoints_last_word_failed(const char *dir,
                                  const char *job_name,
                                  int status,
                                  const char *why);

/* Told to end while other checkpoints may come; the exit status.
 *
 * has_new      some had come that were not asked yet
 * was_waiting  nothing that could be done was left */
int checkpoints_last_word_unfinished(const char *dir,
                                     const char *job_name,
                                     bool has_new,
                                     bool was_waiting);

#endif
