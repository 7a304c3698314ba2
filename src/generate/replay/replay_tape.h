/*
 * replay_tape.h - the recorded answers to one task: DIMENSION/FILE.json[.gz] of
 * one folder or of several, as one list.
 *
 * Answers to equal items are told apart by an order of their own, so that no
 * order of files or of items in them matters: each different answer once before
 * any for a second time, texts before null, then by hash.
 */
#ifndef REPLAY_TAPE_H
#define REPLAY_TAPE_H

#include "base/hash.h"
#include "generate/replay/replay_foreign.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_list_entry;
struct recorded_list;
struct replay_folders;

/* What may stand beside an official item; the first is the answer. */
extern const char *const replay_tape_beside[];
enum { REPLAY_MAX_BYTES = 256 * 1024 * 1024 };

enum replay_answer { /* better ones first */
                     REPLAY_TEXT,
                     REPLAY_NULL,
                     REPLAY_OTHER, /* no text */
                     REPLAY_NONE,  /* only what an evaluation left */
};

struct replay_entry {
    struct hash128 item;
    struct hash128 answer; /* with what stands beside it */
    enum replay_answer kind;
    uint32_t copy;       /* equal answers to an equal item before it */
    uint32_t occurrence; /* entries of an equal item before it */
    uint32_t part;
    size_t at; /* in the part */
    bool is_used;
    bool is_elsewhere; /* in a group of replay_foreign.h */
    bool is_alone;     /* no other item of the tape has its prompt */
};

struct replay_part {
    char *path;
    struct json_list *list;
    bool has_foreign; /* keys were passed over in it */
};

struct replay_tape {
    char *task;
    char *why;                        /* a file of it does not read; or NULL */
    const struct recorded_list *list; /* in other words: found by prompt */
    struct replay_part *parts;        /* [num_parts]; none: no such file */
    size_t num_parts;
    size_t cap_parts;
    struct replay_entry *entries; /* [num], sorted */
    size_t num;
    size_t cap;
    struct replay_foreign foreign;
};

/* Whether an entry has any of `beside`; one that has none answers nothing. */
bool replay_tape_says(const struct json_list_entry *entry);

/* Read what the folders hold of a task; what is wrong is kept in `why`. */
void replay_tape_load(struct replay_tape *self,
                      const struct replay_folders *folders,
                      const char *task,
                      const struct recorded_list *list);
void replay_tape_release(struct replay_tape *self);

/*
 * Marks it as used; NULL = none.
 *
 * prompt  the item's text, to find it where foreign keys are; or NULL
 */
const struct replay_entry *replay_tape_find(struct replay_tape *self,
                                            struct hash128 item,
                                            const char *prompt,
                                            uint32_t occurrence);

/* Give entries their order, and their copies and occurrences numbers. */
void replay_tape_sort(struct replay_entry *entries, size_t num);

/* "FILE item 3", counted from 0, of an entry; free(). */
char *replay_tape_place(const struct replay_tape *self,
                        const struct replay_entry *entry);

#endif
