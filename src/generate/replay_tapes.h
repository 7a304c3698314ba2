/*
 * replay_tapes.h - recorded answers to items: FOLDER/DIMENSION/FILE.json[.gz],
 * official items that carry `res` (absent = missing, null = blocked, "" =
 * empty), in one folder or several.  Joined to what is asked by content,
 * whatever their order.
 */
#ifndef REPLAY_TAPES_H
#define REPLAY_TAPES_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct replay_folders;
struct replay_tapes;
struct reply;
struct request;

/* Reads nothing yet: a file is read with the first question to its task.  The
 * folders are borrowed. */
struct replay_tapes *replay_tapes_create(const struct replay_folders *folders);
void replay_tapes_destroy(struct replay_tapes *self);

/* Fill the answer to an item into `reply`; STATE_MISSING where there is none.
 * errors  ERR_PERMANENT: the file of the task does not read */
int replay_tapes_answer(struct replay_tapes *self,
                        const struct request *request,
                        struct reply *reply,
                        struct error *err);

/* What no question so far has used, of the files that were read. */
struct replay_rest {
    size_t num_answers; /* recorded, used or not */
    size_t num_used;
    size_t num_strange;   /* answers to items that nobody asked about */
    char *strange;        /* where the first one stands */
    size_t num_no_text;   /* used, and neither a text nor null */
    char *no_text;        /* where the first one stands */
    size_t num_different; /* a further answer to an item, unlike those used */
    char *different;      /* where the first one stands */
    char *instead_of;     /* and one that was used */
    char *foreign;        /* keys that are no part of an item: "ch, id" */
    size_t num_foreign;   /* files that have some */
    char *foreign_file;   /* the first */
};

void replay_tapes_rest(const struct replay_tapes *self,
                       struct replay_rest *out);
void replay_tapes_release_rest(struct replay_rest *rest);

/* Whether a task that was asked about has a file. */
bool replay_tapes_has(const struct replay_tapes *self, const char *task);

#endif
