#include "analysis/export/export_file.h"
#include "analysis/export/export_source.h"
#include "analysis/export/kinds.h"
#include "base/json.h"
#include "base/text.h"
#include "trustsweep/reply.h"
#include "trustsweep/state.h"

#include <stdlib.h>
#include <string.h>

static void add_text(struct text *out, const char *text)
{
    json_write_text(text, strlen(text), out);
}

static void add_verdict(struct text *out,
                        const struct export_source *source,
                        uint64_t o)
{
    const struct reader_rows *rows = &source->rows;

    add_text(out, reader_column(source->reader, rows->column[o])->name);
    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct reader_verdicts *of = &rows->by_profile[p];

        text_addf(out,
                  "%s\"%s\": {\"taken\": %s, \"state\": \"%s\", \"label\": ",
                  p == 0 ? ": {" : ", ",
                  profile_name((enum profile)p),
                  rows->profiles[o] >> p & 1 ? "true" : "false",
                  state_name((enum state)of->state[o]));
        add_text(out, export_source_label(source, o, (enum profile)p));
        text_add(out, ", \"value\": ");
        export_source_number(out, of->value[o]);
        text_add(out, "}");
    }
    text_add(out, "}");
}

static int add_texts(struct text *out,
                     struct export_source *source,
                     size_t unit,
                     struct error *err)
{
    static const char *const names[] = { "reply",
                                         "reasoning",
                                         "detail",
                                         "recorded" };

    for (int k = 0; k < NUM_EXPORT_TEXTS; k++) {
        struct export_bytes bytes;

        if (export_source_text(source, (enum export_text)k, unit, &bytes, err)
            < 0)
            return -1;
        if (k != EXPORT_TEXT && bytes.len == 0)
            continue;
        text_addf(out, ", \"%s\": ", names[k]);
        if (k == EXPORT_RECORDED) {
            text_add_len(out, bytes.bytes, bytes.len); /* is JSON */
        } else {
            json_write_text(bytes.bytes, bytes.len, out);
        }
    }
    return 0;
}

static int add_unit(struct text *out,
                    struct export_source *source,
                    size_t unit,
                    struct error *err)
{
    const struct reader_rows *rows = &source->rows;
    const struct export_bytes entry = export_source_entry(source, unit);

    text_add(out, "{\"model\": ");
    add_text(out, reader_model(source->reader, rows->unit_model[unit])->name);
    text_add(out, ", \"task\": ");
    add_text(out, rows->tasks[source->task[unit]]);
    text_addf(out,
              ", \"item\": %llu, \"repeat\": %u, \"state\": \"%s\", "
              "\"finish\": \"%s\", \"prompt_tokens\": %u, "
              "\"reply_tokens\": %u, \"entry\": ",
              (unsigned long long)rows->item_index[rows->unit_item[unit]],
              (unsigned)rows->unit_repeat[unit],
              state_name((enum state)source->state[unit]),
              finish_reason_name((enum finish_reason)source->finish[unit]),
              (unsigned)source->prompt_tokens[unit],
              (unsigned)source->reply_tokens[unit]);
    text_add_len(out, entry.bytes, entry.len);
    if (add_texts(out, source, unit, err) < 0)
        return -1;
    text_add(out, ", \"verdicts\": {");
    for (size_t i = source->first[unit]; i < source->first[unit + 1]; i++) {
        if (i > source->first[unit])
            text_add(out, ", ");
        add_verdict(out, source, source->order[i]);
    }
    text_add(out, "}}\n");
    return 0;
}

/* Units of one model follow each other. */
static int write_model(struct export_source *source,
                       const struct export_params *params,
                       size_t *unit,
                       struct error *err)
{
    const uint32_t model = source->rows.unit_model[*unit];
    char *name =
        text_format("%s.jsonl", export_source_model_file(source, *unit));
    struct export_file file;
    int rc = export_file_open(&file, params->folder, name, err);

    free(name);
    if (rc < 0)
        return -1;
    while (rc == 0 && *unit < source->rows.num_units
           && source->rows.unit_model[*unit] == model) {
        rc = add_unit(&file.pending, source, (*unit)++, err);
        export_progress(params, *unit, source->rows.num_units);
        if (rc == 0)
            rc = export_file_flush(&file, err);
    }
    return export_file_close(&file, rc == 0, err);
}

static int write_all(struct export_source *source,
                     const struct export_params *params,
                     struct text *said,
                     struct error *err)
{
    size_t num = 0;

    for (size_t unit = 0; unit < source->rows.num_units; num++) {
        if (write_model(source, params, &unit, err) < 0)
            return -1;
    }
    text_addf(said,
              "jsonl: %zu files, a line for each of %zu units\n",
              num,
              source->rows.num_units);
    return 0;
}

const struct export_ops export_jsonl = {
    .name = "jsonl",
    .help = "MODEL.jsonl, a line for each unit: entry, reply, verdicts.",
    .write = write_all,
};
