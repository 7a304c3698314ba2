#include "analysis/report/report_sample.h"

#include "base/mem.h"
#include "trustsweep/state.h"

#include <stdlib.h>
#include <string.h>

/* Of each state and label that a model has in a column, at least so many. */
enum { MIN_KIND = 2, MAX_LABELS = 64, NUM_KINDS = NUM_STATES * MAX_LABELS };

static void sort_by_column(const struct reader_rows *rows,
                           struct report_sample *out)
{
    size_t *next = mem_alloc(out->num_columns + 1, sizeof *next);

    for (size_t o = 0; o < rows->num_observations; o++)
        out->start[rows->column[o] + 1]++;
    for (size_t c = 0; c < out->num_columns; c++)
        out->start[c + 1] += out->start[c];
    memcpy(next, out->start, (out->num_columns + 1) * sizeof *next);
    for (size_t o = 0; o < rows->num_observations; o++)
        out->order[next[rows->column[o]]++] = o;
    free(next);
}

static uint64_t item_of(const struct reader_rows *rows, uint64_t observation)
{
    return rows->unit_item[rows->unit[observation]];
}

/* Items of the column that every model shows, marked in `is_shown`. */
static void choose_items(const struct reader_rows *rows,
                         const struct report_sample *sample,
                         size_t column,
                         size_t num,
                         bool *is_shown)
{
    const size_t first = sample->start[column];
    const size_t end = sample->start[column + 1];
    uint64_t *items = mem_alloc(end - first, sizeof *items);
    size_t found = 0;

    for (size_t i = first; i < end; i++) {
        const uint64_t item = item_of(rows, sample->order[i]);

        if (!is_shown[item]) {
            is_shown[item] = true;
            items[found++] = item;
        }
    }
    for (size_t i = 0; i < found && num < found; i++)
        is_shown[items[i]] = false;
    for (size_t i = 0; i < num && num < found; i++)
        is_shown[items[i * found / num]] = true;
    free(items);
}

static size_t kind_of(const struct reader_rows *rows, uint64_t observation)
{
    const struct reader_verdicts *paper = &rows->by_profile[PROFILE_PAPER];
    const int32_t label = paper->label[observation];
    const size_t known = label > 0 && label < MAX_LABELS ? (size_t)label : 0;

    return paper->state[observation] * (size_t)MAX_LABELS + known;
}

static uint32_t model_of(const struct reader_rows *rows, uint64_t observation)
{
    return rows->unit_model[rows->unit[observation]];
}

/* Verdicts of one model and column: order[first..end). */
static void choose_rows(const struct reader_rows *rows,
                        struct report_sample *sample,
                        size_t first,
                        size_t end,
                        const bool *is_shown)
{
    size_t seen[NUM_KINDS] = { 0 };

    for (size_t i = first; i < end; i++) {
        const uint64_t o = sample->order[i];

        if (is_shown[item_of(rows, o)]) {
            sample->is_chosen[o] = true;
            seen[kind_of(rows, o)]++;
        }
    }
    for (size_t i = first; i < end; i++) {
        const uint64_t o = sample->order[i];
        size_t *num = &seen[kind_of(rows, o)];

        if (!sample->is_chosen[o] && *num < MIN_KIND) {
            sample->is_chosen[o] = true;
            (*num)++;
        }
    }
}

static void choose_column(const struct reader_rows *rows,
                          struct report_sample *sample,
                          size_t column,
                          size_t num)
{
    bool *is_shown = mem_alloc(rows->num_items, sizeof *is_shown);
    const size_t end = sample->start[column + 1];
    size_t first = sample->start[column];

    choose_items(rows, sample, column, num, is_shown);
    while (first < end) {
        const uint32_t model = model_of(rows, sample->order[first]);
        size_t last = first;

        while (last < end && model_of(rows, sample->order[last]) == model)
            last++;
        choose_rows(rows, sample, first, last, is_shown);
        first = last;
    }
    free(is_shown);
}

static void number_slots(const struct reader_rows *rows,
                         struct report_sample *out)
{
    size_t num = 0;

    for (size_t o = 0; o < rows->num_observations; o++) {
        if (out->is_chosen[o]) {
            out->unit_slot[rows->unit[o]] = 1;
            out->item_slot[item_of(rows, o)] = 1;
        }
    }
    for (size_t i = 0; i < rows->num_items; i++)
        out->item_slot[i] = out->item_slot[i] ? ++num : 0;
    num = 0;
    for (size_t i = 0; i < rows->num_units; i++)
        out->unit_slot[i] = out->unit_slot[i] ? ++num : 0;
}

void report_sample_draw(const struct reader_rows *rows,
                        size_t num_columns,
                        size_t num,
                        struct report_sample *out)
{
    *out = (struct report_sample){
        .num_columns = num_columns,
        .start = mem_alloc(num_columns + 1, sizeof *out->start),
        .order = mem_alloc(rows->num_observations, sizeof *out->order),
        .is_chosen = mem_alloc(rows->num_observations, sizeof *out->is_chosen),
        .item_slot = mem_alloc(rows->num_items, sizeof *out->item_slot),
        .unit_slot = mem_alloc(rows->num_units, sizeof *out->unit_slot),
    };
    sort_by_column(rows, out);
    for (size_t c = 0; num > 0 && c < num_columns; c++)
        choose_column(rows, out, c, num);
    number_slots(rows, out);
}

void report_sample_release(struct report_sample *sample)
{
    free(sample->start);
    free(sample->order);
    free(sample->is_chosen);
    free(sample->item_slot);
    free(sample->unit_slot);
    *sample = (struct report_sample){ 0 };
}
