/*
 * replay_tapes.h - recorded answers to items: FOLDER/DIMENSION/FILE.json[.gz],
 * official items that carry `res` (absent = missing, null = blocked, "" =
 * empty), in one folder or several.  Joined to what is asked by content,
 * whatever their order.
 */
#ifndef REPLAY_TAPES_H
#define REPLAY_TAPES_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct replay_folders;
struct replay_tapes;
struct reply;

/* Reads nothing yet: a file is read with the first question to its task, and
 * stays in memory.  The
 * folders are borrowed. */
struct replay_tapes *replay_tapes_create(const struct replay_folders *folders);
void replay_tapes_destroy(struct replay_tapes *self);

/* What determines the answers to a task, whose files are read for it:
 * BACKEND_IDENTITY bytes.  errors  ERR_IO */
int replay_tapes_identify(struct replay_tapes *self,
                          const char *task,
                          char *out,
                          struct error *err);

/* Bytes of files in memory, about; and to give them back: what is asked for
 * again is read again. */
size_t replay_tapes_bytes(const struct replay_tapes *self);
void replay_tapes_forget(struct replay_tapes *self);

/* Of whose answer is asked; all borrowed. */
struct replay_question {
    const char *task;
    const char *prompt; /* or NULL: then it is not found by its text */
    struct hash128 item;
    uint32_t occurrence;
};

/* Fill the answer to an item into `reply`; STATE_MISSING where there is none.
 * errors  ERR_PERMANENT: a file of the task does not read */
int replay_tapes_answer(struct replay_tapes *self,
                        const struct replay_question *of,
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
    size_t num_unread;    /* tasks of which a file does not read */
    char *why_unread;     /* the first */
};

void replay_tapes_rest(const struct replay_tapes *self,
                       struct replay_rest *out);
void replay_tapes_release_rest(struct replay_rest *rest);

/* Whether a task that was asked about has a file. */
bool replay_tapes_has(const struct replay_tapes *self, const char *task);

#endif
