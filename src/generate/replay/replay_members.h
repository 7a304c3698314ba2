/*
 * replay_members.h - a recorded item, some of whose keys are no part of it.
 */
#ifndef REPLAY_MEMBERS_H
#define REPLAY_MEMBERS_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>

struct json_list;
struct replay_members;

/* Without what is known to stand beside an item.
 * fixed  a key that is part of the item in any case */
struct replay_members *replay_members_open(const struct json_list *list,
                                           size_t at,
                                           const char *fixed);
void replay_members_close(struct replay_members *self);

/* How many keys are not `fixed`, and each of them. */
size_t replay_members_num(const struct replay_members *self);
const char *replay_members_key(const struct replay_members *self, size_t i);

/* Whether an item's hash is that of all members but some.
 * left_out  bit i is key i */
bool replay_members_are(struct replay_members *self,
                        unsigned left_out,
                        struct hash128 item);

#endif
