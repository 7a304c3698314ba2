#include "analysis/report/report_cells.h"

#include "analysis/report/report_parts.h"
#include "analysis/report/report_sample.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "store/reader_rows.h"
#include "trustsweep/state.h"

#include <stdlib.h>
#include <string.h>

/* A row of "cells": unit, then state, label, value of both profiles. */
static struct cJSON *verdict_row(const struct report_cells *self, uint64_t o)
{
    const struct reader_rows *rows = &self->rows;
    struct cJSON *row = json_new_array();

    json_append_number(row, (double)self->sample.unit_slot[rows->unit[o]] - 1);
    json_append_number(row, rows->profiles[o]);
    for (int p = 0; p < NUM_PROFILES; p++) {
        json_append_number(row, rows->by_profile[p].state[o]);
        json_append_number(row, rows->by_profile[p].label[o]);
        json_append_number(row, rows->by_profile[p].value[o]);
    }
    return row;
}

/* "cells": { "MODEL/COLUMN" as row numbers: [verdicts] }. */
static void add_cells(struct cJSON *root, const struct report_cells *self)
{
    const struct report_sample *sample = &self->sample;
    struct cJSON *cells = json_add_object(root, "cells");

    for (size_t c = 0; c < sample->num_columns; c++) {
        struct cJSON *list = NULL;
        uint32_t model = 0;

        for (size_t i = sample->start[c]; i < sample->start[c + 1]; i++) {
            const uint64_t o = sample->order[i];
            const uint32_t owner = self->rows.unit_model[self->rows.unit[o]];

            if (!sample->is_chosen[o])
                continue;
            if (!list || owner != model) {
                char *key = text_format("%u/%zu", (unsigned)owner, c);

                list = json_add_array(cells, key);
                model = owner;
                free(key);
            }
            json_append(list, verdict_row(self, o));
        }
    }
}

static void add_tasks(struct cJSON *root, const struct report_cells *self)
{
    struct cJSON *tasks = json_add_array(root, "tasks");

    for (size_t i = 0; i < self->rows.num_tasks; i++)
        json_append_text(tasks, self->rows.tasks[i]);
}

/* Whether any verdict that is shown calls this unit a refusal. */
static bool *find_refusals(const struct report_cells *self)
{
    const struct reader_rows *rows = &self->rows;
    bool *is_refusal = mem_alloc(rows->num_units, sizeof *is_refusal);

    for (size_t o = 0; o < rows->num_observations; o++) {
        if (rows->by_profile[PROFILE_PAPER].state[o] == STATE_REFUSED
            || rows->by_profile[PROFILE_CORRECTED].state[o] == STATE_REFUSED)
            is_refusal[rows->unit[o]] = true;
    }
    return is_refusal;
}

int report_cells_add(struct cJSON *root,
                     const struct reader *reader,
                     const struct report_params *params,
                     struct error *err)
{
    struct report_cells self = { .reader = reader, .params = params };
    int rc;

    if (reader_rows_load(reader, &self.rows, err) < 0)
        return -1;
    report_sample_draw(&self.rows,
                       reader_num_columns(reader),
                       params->samples,
                       &self.sample);
    self.is_refusal = find_refusals(&self);
    add_tasks(root, &self);
    add_cells(root, &self);
    report_cells_add_items(root, &self);
    rc = report_cells_add_units(root, &self, err);
    if (rc == 0)
        rc = report_cells_add_asked(root, &self, err);
    free(self.is_refusal);
    report_sample_release(&self.sample);
    reader_rows_release(&self.rows);
    return rc;
}
