/*
 * run_word.h - what another than rank 0 says in run.json: that it died, is started
 * again, or that rounds of checkpoints are waited for.
 */
#ifndef RUN_WORD_H
#define RUN_WORD_H

#include <stdbool.h>

/* A state in the place of a rank 0 that died. */
struct run_word {
    const char *launch; /* only where the state at hand is of that one */
    const char *state;  /* as of struct run_state, or one of run_standing.h */
    int exit_status;
    const char *reason;
    bool is_more; /* known of what has ended well: its last word is replaced */
    bool was_waiting; /* for checkpoints: nothing that could be done was left */
};

/* Write it into the file at `path`, unless that has a last word already and
 * there is not more to say.  All but RUN_STATE_AGAIN and
 * RUN_STATE_WAITING are last words. */
void run_word_say(const char *path, const struct run_word *word);

/* Whether no rank has written the file at `path`: what stands there is of one that
 * waited for a first round, or there is no such file. */
bool run_word_is_first(const char *path);

/* The same into run.json of a folder that nobody owns now; nothing where somebody
 * else has begun in it, or it holds another job's run. */
void run_word_say_for(const char *dir,
                      const char *job_name,
                      const struct run_word *word);

#endif
