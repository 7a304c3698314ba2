#include "analysis/export/export_source.h"
#include "analysis/label/label_sheet.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/text_show.h"
#include "trustsweep/error.h"

#include <string.h>

/* What is shown of a reply. */
struct shown {
    const char *id;
    enum label_kind kind;
    const char *prompt;
    struct text reference;
    struct export_bytes reply;
};

static void add_choices(struct text *out, enum label_kind kind)
{
    const char *const *labels = label_kind_labels(kind);

    text_addf(out,
              "%s: ",
              kind == LABEL_KIND_REFUSAL ? "does the reply refuse?"
                                         : "is the reply right?");
    for (size_t i = 0; labels[i]; i++)
        text_addf(out, "%s%s", i > 0 ? " | " : "", labels[i]);
}

static void add_csv(struct text *out, const struct shown *shown)
{
    struct text choices = { 0 };

    add_choices(&choices, shown->kind);
    text_addf(out, "%s,", shown->id);
    text_show_quoted(out, text_data(&choices), choices.len);
    text_add(out, ",");
    text_show_quoted(out, shown->prompt, strlen(shown->prompt));
    text_add(out, ",");
    text_show_quoted(out, text_data(&shown->reference), shown->reference.len);
    text_add(out, ",");
    text_show_quoted(out, shown->reply.bytes, shown->reply.len);
    text_add(out, ",,\n");
    text_release(&choices);
}

static void add_json(struct text *out, const struct shown *shown)
{
    const char *const *labels = label_kind_labels(shown->kind);

    text_addf(out,
              "{\"id\": \"%s\", \"question\": \"%s\", \"labels\": [",
              shown->id,
              label_kind_name(shown->kind));
    for (size_t i = 0; labels[i]; i++)
        text_addf(out, "%s\"%s\"", i > 0 ? ", " : "", labels[i]);
    text_add(out, "], \"prompt\": ");
    json_write_text(shown->prompt, strlen(shown->prompt), out);
    text_add(out, ", \"reference\": ");
    json_write_text(text_data(&shown->reference), shown->reference.len, out);
    text_add(out, ", \"reply\": ");
    json_write_text(shown->reply.bytes, shown->reply.len, out);
    text_add(out, ", \"label\": \"\", \"labeller\": \"\"}\n");
}

/* What would be right, as far as the item says. */
static void add_reference(struct text *out, const struct cJSON *entry)
{
    const struct cJSON *answer = json_member(entry, "answer");

    if (!answer)
        answer = json_member(entry, "label");
    if (json_is_text(answer)) {
        text_add(out, json_text(answer));
    } else if (answer) {
        json_write_line(answer, out);
    }
}

static int add_row(struct text *out,
                   struct export_source *source,
                   struct shown *shown,
                   size_t unit,
                   bool is_jsonl,
                   struct error *err)
{
    const struct export_bytes bytes = export_source_entry(source, unit);
    struct cJSON *entry = json_parse(bytes.bytes, bytes.len, "entry", err);
    const char *prompt = json_member_text(entry, "prompt");
    int rc = entry ? 0 : -1;

    shown->prompt = prompt ? prompt : "";
    if (entry && shown->kind == LABEL_KIND_RIGHT)
        add_reference(&shown->reference, entry);
    if (rc == 0) {
        rc = export_source_text(source, EXPORT_TEXT, unit, &shown->reply, err);
    }
    if (rc == 0) {
        if (is_jsonl) {
            add_json(out, shown);
        } else {
            add_csv(out, shown);
        }
    }
    text_release(&shown->reference);
    json_free(entry);
    return rc;
}

int label_sheet_write(struct export_source *source,
                      const struct label_key *key,
                      const size_t *units,
                      const char *path,
                      struct error *err)
{
    const bool is_jsonl = text_ends(path, ".jsonl");
    struct text out = { 0 };
    int rc = 0;

    if (!is_jsonl)
        text_add(&out, "id,question,prompt,reference,reply,label,labeller\n");
    for (size_t i = 0; rc == 0 && i < key->num_units; i++) {
        const struct label_key_unit *unit = &key->units[i];
        struct shown shown = {
            .id = unit->id,
            .kind = key->strata.strata[unit->stratum].kind,
        };

        rc = add_row(&out, source, &shown, units[i], is_jsonl, err);
    }
    if (rc == 0)
        rc = file_write(path, text_data(&out), out.len, err);
    text_release(&out);
    return rc;
}
