#include "store/writer.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/layout.h"
#include "store/writer_file.h"
#include "store/writer_follow_ups.h"
#include "store/writer_ledger.h"
#include "store/writer_measures.h"
#include "store/writer_params.h"
#include "store/writer_records.h"
#include "store/writer_rows.h"
#include "store/writer_scores.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct writer {
    struct writer_file file;
    struct records *records;
    struct rows *follow_ups;
    struct rows *ledger;
    struct scores *scores;
    struct measures *measures;
    uint64_t *first_item; /* [num_tasks + 1]: row of /items of its first */
    size_t num_models, num_columns, num_tasks;
    uint64_t num_units;
};

static void measure(struct writer *self,
                    const struct writer_params *params,
                    uint64_t lengths[NUM_DIMS])
{
    self->num_models = params->num_models;
    self->num_columns = params->num_columns;
    self->num_tasks = params->num_tasks;
    self->num_units = params->num_units;
    self->first_item =
        mem_alloc(params->num_tasks + 1, sizeof *self->first_item);
    for (size_t t = 0; t < params->num_tasks; t++) {
        self->first_item[t + 1] =
            self->first_item[t] + params->tasks[t].num_items;
    }
    lengths[DIM_MODEL] = params->num_models;
    lengths[DIM_COLUMN] = params->num_columns;
    lengths[DIM_REPEAT] = params->num_repeats;
    lengths[DIM_TASK] = params->num_tasks;
    lengths[DIM_ITEM] = self->first_item[params->num_tasks];
    lengths[DIM_ITEM_EDGE] = lengths[DIM_ITEM] + 1;
    lengths[DIM_UNIT] = params->num_units;
    lengths[DIM_UNIT_EDGE] = lengths[DIM_UNIT] + 1;
    lengths[DIM_MEASURE] = params->num_measures;
}

static int put_params(struct writer *self,
                      const struct writer_params *params,
                      struct error *err)
{
    if (params_write(self->file.id, params, err) < 0)
        return -1;
    self->records = records_open(self->file.id, err);
    self->follow_ups = follow_ups_open(self->file.id, err);
    self->ledger = ledger_rows_open(self->file.id, err);
    if (!self->records || !self->follow_ups || !self->ledger)
        return -1;
    for (size_t t = 0; t < params->num_tasks; t++) {
        if (records_add_items(self->records, t, &params->tasks[t], err) < 0)
            return -1;
    }
    return 0;
}

struct writer *writer_create(const char *path,
                             const struct writer_params *params,
                             struct error *err)
{
    struct writer *self = mem_alloc(1, sizeof *self);
    uint64_t lengths[NUM_DIMS] = { 0 };

    h5_quiet();
    if (writer_file_create(&self->file, path, err) < 0)
        goto fail;
    measure(self, params, lengths);
    self->scores = scores_create(params->num_repeats,
                                 params->num_models,
                                 params->num_columns);
    self->measures = measures_create(params);
    if (layout_create(self->file.id, lengths, path, err) < 0)
        goto fail;
    if (put_params(self, params, err) < 0) {
        (void)error_wrap(err, "cannot write %s", path);
        goto fail;
    }
    return self;
fail:
    writer_abandon(self);
    return NULL;
}

/* NOLINTNEXTLINE(readability-function-size): a row has that many parts */
int writer_add_record(struct writer *self,
                      struct hash128 unit,
                      size_t model,
                      size_t task,
                      size_t item,
                      uint32_t repeat,
                      const struct record *record,
                      struct error *err)
{
    const struct records_unit row = { unit,   model,
                                      task,   self->first_item[task] + item,
                                      repeat, record };

    if (records_num_units(self->records) >= self->num_units)
        BUG("more than %llu units", (unsigned long long)self->num_units);
    if (records_add_unit(self->records, &row, err) < 0)
        return error_wrap(err, "cannot write %s", self->file.path);
    return 0;
}

int writer_add_follow_up(struct writer *self,
                         enum role role,
                         const char *question,
                         const struct reply *reply,
                         struct error *err)
{
    if (follow_ups_add(self->follow_ups, role, question, reply, err) < 0)
        return error_wrap(err, "cannot write %s", self->file.path);
    return 0;
}

size_t writer_num_follow_ups(const struct writer *self)
{
    return (size_t)follow_ups_num(self->follow_ups);
}

int writer_add_asked(struct writer *self,
                     size_t unit,
                     size_t follow_up,
                     struct error *err)
{
    if (follow_ups_add_asked(self->follow_ups, unit, follow_up, err) < 0)
        return error_wrap(err, "cannot write %s", self->file.path);
    return 0;
}

int writer_add_observation(struct writer *self,
                           size_t column,
                           size_t unit,
                           unsigned profiles,
                           const struct verdicts *verdicts,
                           struct error *err)
{
    if (records_add_observation(self->records,
                                column,
                                unit,
                                profiles,
                                verdicts,
                                err)
        < 0)
        return error_wrap(err, "cannot write %s", self->file.path);
    return 0;
}

/* NOLINTNEXTLINE(readability-function-size): a row has that many parts */
void writer_set_score(struct writer *self,
                      enum profile profile,
                      int repeat,
                      size_t model,
                      size_t column,
                      const struct writer_score *score)
{
    const size_t place[] = { (size_t)(repeat + 1), model, column };

    scores_set(self->scores, place, profile, score);
}

void writer_set_comparable(struct writer *self,
                           size_t model,
                           size_t column,
                           bool is_comparable)
{
    scores_set_comparable(self->scores, model, column, is_comparable);
}

void writer_set_method(struct writer *self,
                       size_t model,
                       size_t task,
                       unsigned method)
{
    measures_set_method(self->measures, model, task, method);
}

int writer_add_provenance(struct writer *self,
                          const char *name,
                          const char *text,
                          struct error *err)
{
    char *path = text_format("/provenance/%s", name);
    int rc = h5_write_text(self->file.id, path, text ? text : "");

    if (rc < 0)
        rc = h5_fail(err, ERR_IO, "%s: %s", self->file.path, path);
    free(path);
    return rc;
}

int writer_set_ledger(struct writer *self,
                      const struct writer_ledger *rows,
                      size_t num,
                      struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (ledger_rows_add(self->ledger, &rows[i], err) < 0)
            return error_wrap(err, "cannot write %s", self->file.path);
    }
    return 0;
}

int writer_set_cells(struct writer *self,
                     const struct writer_cell *cells,
                     size_t num,
                     struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (ledger_rows_add_cell(self->ledger, &cells[i], err) < 0)
            return error_wrap(err, "cannot write %s", self->file.path);
    }
    return 0;
}

static void close_rows(struct writer *self)
{
    records_close(self->records);
    rows_close(self->follow_ups);
    rows_close(self->ledger);
    self->records = NULL;
    self->follow_ups = NULL;
    self->ledger = NULL;
}

/* Everything into the file. */
static int finish(struct writer *self, struct error *err)
{
    const uint64_t num = records_num_units(self->records);

    if (num != self->num_units) {
        return error_set(err,
                         ERR_FORMAT,
                         "%llu of %llu units were written",
                         (unsigned long long)num,
                         (unsigned long long)self->num_units);
    }
    if (records_flush(self->records, err) < 0
        || rows_flush(self->follow_ups, err) < 0
        || rows_flush(self->ledger, err) < 0
        || scores_write(self->scores, self->file.id, err) < 0
        || measures_write(self->measures, self->scores, self->file.id, err) < 0)
        return -1;
    close_rows(self);
    return 0;
}

void writer_abandon(struct writer *self)
{
    if (!self)
        return;
    writer_file_empty(&self->file);
    close_rows(self);
    writer_file_release(&self->file);
    scores_destroy(self->scores);
    measures_destroy(self->measures);
    free(self->first_item);
    free(self);
}

int writer_commit(struct writer *self, char digest[65], struct error *err)
{
    int rc = finish(self, err);

    if (rc < 0) {
        (void)error_wrap(err, "cannot write %s", self->file.path);
    } else {
        rc = writer_file_commit(&self->file, digest, err);
    }
    writer_abandon(self); /* what was committed stays */
    return rc;
}

void writer_library(char *out, size_t size)
{
    unsigned major = 0, minor = 0, release = 0;

    (void)H5get_libversion(&major, &minor, &release);
    (void)snprintf(out, size, "HDF5 %u.%u.%u", major, minor, release);
}
