#include "analysis/export/export_file.h"
#include "analysis/export/export_name.h"
#include "analysis/export/export_source.h"
#include "analysis/export/kinds.h"
#include "base/json.h"
#include "base/text.h"
#include "trustsweep/state.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Members of one object, without its braces. */
static struct export_bytes inside(struct export_bytes object)
{
    const char *end = object.bytes + object.len;
    const char *at = object.bytes;

    while (at < end && *at != '{')
        at++;
    while (end > at && end[-1] != '}')
        end--;
    if (end - at < 2)
        return (struct export_bytes){ "", 0 };
    return (struct export_bytes){ at + 1, (size_t)(end - at - 2) };
}

/* Before a further member of an object. */
static void separate(struct text *out)
{
    if (out->data[out->len - 1] != '{')
        text_add(out, ", ");
}

static void add_members_of(struct text *out, struct export_bytes object)
{
    const struct export_bytes members = inside(object);

    if (members.len > 0)
        separate(out);
    text_add_len(out, members.bytes, members.len);
}

/* The item with what was replied: no "res" where nothing was, null where it
 * was withheld. */
static int add_item(struct text *out,
                    struct export_source *source,
                    size_t unit,
                    struct error *err)
{
    const enum state state = (enum state)source->state[unit];
    const struct export_bytes entry = export_source_entry(source, unit);
    struct export_bytes text, recorded;

    if (export_source_text(source, EXPORT_TEXT, unit, &text, err) < 0
        || export_source_text(source, EXPORT_RECORDED, unit, &recorded, err)
               < 0)
        return -1;
    text_add(out, "{");
    add_members_of(out, entry);
    if (state == STATE_BLOCKED) {
        separate(out);
        text_add(out, "\"res\": null");
    } else if (state_has_text(state)) {
        separate(out);
        text_add(out, "\"res\": ");
        json_write_text(text.bytes, text.len, out);
    }
    add_members_of(out, recorded);
    text_add(out, "}");
    return 0;
}

/* MODEL/DIMENSION/FILE.json, of one repeat; below repeat-N when there are
 * several. */
static char *path_of(const struct export_source *source,
                     size_t unit,
                     size_t repeat)
{
    const char *model = export_source_model_file(source, unit);
    char *task = export_name_of_path(source->rows.tasks[source->task[unit]]);
    char *out = reader_num_repeats(source->reader) > 1
                    ? text_format("repeat-%zu/%s/%s.json", repeat, model, task)
                    : text_format("%s/%s.json", model, task);

    free(task);
    return out;
}

static int write_cell(struct export_source *source,
                      const char *folder,
                      size_t first,
                      size_t repeat,
                      struct error *err)
{
    const size_t end = export_source_cell_end(source, first);
    char *path = path_of(source, first, repeat);
    struct export_file file;
    bool is_first = true;
    int rc = export_file_open(&file, folder, path, err);

    free(path);
    if (rc < 0)
        return -1;
    text_add(&file.pending, "[\n");
    for (size_t u = first; rc == 0 && u < end; u++) {
        if (source->rows.unit_repeat[u] != repeat)
            continue;
        text_add(&file.pending, is_first ? "" : ",\n");
        is_first = false;
        rc = add_item(&file.pending, source, u, err);
        if (rc == 0)
            rc = export_file_flush(&file, err);
    }
    text_add(&file.pending, "\n]\n");
    return export_file_close(&file, rc == 0, err);
}

static int write_all(struct export_source *source,
                     const struct export_params *params,
                     struct text *said,
                     struct error *err)
{
    const size_t repeats = reader_num_repeats(source->reader);
    size_t lost = 0;
    size_t num = 0;

    for (size_t unit = 0; unit < source->rows.num_units;) {
        for (size_t r = 0; r < repeats; r++, num++) {
            if (write_cell(source, params->folder, unit, r, err) < 0)
                return -1;
        }
        unit = export_source_cell_end(source, unit);
        export_progress(params, unit, source->rows.num_units);
    }
    for (size_t u = 0; u < source->rows.num_units; u++) {
        const enum state state = (enum state)source->state[u];

        lost += state != STATE_BLOCKED && state != STATE_MISSING
                && !state_has_text(state);
    }
    text_addf(said, "toolkit: %zu files MODEL/DIMENSION/FILE.json\n", num);
    if (lost > 0) {
        text_addf(said,
                  "toolkit: %zu units failed, were too long or ended before "
                  "a final text: they have no \"res\"\n",
                  lost);
    }
    return 0;
}

const struct export_ops export_toolkit = {
    .name = "toolkit",
    .help = "MODEL/DIMENSION/FILE.json in the layout of the TrustLLM toolkit: "
            "items with the reply as \"res\"; `trustsweep score` reads it.",
    .write = write_all,
};
