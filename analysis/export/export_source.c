#include "analysis/export/export_source.h"

#include "analysis/export/export_name.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int load_columns(struct export_source *self, struct error *err)
{
    static const char *const paths[] = { "/records/text",
                                         "/records/reasoning",
                                         "/records/detail",
                                         "/records/recorded" };
    const struct reader *reader = self->reader;

    self->state = reader_data_load(reader, "/records/state", err);
    self->finish =
        self->state ? reader_data_load(reader, "/records/finish", err) : NULL;
    self->prompt_tokens =
        self->finish ? reader_data_load(reader, "/records/prompt_tokens", err)
                     : NULL;
    self->reply_tokens =
        self->prompt_tokens
            ? reader_data_load(reader, "/records/reply_tokens", err)
            : NULL;
    self->task = self->reply_tokens
                     ? reader_data_load(reader, "/records/task", err)
                     : NULL;
    for (int k = 0; self->task && k < NUM_EXPORT_TEXTS; k++) {
        self->texts[k] = reader_data_open(reader, paths[k], err);
        if (!self->texts[k])
            return -1;
    }
    return self->task ? 0 : -1;
}

static int check_codes(const struct export_source *self, struct error *err)
{
    for (size_t i = 0; i < self->rows.num_units; i++) {
        if (self->state[i] >= NUM_STATES
            || self->finish[i] >= NUM_FINISH_REASONS
            || self->task[i] >= self->rows.num_tasks) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: /records: row %zu has no known state, finish "
                             "or task",
                             reader_path(self->reader),
                             i);
        }
    }
    return 0;
}

/* Entries are written as they are. */
static int check_entries(const struct export_source *self, struct error *err)
{
    const struct reader_rows *rows = &self->rows;

    for (size_t i = 0; i < rows->num_items; i++) {
        const uint64_t *offset = &rows->entry_offset[i];
        struct cJSON *entry = json_parse(rows->entries + offset[0],
                                         (size_t)(offset[1] - offset[0]),
                                         "entry",
                                         NULL);
        const bool is_object = json_is_object(entry);

        json_free(entry);
        if (!is_object) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: /items/entry: row %zu is no JSON object",
                             reader_path(self->reader),
                             i);
        }
    }
    return 0;
}

static void sort_by_unit(struct export_source *self)
{
    const struct reader_rows *rows = &self->rows;
    size_t *next = mem_alloc(rows->num_units + 1, sizeof *next);

    self->first = mem_alloc(rows->num_units + 1, sizeof *self->first);
    self->order = mem_alloc(rows->num_observations, sizeof *self->order);
    for (size_t o = 0; o < rows->num_observations; o++)
        self->first[rows->unit[o] + 1]++;
    for (size_t u = 0; u < rows->num_units; u++)
        self->first[u + 1] += self->first[u];
    memcpy(next, self->first, (rows->num_units + 1) * sizeof *next);
    for (size_t o = 0; o < rows->num_observations; o++)
        self->order[next[rows->unit[o]]++] = o;
    free(next);
}

static void parse_labels(struct export_source *self)
{
    const size_t num = reader_num_columns(self->reader);

    self->labels = mem_alloc(num, sizeof(struct cJSON *));
    for (size_t c = 0; c < num; c++) {
        const char *text = reader_column(self->reader, c)->labels;

        self->labels[c] = json_parse(text, strlen(text), "labels", NULL);
    }
}

int export_source_open(struct export_source *out,
                       const struct reader *reader,
                       struct error *err)
{
    *out = (struct export_source){ .reader = reader };
    if (reader_rows_load(reader, &out->rows, err) < 0)
        return -1;
    if (load_columns(out, err) < 0 || check_codes(out, err) < 0
        || check_entries(out, err) < 0) {
        export_source_close(out);
        return -1;
    }
    sort_by_unit(out);
    parse_labels(out);
    out->model_files = export_name_of_models(reader);
    return 0;
}

void export_source_close(struct export_source *self)
{
    for (size_t c = 0; self->labels && c < reader_num_columns(self->reader);
         c++)
        json_free(self->labels[c]);
    free((void *)self->labels);
    for (size_t m = 0; self->model_files && m < reader_num_models(self->reader);
         m++)
        free(self->model_files[m]);
    free((void *)self->model_files);
    for (int k = 0; k < NUM_EXPORT_TEXTS; k++)
        reader_data_close(self->texts[k]);
    free(self->state);
    free(self->finish);
    free(self->prompt_tokens);
    free(self->reply_tokens);
    free(self->task);
    free(self->first);
    free(self->order);
    reader_rows_release(&self->rows);
    *self = (struct export_source){ 0 };
}

int export_source_text(struct export_source *self,
                       enum export_text kind,
                       size_t unit,
                       struct export_bytes *out,
                       struct error *err)
{
    struct cJSON *value;

    if (reader_data_get(self->texts[kind], unit, &out->bytes, &out->len, err)
        < 0)
        return -1;
    if (kind != EXPORT_RECORDED || out->len == 0)
        return 0;
    value = json_parse(out->bytes, out->len, "recorded", NULL);
    if (!json_is_object(value)) {
        json_free(value);
        return error_set(err,
                         ERR_FORMAT,
                         "%s: /records/recorded: row %zu is no JSON object",
                         reader_path(self->reader),
                         unit);
    }
    json_free(value);
    return 0;
}

struct export_bytes export_source_entry(const struct export_source *self,
                                        size_t unit)
{
    const uint64_t *offset =
        &self->rows.entry_offset[self->rows.unit_item[unit]];

    return (struct export_bytes){ self->rows.entries + offset[0],
                                  (size_t)(offset[1] - offset[0]) };
}

const char *export_source_label(const struct export_source *self,
                                uint64_t observation,
                                enum profile profile)
{
    const int32_t label = self->rows.by_profile[profile].label[observation];
    const struct cJSON *labels = self->labels[self->rows.column[observation]];
    const char *text =
        label > 0 ? json_text(json_element(labels, (size_t)label)) : NULL;

    return text ? text : "";
}

size_t export_source_cell_end(const struct export_source *self, size_t first)
{
    size_t end = first;

    while (end < self->rows.num_units && self->task[end] == self->task[first]
           && self->rows.unit_model[end] == self->rows.unit_model[first])
        end++;
    return end;
}

const char *export_source_model_file(const struct export_source *self,
                                     size_t unit)
{
    return self->model_files[self->rows.unit_model[unit]];
}

void export_source_number(struct text *out, double number)
{
    if (isfinite(number)) {
        text_addf(out, "%.17g", number);
    } else {
        text_add(out, "null");
    }
}
