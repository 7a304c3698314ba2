#include "generate/replay/recorded_list.h"

#include "base/text.h"

#include <stddef.h>
#include <string.h>

struct recorded_list {
    const char *task;
    const char *file;
    const char *from; /* in the list */
    const char *to;   /* in the release */
};

static const struct recorded_list lists[] = {
    { "ethics/awareness", "ethics/awareness_emotion", "option", "label" },
};

const struct recorded_list *recorded_list_of(const char *task)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(lists[i].task, task) == 0)
            return &lists[i];
    }
    return NULL;
}

const char *recorded_list_file(const struct recorded_list *list)
{
    return list->file;
}

struct hash128 recorded_list_hash(const struct recorded_list *list,
                                  const char *prompt)
{
    const size_t len = strlen(list->from);
    struct text text = { 0 };
    struct hash128 hash;
    const char *at = prompt;

    for (const char *hit; (hit = strstr(at, list->from)); at = hit + len) {
        text_add_len(&text, at, (size_t)(hit - at));
        text_add(&text, list->to);
    }
    text_add(&text, at);
    hash = hash_bytes(text_data(&text), text.len);
    text_release(&text);
    return hash;
}
