/*
 * replay_tapes.h - recorded answers to items: FOLDER/DIMENSION/FILE.json[.gz],
 * official items that carry `res` (absent = missing, null = blocked, "" =
 * empty).  Joined to what is asked by content, whatever their order.
 */
#ifndef REPLAY_TAPES_H
#define REPLAY_TAPES_H

struct error;
struct replay_tapes;
struct reply;
struct request;

/* Reads nothing yet: a file is read with the first question to its task. */
struct replay_tapes *replay_tapes_create(const char *folder);
void replay_tapes_destroy(struct replay_tapes *self);

/* Fill the answer to an item into `reply`; STATE_MISSING where there is none.
 * errors  ERR_PERMANENT: the file of the task does not read */
int replay_tapes_answer(struct replay_tapes *self,
                        const struct request *request,
                        struct reply *reply,
                        struct error *err);

#endif
