#include "analysis/validation.h"

#include "analysis/labels.h"
#include "analysis/validation_parts.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader_data.h"

#include <stdlib.h>

/* A unit of the file. */
struct known {
    struct hash128 id;
    size_t unit;
};

static int by_id(const void *a, const void *b)
{
    return hash_compare(((const struct known *)a)->id,
                        ((const struct known *)b)->id);
}

static int find_units(struct validation_work *work, struct error *err)
{
    const size_t num = work->rows.num_units;
    uint64_t *high = reader_data_load(work->reader, "/records/id_high", err);
    uint64_t *low =
        high ? reader_data_load(work->reader, "/records/id_low", err) : NULL;
    struct known *known = mem_alloc(num, sizeof *known);

    work->label_of = mem_alloc(num, sizeof *work->label_of);
    for (size_t u = 0; low && u < num; u++)
        known[u] = (struct known){ { high[u], low[u] }, u };
    if (low)
        qsort(known, num, sizeof *known, by_id);
    for (size_t i = 0; low && i < work->labels->num_units; i++) {
        const struct known key = { work->labels->units[i].id, 0 };
        const struct known *hit =
            bsearch(&key, known, num, sizeof *known, by_id);

        if (hit) {
            work->label_of[hit->unit] = i + 1;
        } else {
            work->out->num_unknown++;
        }
    }
    free(known);
    free(high);
    free(low);
    return low ? 0 : -1;
}

double validation_opinion(const struct validation_work *work,
                          const struct labels_unit *unit,
                          size_t *num,
                          uint64_t *num_partly)
{
    const enum label_kind kind = work->labels->strata[unit->stratum].kind;
    double yes = 0;

    *num = 0;
    for (size_t r = 0; r < work->labels->num_labellers; r++) {
        const int label = unit->given[r];

        if (label < 0)
            continue;
        (*num)++;
        yes += label_kind_is_yes(label);
        *num_partly += label_kind_is_partly(kind, label);
    }
    return yes / (double)*num;
}

/* Every cell of the draw that people have labelled a reply of. */
static void make_cells(struct validation_work *work)
{
    const struct reader *reader = work->reader;
    struct validation *out = work->out;

    out->cells = mem_alloc(work->labels->num_strata, sizeof *out->cells);
    for (size_t m = 0; m < reader_num_models(reader); m++) {
        for (size_t c = 0; c < reader_num_columns(reader); c++) {
            struct validation_cell cell = {
                .model = m,
                .column = c,
                .kind = label_kind_of(reader_column(reader, c)),
            };
            bool is_drawn = false;

            for (size_t s = 0; s < work->labels->num_strata; s++) {
                const struct labels_stratum *one = &work->labels->strata[s];

                is_drawn |=
                    text_equal(one->model, reader_model(reader, m)->name)
                    && text_equal(one->column, reader_column(reader, c)->name);
            }
            if (cell.kind == LABEL_KIND_NONE || !is_drawn)
                continue;
            validation_cell_make(work, &cell);
            if (cell.num_labelled > 0)
                out->cells[out->num_cells++] = cell;
        }
    }
}

int validation_make(struct validation *out,
                    const struct reader *reader,
                    const struct labels *labels,
                    struct error *err)
{
    struct validation_work work = { .out = out,
                                    .reader = reader,
                                    .labels = labels };
    int rc;

    *out = (struct validation){ .reader = reader, .labels = labels };
    if (reader_rows_load(reader, &work.rows, err) < 0)
        return -1;
    rc = find_units(&work, err);
    if (rc == 0) {
        make_cells(&work);
        validation_people_models(&work);
        validation_people_pairs(&work);
    }
    free(work.label_of);
    reader_rows_release(&work.rows);
    if (rc < 0)
        validation_release(out);
    return rc;
}

void validation_release(struct validation *self)
{
    free(self->cells);
    free(self->models);
    free(self->pairs);
    *self = (struct validation){ 0 };
}

const struct validation_cell *validation_at(const struct validation *self,
                                            size_t model,
                                            size_t column)
{
    for (size_t i = 0; self && i < self->num_cells; i++) {
        if (self->cells[i].model == model && self->cells[i].column == column)
            return &self->cells[i];
    }
    return NULL;
}
