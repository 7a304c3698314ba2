/*
 * server_words.h - words of a command, with names in braces.  No shell is
 * involved, so nothing in them has a meaning of its own.
 */
#ifndef SERVER_WORDS_H
#define SERVER_WORDS_H

#include <stddef.h>

struct server_words;

/* The first "{name}" of lower-case letters that stands for nothing, without
 * braces, for free(); or NULL. */
char *server_words_unknown(const char *text);

/* A copy with each known name replaced; free(). */
char *server_words_fill(const char *text, const struct server_words *words);

struct server_words_list {
    char **words; /* [num] */
    size_t num;
    size_t cap;
};

void server_words_add(struct server_words_list *self,
                      char *word); /* takes it */

/* Add what stands between spaces; NULL: nothing. */
void server_words_split(struct server_words_list *self, const char *text);

#endif
