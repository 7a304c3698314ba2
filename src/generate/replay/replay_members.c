#include "generate/replay/replay_members.h"

#include "base/json.h"
#include "base/json_list.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/replay/replay_tape.h"

#include <stdlib.h>
#include <string.h>

struct member {
    const char *key;
    size_t start; /* `"key":value` in canonical form, in `text` */
    size_t len;
    bool is_fixed;
};

struct replay_members {
    struct cJSON *object;
    struct member *all;   /* [num], sorted by key */
    struct member **free; /* [num_free]: not fixed */
    size_t num;
    size_t num_free;
    struct text text;
    struct text trial;
};

static bool is_beside(const char *key)
{
    for (size_t i = 0; replay_tape_beside[i]; i++) {
        if (strcmp(replay_tape_beside[i], key) == 0)
            return true;
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;
    int order = strcmp(x->key, y->key);

    return order ? order : (x->start > y->start) - (x->start < y->start);
}

static void add(struct replay_members *self,
                const struct cJSON *value,
                bool is_fixed)
{
    const char *key = json_key(value);
    struct member *member = &self->all[self->num++];

    *member = (struct member){ .key = key,
                               .start = self->text.len,
                               .is_fixed = is_fixed };
    json_write_text(key, strlen(key), &self->text);
    text_add(&self->text, ":");
    json_canonical(value, &self->text);
    member->len = self->text.len - member->start;
}

struct replay_members *replay_members_open(const struct json_list *list,
                                           size_t at,
                                           const char *fixed)
{
    struct replay_members *self = mem_alloc(1, sizeof *self);

    self->object = json_list_object(list, at);
    self->all = mem_alloc(json_count(self->object), sizeof *self->all);
    self->free = mem_alloc(json_count(self->object), sizeof(void *));
    for (const struct cJSON *value = json_first(self->object); value;
         value = json_next(value)) {
        if (!is_beside(json_key(value)))
            add(self, value, strcmp(json_key(value), fixed) == 0);
    }
    if (self->num > 1)
        qsort(self->all, self->num, sizeof *self->all, compare);
    for (size_t i = 0; i < self->num; i++) {
        if (!self->all[i].is_fixed)
            self->free[self->num_free++] = &self->all[i];
    }
    return self;
}

void replay_members_close(struct replay_members *self)
{
    json_free(self->object);
    text_release(&self->text);
    text_release(&self->trial);
    free(self->free);
    free(self->all);
    free(self);
}

size_t replay_members_num(const struct replay_members *self)
{
    return self->num_free;
}

const char *replay_members_key(const struct replay_members *self, size_t i)
{
    return self->free[i]->key;
}

bool replay_members_are(struct replay_members *self,
                        unsigned left_out,
                        struct hash128 item)
{
    struct text *out = &self->trial;

    text_clear(out);
    text_add(out, "{");
    for (size_t i = 0; i < self->num; i++) {
        const struct member *member = &self->all[i];

        if (!member->is_fixed) {
            bool is_out = left_out & 1;

            left_out >>= 1;
            if (is_out)
                continue;
        }
        if (out->len > 1)
            text_add(out, ",");
        text_add_len(out, text_data(&self->text) + member->start, member->len);
    }
    text_add(out, "}");
    return hash_equal(hash_bytes(out->data, out->len), item);
}
