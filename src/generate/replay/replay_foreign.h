/*
 * replay_foreign.h - recorded items with keys that are no part of the item, as
 * a toolkit's evaluation or a user leaves them.
 *
 * A recorded item belongs to an item of the data set when it has its prompt and,
 * without some of its other keys, its hash.  Which keys is found by trying.
 * What is learned of one item decides nothing about another, so that no order
 * of files, items, keys or questions matters.
 */
#ifndef REPLAY_FOREIGN_H
#define REPLAY_FOREIGN_H

#include "base/hash.h"

#include <stddef.h>

struct replay_entry;
struct replay_tape;

/* So many hashes are tried at most: for an item, that of one recorded item with
 * 14 keys, or of 16 unlike ones with 10 keys each; for all items of a tape, so
 * that one of which nothing matches costs seconds. */
enum {
    REPLAY_FOREIGN_ITEM_TRIES = 1 << 14,
    REPLAY_FOREIGN_ALL_TRIES = 1 << 23,
};

struct replay_prompt {
    struct hash128 prompt;
    size_t entry; /* in the tape */
};

/* All entries of an item, some of which have foreign keys. */
struct replay_group {
    struct hash128 item;
    struct replay_entry *entries; /* [num], sorted; copies of the tape's */
    size_t num;
};

struct replay_foreign {
    struct replay_prompt *prompts; /* [num_prompts], sorted */
    size_t num_prompts;
    size_t max_tries;            /* of one prompt */
    struct replay_group *groups; /* [num_groups], by item */
    size_t num_groups;
    size_t cap_groups;
    char **keys; /* [num_keys], sorted, each once: passed over so far */
    size_t num_keys;
    size_t cap_keys;
};

/* For a tape whose entries are sorted. */
void replay_foreign_index(struct replay_tape *tape);
void replay_foreign_release(struct replay_foreign *self);

void replay_foreign_add_key(struct replay_foreign *self, const char *key);

/* The entries of an item; NULL where foreign keys make no difference. */
struct replay_group *replay_foreign_join(struct replay_tape *tape,
                                         struct hash128 item,
                                         const char *prompt);

#endif
