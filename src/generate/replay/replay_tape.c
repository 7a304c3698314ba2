#include "generate/replay/replay_tape.h"

#include "base/json.h"
#include "base/json_list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/replay/recorded_list.h"
#include "generate/replay/replay_folders.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

const char *const replay_tape_beside[] = { "res",        "eval_res",
                                           "eval_score", "similarity",
                                           "toxicity",   NULL };

static enum replay_answer kind_of(const struct json_list *list, size_t at)
{
    switch (json_list_kind(list, at, 0)) {
    case '"':
        return REPLAY_TEXT;
    case '\0':
        return REPLAY_NONE;
    case 'n': /* null, and NaN as Python writes it */
    case 'N':
        return REPLAY_NULL;
    default:
        return REPLAY_OTHER;
    }
}

bool replay_tape_says(const struct json_list_entry *entry)
{
    for (size_t i = 0; replay_tape_beside[i]; i++) {
        if (entry->members[i].len > 0)
            return true;
    }
    return false;
}

static struct hash128 hash_item(const struct replay_tape *self,
                                const struct json_list *list,
                                size_t at)
{
    struct hash128 hash = json_list_at(list, at)->item;
    struct cJSON *object;
    const char *prompt;

    if (!self->list)
        return hash;
    object = json_list_object(list, at);
    prompt = json_member_text(object, "prompt");
    if (prompt)
        hash = recorded_list_hash(self->list, prompt);
    json_free(object);
    return hash;
}

static void add_entries(struct replay_tape *self, uint32_t part)
{
    const struct json_list *list = self->parts[part].list;

    for (size_t i = 0; i < json_list_num(list); i++) {
        const struct json_list_entry *from = json_list_at(list, i);

        if (!replay_tape_says(from))
            continue;
        self->entries = mem_reserve(self->entries,
                                    &self->cap,
                                    self->num + 1,
                                    sizeof *self->entries);
        self->entries[self->num++] =
            (struct replay_entry){ .item = hash_item(self, list, i),
                                   .answer = from->beside,
                                   .kind = kind_of(list, i),
                                   .part = part,
                                   .at = i };
    }
}

static int order_of(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

/* By item, then so that equal answers are neighbours, then by place. */
static int compare_answers(const void *a, const void *b)
{
    const struct replay_entry *x = a;
    const struct replay_entry *y = b;
    int order = hash_compare(x->item, y->item);

    if (order == 0)
        order = order_of(x->kind, y->kind);
    if (order == 0)
        order = hash_compare(x->answer, y->answer);
    if (order == 0)
        order = order_of(x->part, y->part);
    return order ? order : order_of(x->at, y->at);
}

/* By item, then by who is asked first; what is no answer comes last. */
static int compare_turns(const void *a, const void *b)
{
    const struct replay_entry *x = a;
    const struct replay_entry *y = b;
    int order = hash_compare(x->item, y->item);

    if (order == 0)
        order = (x->kind == REPLAY_NONE) - (y->kind == REPLAY_NONE);
    if (order == 0)
        order = order_of(x->copy, y->copy);
    return order ? order : compare_answers(a, b);
}

static int compare_keys(const void *a, const void *b)
{
    const struct replay_entry *x = a;
    const struct replay_entry *y = b;
    int order = hash_compare(x->item, y->item);

    return order ? order : order_of(x->occurrence, y->occurrence);
}

void replay_tape_sort(struct replay_entry *entries, size_t num)
{
    if (num == 0)
        return;
    qsort(entries, num, sizeof *entries, compare_answers);
    for (size_t i = 1; i < num; i++) {
        if (hash_equal(entries[i].item, entries[i - 1].item)
            && hash_equal(entries[i].answer, entries[i - 1].answer))
            entries[i].copy = entries[i - 1].copy + 1;
    }
    qsort(entries, num, sizeof *entries, compare_turns);
    for (size_t i = 1; i < num; i++) {
        if (hash_equal(entries[i].item, entries[i - 1].item))
            entries[i].occurrence = entries[i - 1].occurrence + 1;
    }
}

/* `path` is taken over. */
static int add_part(struct replay_tape *self, char *path)
{
    struct error err = { 0 };
    size_t num_mended = 0;
    struct json_list *list = json_list_read(path,
                                            replay_tape_beside,
                                            REPLAY_MAX_BYTES,
                                            &num_mended,
                                            &err);

    if (num_mended > 0) {
        log_warn("%s: %zu bytes that are no text became U+FFFD",
                 path,
                 num_mended);
    }
    if (!list) {
        self->why = mem_text(err.text);
        free(path);
        return -1;
    }
    self->parts = mem_reserve(self->parts,
                              &self->cap_parts,
                              self->num_parts + 1,
                              sizeof *self->parts);
    self->parts[self->num_parts++] = (struct replay_part){ path, list, false };
    return 0;
}

void replay_tape_load(struct replay_tape *self,
                      const struct replay_folders *folders,
                      const char *task,
                      const struct recorded_list *list)
{
    struct replay_place place = { 0 };
    char *path;

    *self = (struct replay_tape){ .task = mem_text(task), .list = list };
    while ((path = replay_folders_next(folders, task, &place))) {
        if (add_part(self, path) < 0)
            return;
        add_entries(self, (uint32_t)(self->num_parts - 1));
    }
    replay_tape_sort(self->entries, self->num);
    if (!list)
        replay_foreign_index(self);
}

void replay_tape_release(struct replay_tape *self)
{
    for (size_t i = 0; i < self->num_parts; i++) {
        free(self->parts[i].path);
        json_list_destroy(self->parts[i].list);
    }
    replay_foreign_release(&self->foreign);
    free(self->parts);
    free(self->entries);
    free(self->why);
    free(self->task);
}

static struct replay_entry *find_in(struct replay_entry *all,
                                    size_t num,
                                    struct hash128 item,
                                    uint32_t occurrence)
{
    const struct replay_entry key = { .item = item, .occurrence = occurrence };

    return num > 0 ? bsearch(&key, all, num, sizeof key, compare_keys) : NULL;
}

const struct replay_entry *replay_tape_find(struct replay_tape *self,
                                            struct hash128 item,
                                            const char *prompt,
                                            uint32_t occurrence)
{
    struct replay_entry *found = find_in(self->entries, self->num, item, 0);
    struct replay_group *group = NULL;

    if (prompt && !(found && found->is_alone))
        group = replay_foreign_join(self, item, prompt);
    if (group) {
        found = find_in(group->entries, group->num, item, occurrence);
    } else if (occurrence > 0) {
        found = find_in(self->entries, self->num, item, occurrence);
    }
    if (found)
        found->is_used = true;
    return found;
}

char *replay_tape_place(const struct replay_tape *self,
                        const struct replay_entry *entry)
{
    const struct replay_part *part = &self->parts[entry->part];

    return text_format("%s item %zu",
                       part->path,
                       json_list_at(part->list, entry->at)->index);
}
