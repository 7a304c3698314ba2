/*
 * replay_answers.h - recorded answers to prompts of any kind, for roles:
 * FOLDER/answers.jsonl[.gz], a JSON object a line,
 *
 *     {"prompt": "text of the last message", "res": "text"}
 *     {"prompt": "text of the last message", "values": [0.25, 0.5]}
 *
 * "res" answers a chat, null is a blocked answer; "values" is a vector or the
 * scores of a classifier.  Prompts match byte by byte.
 */
#ifndef REPLAY_ANSWERS_H
#define REPLAY_ANSWERS_H

#include "base/hash.h"

#include <stddef.h>

struct error;
struct replay_answers;
struct reply;
struct request;

/* The path of the file, or NULL where the folder has none; free(). */
char *replay_answers_path(const char *folder);

/* Read and check every line.  ERR_IO, ERR_FORMAT with file:line. */
struct replay_answers *replay_answers_read(const char *path, struct error *err);
void replay_answers_destroy(struct replay_answers *self);

/* Whether two files give no prompt different answers.
 * errors  ERR_FORMAT with the first place of each */
int replay_answers_agree(const struct replay_answers *self,
                         const struct replay_answers *other,
                         struct error *err);

/* How many there are, and a hash of each one's prompt and answer. */
size_t replay_answers_num(const struct replay_answers *self);
struct hash128 replay_answers_hash(const struct replay_answers *self, size_t i);

/* BACKEND_CAN() bits of what is recorded. */
unsigned replay_answers_can(const struct replay_answers *self);

/* Fill the answer to a request into `reply`; STATE_MISSING where there is none
 * of its kind. */
void replay_answers_find(const struct replay_answers *self,
                         const struct request *request,
                         struct reply *reply);

#endif
