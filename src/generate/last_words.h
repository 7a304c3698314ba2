/*
 * last_words.h - the end of what a child process writes to its standard error,
 * for the error of its death.
 *
 * Keys of this process are hidden in it, before it is cut: a part of one would
 * not be found.
 */
#ifndef LAST_WORDS_H
#define LAST_WORDS_H

enum { LAST_WORDS_KEPT = 16384 }; /* bytes: more than a key at the cut takes */

struct last_words {
    int fd;
    char tail[LAST_WORDS_KEPT + 1];
};

/* Takes the reading end of a pipe. */
void last_words_init(struct last_words *self, int fd);
/* Takes in what is there now; does not wait. */
void last_words_hear(struct last_words *self);
/* Both end it, for the death is told once.  "" = it said nothing.
 * The last line that is not empty; all lines, with '|' between. */
const char *last_words_line(struct last_words *self);
const char *last_words_joined(struct last_words *self);
void last_words_release(struct last_words *self);

#endif
