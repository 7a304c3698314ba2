#include "analysis/export/export_alias.h"
#include "analysis/export/export_source.h"
#include "analysis/export/kinds.h"
#include "analysis/report/report_mask.h"
#include "analysis/role_trust.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "store/redact.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct redacting {
    const struct export_source *source;
    const struct export_params *params;
    struct export_alias *aliases;
};

static bool shows(const struct redacting *self, size_t task)
{
    return self->params->texts == EXPORT_TEXTS_MASKED
           && report_mask_shows(self->source->rows.tasks[task]);
}

/* How long what was there was. */
static void add_length(struct text *out, size_t len)
{
    if (len > 0)
        text_addf(out, "[%zu bytes]", len);
}

static void mask(const struct redacting *self,
                 bool is_shown,
                 const char *bytes,
                 size_t len,
                 struct text *out)
{
    if (self->params->texts == EXPORT_TEXTS_NONE)
        return;
    if (is_shown) {
        report_mask_personal(bytes, len, out);
    } else {
        add_length(out, len);
    }
}

/* What may be shown of a member of an entry.  Columns group items by such
 * members and draw them together: a text that is not given away has a number of
 * its own. */
static void mask_member(const struct redacting *self,
                        bool is_shown,
                        const char *name,
                        const char *text,
                        struct text *out)
{
    mask(self, is_shown, text, strlen(text), out);
    if (!text_equal(text_data(out), text)) {
        text_addf(out,
                  "%s#%zu",
                  out->len > 0 ? " " : "",
                  export_alias_number(self->aliases, name, text));
    }
}

/* Of a list or object only which one it is. */
static void mask_list(const struct redacting *self,
                      struct cJSON *masked,
                      const struct cJSON *list)
{
    struct text whole = { 0 };
    char *shown;

    json_canonical(list, &whole);
    shown = text_format(
        "#%zu",
        export_alias_number(self->aliases, json_key(list), text_data(&whole)));
    json_add_text(masked, json_key(list), shown);
    free(shown);
    text_release(&whole);
}

/* An entry stays an object: its numbers, the facts of its kind, and of its
 * other texts what may be shown. */
static void mask_entry(const struct redacting *self,
                       size_t row,
                       const char *bytes,
                       size_t len,
                       struct text *out)
{
    const bool is_shown = shows(self, self->source->rows.item_task[row]);
    struct cJSON *entry = json_parse(bytes, len, "entry", NULL);
    struct cJSON *masked = json_new_object();

    for (const struct cJSON *at = json_first(entry); at; at = json_next(at)) {
        const char *name = json_key(at);
        const char *text = json_text(at);

        if (json_is_number(at) || json_is_bool(at)) {
            json_add(masked, name, json_copy(at));
        } else if (text && report_mask_is_fact(name, text)) {
            json_add_text(masked, name, text);
        } else if (text) {
            struct text seen = { 0 };

            mask_member(self, is_shown, name, text, &seen);
            json_add_text(masked, name, text_data(&seen));
            text_release(&seen);
        } else if (!json_is_null(at)) {
            mask_list(self, masked, at);
        }
    }
    json_canonical(masked, out);
    json_free(masked);
    json_free(entry);
}

/* Labels, numbers and what a backend says of itself as they are; what a judge said
 * at length is a text. */
static void mask_recorded(const struct redacting *self,
                          size_t row,
                          const char *bytes,
                          size_t len,
                          struct text *out)
{
    struct cJSON *recorded = json_parse(bytes, len, "recorded", NULL);

    if (report_mask_recorded(recorded, shows(self, self->source->task[row]))) {
        json_write_line(recorded, out);
    } else {
        text_add_len(out, bytes, len);
    }
    json_free(recorded);
}

/* Answers of roles that nothing could be made of: the one that is an example is a
 * text like any other. */
static void mask_unreadable(const char *bytes, size_t len, struct text *out)
{
    struct cJSON *list = json_parse(bytes, len, ROLE_TRUST_NAME, NULL);
    struct cJSON *masked = json_new_array();

    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct cJSON *one = json_copy(at);
        const char *example = json_member_text(one, "example");
        struct text length = { 0 };

        if (example) {
            add_length(&length, strlen(example));
            json_remove(one, "example");
            json_add_text(one, "example", text_data(&length));
        }
        json_append(masked, one);
        text_release(&length);
    }
    json_write(masked, out);
    json_free(masked);
    json_free(list);
}

static void redact(void *context,
                   const char *path,
                   size_t row,
                   const char *bytes,
                   size_t len,
                   struct text *out)
{
    const struct redacting *self = context;

    if (strcmp(path, "/items/entry") == 0) {
        mask_entry(self, row, bytes, len, out);
    } else if (strcmp(path, "/records/recorded") == 0) {
        mask_recorded(self, row, bytes, len, out);
    } else if (strcmp(path, "/provenance/" ROLE_TRUST_NAME) == 0) {
        mask_unreadable(bytes, len, out);
    } else if (text_starts(path, "/provenance/")) {
        text_add_len(out, bytes, len);
    } else if (text_starts(path, "/records/")) {
        export_progress(self->params, row, self->source->rows.num_units);
        mask(self, shows(self, self->source->task[row]), bytes, len, out);
    } else {
        mask(self, false, bytes, len, out); /* what was asked of a judge */
    }
}

static int write_all(struct export_source *source,
                     const struct export_params *params,
                     struct text *said,
                     struct error *err)
{
    static const char *const names
        [] = { [EXPORT_TEXTS_MASKED] = "masked", [EXPORT_TEXTS_NONE] = "none" };
    struct redacting self = { .source = source, .params = params };
    char *stem = path_stem(params->file);
    char *path = text_format("%s/%s.redacted.h5", params->folder, stem);
    int rc;

    self.aliases = export_alias_create();
    rc = redact_write(source->reader,
                      path,
                      names[params->texts],
                      redact,
                      &self,
                      err);
    if (rc == 0) {
        text_addf(said,
                  "redacted: %s (texts: %s); everything else as it was, with "
                  "backend specs and the job, which may name paths\n",
                  path,
                  names[params->texts]);
    }
    export_alias_destroy(self.aliases);
    free(path);
    free(stem);
    return rc;
}

const struct export_ops export_redacted = {
    .name = "redacted",
    .help = "NAME.redacted.h5, a results file to give away: texts are masked "
            "or, with --texts none, dropped; everything else is as it was.",
    .write = write_all,
};
