#include "analysis/report/report_cells.h"
#include "analysis/report/report_mask.h"
#include "base/json.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* A text longer than this is cut, so that the page stays small; an address that is
 * cut is known by what follows. */
enum { MAX_SHOWN = 1500, MAX_BEHIND = 400 };

bool report_cells_shows(const struct report_cells *self, size_t task)
{
    if (self->params->texts == REPORT_TEXTS_MASKED)
        return report_mask_shows(self->rows.tasks[task]);
    return self->params->texts == REPORT_TEXTS_FULL;
}

/* Back to where a character begins. */
static size_t whole(const char *bytes, size_t len)
{
    while (len > 0 && ((unsigned char)bytes[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* A text of ours holds no NUL. */
static void add_plain(struct text *out, const char *bytes, size_t len)
{
    const size_t before = out->len;

    text_add_utf8(out, bytes, len);
    for (size_t i = before; i < out->len; i++) {
        if (out->data[i] == '\0')
            out->data[i] = ' ';
    }
}

void report_cells_add_text(struct cJSON *object,
                           const char *key,
                           const struct report_cells *self,
                           bool shows,
                           const char *bytes,
                           size_t len)
{
    const size_t used = !shows            ? 0
                        : len > MAX_SHOWN ? whole(bytes, MAX_SHOWN)
                                          : len;
    const size_t behind = used == 0                 ? 0
                          : len - used > MAX_BEHIND ? MAX_BEHIND
                                                    : len - used;
    struct text plain = { 0 };
    struct text seen = { 0 };
    size_t shown;

    add_plain(&plain, bytes, used);
    shown = plain.len;
    if (self->params->texts == REPORT_TEXTS_FULL) {
        json_add_text(object, key, text_data(&plain));
    } else {
        add_plain(&plain, bytes + used, behind);
        report_mask_start(text_data(&plain), shown, plain.len, &seen);
        json_add_text(object, key, text_data(&seen));
    }
    if (used < len) {
        char *name = text_format("%s_bytes", key);

        json_add_number(object, name, (double)len);
        free(name);
    }
    text_release(&plain);
    text_release(&seen);
}

/* What the model was asked: "prompt", else the longest text. */
static const char *prompt_of(const struct cJSON *entry)
{
    const char *prompt = json_member_text(entry, "prompt");

    for (const struct cJSON *at = json_first(entry); at && !prompt;
         at = json_next(at)) {
        if (json_is_text(at))
            prompt = json_text(at);
    }
    return prompt ? prompt : "";
}

static void add_facts(struct cJSON *object,
                      const struct report_cells *self,
                      const struct cJSON *entry,
                      bool shows)
{
    struct cJSON *facts = json_add_object(object, "facts");

    for (const struct cJSON *at = json_first(entry); at; at = json_next(at)) {
        const char *name = json_key(at);
        const char *text = json_text(at);

        if (strcmp(name, "prompt") == 0)
            continue;
        if (json_is_number(at)) {
            json_add_number(facts, name, json_number(at));
        } else if (text && (shows || report_mask_is_fact(name, text))) {
            report_cells_add_text(facts, name, self, true, text, strlen(text));
        }
    }
}

void report_cells_add_items(struct cJSON *root, const struct report_cells *self)
{
    const struct reader_rows *rows = &self->rows;
    struct cJSON *items = json_add_array(root, "items");

    for (size_t i = 0; i < rows->num_items; i++) {
        const char *bytes = rows->entries + rows->entry_offset[i];
        const size_t len =
            (size_t)(rows->entry_offset[i + 1] - rows->entry_offset[i]);
        struct cJSON *object, *entry;
        const char *prompt;
        bool shows;

        if (self->sample.item_slot[i] == 0)
            continue;
        entry = json_parse(bytes, len, "entry", NULL);
        prompt = prompt_of(entry);
        shows = report_cells_shows(self, rows->item_task[i]);
        object = json_new_object();
        json_add_number(object, "task", rows->item_task[i]);
        json_add_number(object, "index", (double)rows->item_index[i]);
        report_cells_add_text(object,
                              "prompt",
                              self,
                              shows,
                              prompt,
                              strlen(prompt));
        if (self->params->texts != REPORT_TEXTS_NONE)
            add_facts(object, self, entry, shows);
        json_append(items, object);
        json_free(entry);
    }
}
