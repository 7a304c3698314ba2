#include "analysis/label/label_sheet.h"
#include "analysis/labels.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 512 * 1024 * 1024, MAX_NAME = 64 };

struct label_sheet_reading {
    struct labels *labels;
    const struct label_sheet_params *params;
    const char *path;
    struct label_sheet_count *count;
    struct {
        size_t line;
        int who;
    } * seen; /* [key->num_units]: where this file labelled it */
};

static int complain(const struct label_sheet_reading *reading,
                    const struct label_sheet_cell *cell,
                    const char *what,
                    struct error *err)
{
    return error_set(err,
                     ERR_FORMAT,
                     "%s:%zu:%zu: %s",
                     reading->path,
                     cell->line,
                     cell->column,
                     what);
}

static int complain_id(const struct label_sheet_reading *reading,
                       const struct label_sheet_cell *cell,
                       struct error *err)
{
    char *what =
        text_format("id '%.40s' is none of the key %s; labels of another draw "
                    "want its key: --key FILE",
                    cell->text ? cell->text : "",
                    reading->params->key_path);

    (void)complain(reading, cell, what, err);
    free(what);
    return -1;
}

static int complain_label(const struct label_sheet_reading *reading,
                          const struct label_sheet_cell *cell,
                          enum label_kind kind,
                          struct error *err)
{
    const char *const *labels = label_kind_labels(kind);
    struct text what = { 0 };

    text_addf(&what, "label '%.40s' is none of: ", cell->text);
    for (size_t i = 0; labels[i]; i++)
        text_addf(&what, "%s%s", i > 0 ? ", " : "", labels[i]);
    text_add(&what, "; correct it, or leave the cell empty");
    (void)complain(reading, cell, text_data(&what), err);
    text_release(&what);
    return -1;
}

/* Without white space around it, in lower case; cut to MAX_NAME. */
static void tidy(const char *text, bool is_lowered, char out[MAX_NAME + 1])
{
    size_t len;

    text += strspn(text ? text : "", " \t\r\n");
    len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    if (len > MAX_NAME)
        len = MAX_NAME;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(is_lowered ? tolower((unsigned char)text[i]) : text[i]);
    out[len] = '\0';
}

static int note(struct label_sheet_reading *reading,
                const struct label_sheet_row *row,
                const struct label_key_unit *unit,
                int label,
                int who)
{
    const size_t at = (size_t)(unit - reading->params->key->units);
    struct labels_unit *given =
        labels_unit(reading->labels, unit->unit, unit->stratum);
    const bool differs = reading->seen[at].line > 0
                         && reading->seen[at].who == who
                         && given->given[who] != label;

    given->given[who] = label;
    reading->seen[at].line = row->label.line;
    reading->seen[at].who = who;
    return differs ? -1 : 0;
}

int label_sheet_take(struct label_sheet_reading *reading,
                     const struct label_sheet_row *row,
                     struct error *err)
{
    const struct label_key *key = reading->params->key;
    const struct label_key_unit *unit;
    char id[MAX_NAME + 1];
    char name[MAX_NAME + 1];
    char word[MAX_NAME + 1];
    enum label_kind kind;
    int label;
    int who;

    tidy(row->id.text ? row->id.text : "", true, id);
    tidy(row->label.text ? row->label.text : "", true, word);
    tidy(row->labeller.text ? row->labeller.text : "", false, name);
    unit = label_key_find(key, id);
    if (!unit)
        return complain_id(reading, &row->id, err);
    if (word[0] == '\0') {
        reading->count->num_empty++;
        return 0;
    }
    kind = key->strata.strata[unit->stratum].kind;
    label = label_kind_find(kind, word);
    if (label < 0)
        return complain_label(reading, &row->label, kind, err);
    who = labels_labeller(reading->labels,
                          name[0] ? name : reading->params->labeller);
    if (who < 0)
        return complain(reading, &row->labeller, "more than 64 labellers", err);
    reading->count->num_labels++;
    if (note(reading, row, unit, label, who) < 0) {
        return complain(reading,
                        &row->label,
                        "the same person labelled this id before in this file, "
                        "and otherwise; keep one of the two",
                        err);
    }
    return 0;
}

static int read_line(struct label_sheet_reading *reading,
                     const char *line,
                     size_t len,
                     size_t number,
                     struct error *err)
{
    struct cJSON *object =
        json_parse_line(line, len, reading->path, number, err);
    const struct label_sheet_row row = {
        { json_member_text(object, "id"), number, 1 },
        { json_member_text(object, "label"), number, 1 },
        { json_member_text(object, "labeller"), number, 1 },
    };
    int rc = -1;

    if (object) {
        rc = row.id.text && row.label.text
                 ? label_sheet_take(reading, &row, err)
                 : complain(reading,
                            &row.id,
                            "wants \"id\" and \"label\", both texts",
                            err);
    }
    json_free(object);
    return rc;
}

static int read_jsonl(struct label_sheet_reading *reading,
                      const struct text *text,
                      struct error *err)
{
    const char *at = text_data(text);
    const char *end = at + text->len;
    size_t number = 0;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);

        number++;
        if (len > 0 && at[len - 1] == '\r')
            len--;
        if (strspn(at, " \t") < len
            && read_line(reading, at, len, number, err) < 0)
            return -1;
        at = stop ? stop + 1 : end;
    }
    return 0;
}

int label_sheet_read(struct labels *labels,
                     const struct label_sheet_params *params,
                     const char *path,
                     struct label_sheet_count *count,
                     struct error *err)
{
    struct text text = { 0 };
    struct label_sheet_reading reading = {
        .labels = labels,
        .params = params,
        .path = path,
        .count = count,
        .seen = mem_alloc(params->key->num_units, sizeof *reading.seen),
    };
    int rc = file_read(path, MAX_BYTES, &text, err);

    if (rc == 0 && memchr(text_data(&text), '\0', text.len))
        rc = error_set(err, ERR_FORMAT, "%s: no text file", path);
    if (rc == 0) {
        rc = text_ends(path, ".jsonl") ? read_jsonl(&reading, &text, err)
                                       : label_sheet_csv(&reading,
                                                         path,
                                                         text_data(&text),
                                                         text.len,
                                                         err);
    }
    free(reading.seen);
    text_release(&text);
    return rc < 0 ? -1 : 0;
}
