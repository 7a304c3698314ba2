#include "generate/replay/replay_foreign.h"

#include "base/json.h"
#include "base/json_list.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/replay/replay_members.h"
#include "generate/replay/replay_tape.h"

#include <stdlib.h>
#include <string.h>

static const char prompt_key[] = "prompt";

typedef int comparing(const void *a, const void *b);

/* By the hash that a struct begins with. */
static int compare_hashes(const void *a, const void *b)
{
    const struct hash128 *x = a;
    const struct hash128 *y = b;

    return hash_compare(*x, *y);
}

static int compare_keys(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

/* The first of what is sorted that is not before `key`. */
static size_t place_of(const void *key,
                       const void *sorted,
                       size_t num,
                       size_t size,
                       comparing *compare)
{
    size_t low = 0;

    while (low < num) {
        size_t middle = low + (num - low) / 2;

        if (compare((const char *)sorted + middle * size, key) < 0) {
            low = middle + 1;
        } else {
            num = middle;
        }
    }
    return low;
}

static int compare_prompts(const void *a, const void *b)
{
    const struct replay_prompt *x = a;
    const struct replay_prompt *y = b;
    int order = hash_compare(x->prompt, y->prompt);

    return order ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

/* By the number of prompts: it is what a file says, not what was asked. */
static void set_max_tries(struct replay_foreign *self)
{
    size_t num_unlike = 1;

    for (size_t i = 1; i < self->num_prompts; i++) {
        num_unlike +=
            !hash_equal(self->prompts[i].prompt, self->prompts[i - 1].prompt);
    }
    self->max_tries = REPLAY_FOREIGN_ALL_TRIES / num_unlike;
    if (self->max_tries > REPLAY_FOREIGN_ITEM_TRIES)
        self->max_tries = REPLAY_FOREIGN_ITEM_TRIES;
}

/* Of an item whose prompt no other has nothing need be tried. */
static void mark_alone(struct replay_tape *tape)
{
    const struct replay_foreign *self = &tape->foreign;
    const struct replay_prompt *prompts = self->prompts;
    size_t end;

    for (size_t first = 0; first < self->num_prompts; first = end) {
        const struct hash128 item = tape->entries[prompts[first].entry].item;
        bool is_alone = true;

        for (end = first;
             end < self->num_prompts
             && hash_equal(prompts[end].prompt, prompts[first].prompt);
             end++) {
            is_alone =
                is_alone
                && hash_equal(tape->entries[prompts[end].entry].item, item);
        }
        for (size_t i = first; i < end; i++)
            tape->entries[prompts[i].entry].is_alone = is_alone;
    }
}

void replay_foreign_index(struct replay_tape *tape)
{
    struct replay_foreign *self = &tape->foreign;
    const struct replay_entry *all = tape->entries;
    struct replay_prompt at = { 0 };
    bool has_prompt = false;

    self->prompts = mem_alloc(tape->num, sizeof *self->prompts);
    for (size_t i = 0; i < tape->num; i++) {
        if (i == 0 || !hash_equal(all[i].item, all[i - 1].item)) {
            has_prompt = json_list_hash(tape->parts[all[i].part].list,
                                        all[i].at,
                                        prompt_key,
                                        &at.prompt);
        }
        at.entry = i;
        if (has_prompt)
            self->prompts[self->num_prompts++] = at;
    }
    if (self->num_prompts > 1) {
        qsort(self->prompts,
              self->num_prompts,
              sizeof *self->prompts,
              compare_prompts);
    }
    mark_alone(tape);
    set_max_tries(self);
}

void replay_foreign_release(struct replay_foreign *self)
{
    for (size_t i = 0; i < self->num_groups; i++)
        free(self->groups[i].entries);
    for (size_t i = 0; i < self->num_keys; i++)
        free(self->keys[i]);
    free(self->groups);
    free(self->keys);
    free(self->prompts);
}

static size_t key_place(const struct replay_foreign *self, const char *key)
{
    return place_of(&key,
                    self->keys,
                    self->num_keys,
                    sizeof *self->keys,
                    compare_keys);
}

static bool was_left_out(const struct replay_foreign *self, const char *key)
{
    size_t place = key_place(self, key);

    return place < self->num_keys && strcmp(self->keys[place], key) == 0;
}

void replay_foreign_add_key(struct replay_foreign *self, const char *key)
{
    size_t place = key_place(self, key);

    if (was_left_out(self, key))
        return;
    self->keys = mem_reserve(self->keys,
                             &self->cap_keys,
                             self->num_keys + 1,
                             sizeof *self->keys);
    memmove(&self->keys[place + 1],
            &self->keys[place],
            (self->num_keys - place) * sizeof *self->keys);
    self->keys[place] = mem_text(key);
    self->num_keys++;
}

/* Which keys make the members the item when they are left out; 0 = none. */
static unsigned find_foreign(struct replay_members *members,
                             struct hash128 item,
                             const struct replay_foreign *known)
{
    const size_t num = replay_members_num(members);
    const unsigned end = 1u << num;
    unsigned first = 0;

    /* what was left out before: mostly it is this again */
    for (size_t i = 0; i < num; i++) {
        if (was_left_out(known, replay_members_key(members, i)))
            first |= 1u << i;
    }
    if (replay_members_are(members, first, item))
        return first;
    for (unsigned trial = 1; trial < end; trial++) {
        if (replay_members_are(members, trial, item))
            return trial;
    }
    return 0;
}

/* Whether an entry is the item when some of its keys are left out. */
static bool holds(struct replay_tape *tape,
                  const struct replay_entry *entry,
                  struct hash128 item,
                  size_t max_tries)
{
    struct replay_members *members =
        replay_members_open(tape->parts[entry->part].list,
                            entry->at,
                            prompt_key);
    const size_t num = replay_members_num(members);
    unsigned left_out = 0;

    if (num < 31 && (size_t)1 << num <= max_tries)
        left_out = find_foreign(members, item, &tape->foreign);
    for (size_t i = 0; i < num && left_out != 0; i++) {
        if (left_out & 1u << i) {
            replay_foreign_add_key(&tape->foreign,
                                   replay_members_key(members, i));
        }
    }
    replay_members_close(members);
    return left_out != 0;
}

static void add_to_group(struct replay_group *group,
                         struct replay_entry *entry,
                         struct hash128 item)
{
    struct replay_entry *copy;

    group->entries =
        mem_resize(group->entries, group->num + 1, sizeof *group->entries);
    copy = &group->entries[group->num++];
    *copy = *entry;
    copy->item = item;
    copy->copy = 0;
    copy->occurrence = 0;
    entry->is_elsewhere = true;
}

static size_t num_unlike(const struct replay_entry *all,
                         const struct replay_prompt *prompts,
                         size_t num)
{
    size_t out = 1;

    for (size_t i = 1; i < num; i++) {
        out += !hash_equal(all[prompts[i].entry].item,
                           all[prompts[i - 1].entry].item);
    }
    return out;
}

/* The entries of equal prompts; none when trying has found none. */
static struct replay_group make_group(struct replay_tape *tape,
                                      const struct replay_prompt *prompts,
                                      size_t num,
                                      struct hash128 item)
{
    struct replay_group group = { .item = item };
    struct replay_entry *all = tape->entries;
    size_t max_tries = tape->foreign.max_tries / num_unlike(all, prompts, num);
    bool is_held = false;

    for (size_t i = 0; i < num && max_tries > 1; i++) {
        struct replay_entry *entry = &all[prompts[i].entry];

        if (hash_equal(entry->item, item))
            continue;
        if (i == 0 || !hash_equal(entry->item, all[prompts[i - 1].entry].item))
            is_held = holds(tape, entry, item, max_tries);
        if (is_held) {
            add_to_group(&group, entry, item);
            tape->parts[entry->part].has_foreign = true;
        }
    }
    for (size_t i = 0; i < num && group.num > 0; i++) {
        struct replay_entry *entry = &all[prompts[i].entry];

        if (hash_equal(entry->item, item))
            add_to_group(&group, entry, item);
    }
    replay_tape_sort(group.entries, group.num);
    return group;
}

static struct hash128 hash_prompt(const char *prompt)
{
    struct text text = { 0 };
    struct hash128 hash;

    json_write_text(prompt, strlen(prompt), &text);
    hash = hash_bytes(text_data(&text), text.len);
    text_release(&text);
    return hash;
}

struct replay_group *replay_foreign_join(struct replay_tape *tape,
                                         struct hash128 item,
                                         const char *prompt)
{
    struct replay_foreign *self = &tape->foreign;
    size_t place = place_of(&item,
                            self->groups,
                            self->num_groups,
                            sizeof *self->groups,
                            compare_hashes);
    struct replay_group group;
    struct hash128 hash;
    size_t first;
    size_t end;

    if (place < self->num_groups && hash_equal(self->groups[place].item, item))
        return &self->groups[place];
    if (self->num_prompts == 0)
        return NULL;
    hash = hash_prompt(prompt);
    first = place_of(&hash,
                     self->prompts,
                     self->num_prompts,
                     sizeof *self->prompts,
                     compare_hashes);
    for (end = first; end < self->num_prompts; end++) {
        if (!hash_equal(self->prompts[end].prompt, hash))
            break;
    }
    if (end == first)
        return NULL;
    group = make_group(tape, &self->prompts[first], end - first, item);
    if (group.num == 0)
        return NULL;
    self->groups = mem_reserve(self->groups,
                               &self->cap_groups,
                               self->num_groups + 1,
                               sizeof *self->groups);
    memmove(&self->groups[place + 1],
            &self->groups[place],
            (self->num_groups - place) * sizeof *self->groups);
    self->groups[place] = group;
    self->num_groups++;
    return &self->groups[place];
}
