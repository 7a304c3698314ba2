/* One column of one model: its replies, the labels of some, the rate. */
#include "analysis/validation_parts.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/item.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far a value may lie from what the replies' weights give. */
#define SAME 0.005

/* Replies of a column and model that have a verdict. */
struct column_replies {
    size_t num, cap, num_labels, num_strata;
    size_t *units;
    double *guesses, *weights;
    uint32_t *clusters;
    struct powered_label *labels;
    struct powered_stratum *strata;
    size_t *stratum_at; /* [num_strata], of labels->strata */
};

/* A field of the entry of a unit, as a text; "" without. */
static void add_field(const struct validation_work *work,
                      size_t unit,
                      const char *field,
                      struct text *out)
{
    const uint64_t *offset =
        &work->rows.entry_offset[work->rows.unit_item[unit]];
    struct cJSON *entry = json_parse(work->rows.entries + offset[0],
                                     (size_t)(offset[1] - offset[0]),
                                     "entry",
                                     NULL);
    const struct item item = { .entry = entry };
    char *names = mem_text(field);
    char buf[ITEM_KEY];

    /* fields with commas between are taken together */
    for (char *at = names; entry && *at;) {
        const size_t len = strcspn(at, ",");
        const bool is_last = at[len] == '\0';
        const char *key;

        at[len] = '\0';
        key = item_key(&item, at, buf, sizeof buf);
        text_addf(out, "%s\n", key ? key : "");
        at += len + (is_last ? 0 : 1);
    }
    free(names);
    json_free(entry);
}

/* Number equal texts from 0; gives how many there are. */
static size_t number(struct text *texts, size_t num, uint32_t *out)
{
    struct hash128 *seen = mem_alloc(num, sizeof *seen);
    size_t known = 0;

    for (size_t i = 0; i < num; i++) {
        const struct hash128 hash =
            hash_bytes(text_data(&texts[i]), texts[i].len);
        size_t at = 0;

        while (at < known && !hash_equal(seen[at], hash))
            at++;
        if (at == known)
            seen[known++] = hash;
        out[i] = (uint32_t)at;
    }
    free(seen);
    return known;
}

/* By a field, or each item its own where it is "item" or not there. */
static size_t number_by(const struct validation_work *work,
                        const struct column_replies *of,
                        const char *field,
                        uint32_t *out)
{
    struct text *texts = mem_alloc(of->num, sizeof *texts);
    size_t num;

    for (size_t i = 0; i < of->num; i++) {
        if (field[0])
            add_field(work, of->units[i], field, &texts[i]);
        if (texts[i].len < 2) {
            text_addf(&texts[i],
                      "%llu",
                      (unsigned long long)work->rows.unit_item[of->units[i]]);
        }
    }
    num = number(texts, of->num, out);
    for (size_t i = 0; i < of->num; i++)
        text_release(&texts[i]);
    free(texts);
    return num;
}

/* Each reply the same, or each group of them where the metric says so. */
static void weigh(const struct validation_work *work,
                  struct column_replies *of,
                  const struct reader_column *column)
{
    uint32_t *groups = mem_alloc(of->num, sizeof *groups);
    size_t num_groups = 1;
    double *counts;

    if (text_starts(column->metric, "group_rate") && column->by[0])
        num_groups = number_by(work, of, column->by, groups);
    counts = mem_alloc(num_groups, sizeof *counts);
    for (size_t i = 0; i < of->num; i++)
        counts[groups[i]]++;
    for (size_t i = 0; i < of->num; i++)
        of->weights[i] = 1 / (counts[groups[i]] * (double)num_groups);
    free(counts);
    free(groups);
}

static void gather(const struct validation_work *work,
                   const struct validation_cell *cell,
                   struct column_replies *out)
{
    const struct reader_rows *rows = &work->rows;
    const struct reader_verdicts *verdicts =
        &rows->by_profile[PROFILE_CORRECTED];

    out->units = mem_alloc(rows->num_observations, sizeof *out->units);
    out->guesses = mem_alloc(rows->num_observations, sizeof *out->guesses);
    for (size_t o = 0; o < rows->num_observations; o++) {
        const double value = verdicts->value[o];

        if (rows->column[o] != cell->column
            || rows->unit_model[rows->unit[o]] != cell->model
            || !(rows->profiles[o] & 1u << PROFILE_CORRECTED)
            || !(value >= 0 && value <= 1))
            continue;
        out->units[out->num] = (size_t)rows->unit[o];
        out->guesses[out->num++] = value;
    }
    out->weights = mem_alloc(out->num, sizeof *out->weights);
    out->clusters = mem_alloc(out->num, sizeof *out->clusters);
    out->labels = mem_alloc(out->num, sizeof *out->labels);
}

/* The strata of this cell, and how many of each are labelled. */
static void gather_strata(const struct validation_work *work,
                          const struct validation_cell *cell,
                          struct column_replies *out)
{
    const struct labels *labels = work->labels;

    out->strata = mem_alloc(labels->num_strata, sizeof *out->strata);
    out->stratum_at = mem_alloc(labels->num_strata, sizeof *out->stratum_at);
    for (size_t s = 0; s < labels->num_strata; s++) {
        const struct labels_stratum *one = &labels->strata[s];

        if (!text_equal(one->model,
                        reader_model(work->reader, cell->model)->name)
            || !text_equal(one->column,
                           reader_column(work->reader, cell->column)->name))
            continue;
        out->stratum_at[out->num_strata] = s;
        out->strata[out->num_strata++].num = one->num;
    }
    for (size_t i = 0; i < labels->num_units; i++) {
        for (size_t s = 0; s < out->num_strata; s++) {
            out->strata[s].labelled +=
                labels->units[i].stratum == out->stratum_at[s];
        }
    }
}

static void gather_labels(const struct validation_work *work,
                          struct validation_cell *cell,
                          struct column_replies *out)
{
    for (size_t i = 0; i < out->num; i++) {
        const size_t at = work->label_of[out->units[i]];
        const struct labels_unit *unit;
        size_t num;

        if (at == 0)
            continue;
        unit = &work->labels->units[at - 1];
        for (uint32_t s = 0; s < out->num_strata; s++) {
            if (out->stratum_at[s] == unit->stratum) {
                out->labels[out->num_labels++] = (struct powered_label){
                    i,
                    s,
                    validation_opinion(work, unit, &num, &cell->num_partly),
                };
            }
        }
    }
    cell->num_labelled = out->num_labels;
}

static void release_replies(struct column_replies *of)
{
    free(of->units);
    free(of->guesses);
    free(of->weights);
    free(of->clusters);
    free(of->labels);
    free(of->strata);
    free(of->stratum_at);
}

static void put_right(const struct validation_work *work,
                      struct validation_cell *cell,
                      struct column_replies *of)
{
    const struct reader_column *column =
        reader_column(work->reader, cell->column);
    const struct reader_score *score = reader_score(work->reader,
                                                    PROFILE_CORRECTED,
                                                    cell->model,
                                                    cell->column);

    weigh(work, of, column);
    const struct powered_input input = {
        .num = of->num,
        .guesses = of->guesses,
        .weights = of->weights,
        .clusters = of->clusters,
        .num_clusters = number_by(
            work,
            of,
            text_equal(column->cluster, "item") ? "" : column->cluster,
            of->clusters),
        .strata = of->strata,
        .num_strata = of->num_strata,
        .labels = of->labels,
        .num_labels = of->num_labels,
    };
    const struct powered rate = powered_compute(&input);

    cell->rate.raw = rate.raw;
    if (isnan(score->value)) {
        cell->lack = "no value to put right";
    } else if (!(fabs(rate.raw - score->value) <= SAME)) {
        cell->lack = "its value is no mean of its replies";
    } else if (isnan(rate.value)) {
        cell->lack = "replies of one verdict have no label";
    } else {
        cell->rate = rate;
    }
}

void validation_cell_make(const struct validation_work *work,
                          struct validation_cell *cell)
{
    struct column_replies of = { 0 };

    cell->rate = (struct powered){ (double)NAN,
                                   (double)NAN,
                                   interval_none(),
                                   interval_none() };
    gather(work, cell, &of);
    gather_strata(work, cell, &of);
    gather_labels(work, cell, &of);
    if (of.num_labels > 0)
        put_right(work, cell, &of);
    release_replies(&of);
}
