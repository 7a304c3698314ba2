/*
 * recorded_list.h - lists that hold a task's items in other words.
 *
 * The authors asked some items from a list of their own before they released
 * them with a few words changed; their recorded answers stand in that list's
 * file.  Such an item is found by its prompt, with the words that differ made
 * equal on both sides.
 */
#ifndef RECORDED_LIST_H
#define RECORDED_LIST_H

#include "base/hash.h"

struct recorded_list;

/* The list beside a task's own file, or NULL. */
const struct recorded_list *recorded_list_of(const char *task);

/* Its file, "ethics/awareness_emotion". */
const char *recorded_list_file(const struct recorded_list *list);

/* Of a prompt; equal for both wordings of one item. */
struct hash128 recorded_list_hash(const struct recorded_list *list,
                                  const char *prompt);

#endif
