#include "analysis/label/label_sample.h"

#include "analysis/export/export_source.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>

/* A reply that could be drawn. */
struct candidate {
    size_t unit;
    size_t stratum;
};

struct draw {
    const struct export_source *source;
    const struct label_sample_params *params;
    struct label_sample *out;
    struct candidate *all; /* [num], by unit */
    size_t num;
    size_t *of_cell; /* (model, column, outcome): its stratum + 1 */
};

static bool is_wanted(const struct draw *draw, size_t model, size_t column)
{
    const struct reader *reader = draw->source->reader;
    const struct label_sample_params *params = draw->params;

    return label_kind_of(reader_column(reader, column)) != LABEL_KIND_NONE
           && (!params->models
               || text_glob(params->models, reader_model(reader, model)->name))
           && (!params->columns
               || text_glob(params->columns,
                            reader_column(reader, column)->name));
}

static size_t stratum_of(struct draw *draw,
                         size_t model,
                         size_t column,
                         bool is_yes)
{
    const struct reader *reader = draw->source->reader;
    size_t *at =
        &draw->of_cell[(model * reader_num_columns(reader) + column) * 2
                       + is_yes];
    struct labels *strata = &draw->out->strata;

    if (*at == 0) {
        strata->strata[strata->num_strata++] = (struct labels_stratum){
            .model = mem_text(reader_model(reader, model)->name),
            .column = mem_text(reader_column(reader, column)->name),
            .outcome = mem_text(is_yes ? "yes" : "no"),
            .kind = label_kind_of(reader_column(reader, column)),
        };
        *at = strata->num_strata;
    }
    return *at - 1;
}

/* The first column that asks something of a unit's reply takes it. */
static void find_candidates(struct draw *draw)
{
    const struct export_source *source = draw->source;
    const struct reader_rows *rows = &source->rows;
    const struct reader_verdicts *verdicts =
        &rows->by_profile[PROFILE_CORRECTED];

    draw->all = mem_alloc(rows->num_units, sizeof *draw->all);
    for (size_t u = 0; u < rows->num_units; u++) {
        for (size_t i = source->first[u]; i < source->first[u + 1]; i++) {
            const size_t o = (size_t)source->order[i];
            const double value = verdicts->value[o];
            size_t stratum;

            if (!(rows->profiles[o] & 1u << PROFILE_CORRECTED)
                || !(value >= 0 && value <= 1)
                || !is_wanted(draw, rows->unit_model[u], rows->column[o]))
                continue;
            stratum = stratum_of(draw,
                                 rows->unit_model[u],
                                 rows->column[o],
                                 value >= 0.5);
            draw->out->strata.strata[stratum].num++;
            draw->all[draw->num++] = (struct candidate){ u, stratum };
            break;
        }
    }
}

/* One more for each stratum in turn until all are given out. */
static void share_out(struct labels *strata, size_t num)
{
    bool is_open = true;

    while (num > 0 && is_open) {
        is_open = false;
        for (size_t s = 0; s < strata->num_strata && num > 0; s++) {
            if (strata->strata[s].drawn < strata->strata[s].num) {
                strata->strata[s].drawn++;
                num--;
                is_open = true;
            }
        }
    }
}

static uint64_t seed_of(uint64_t seed, const struct labels_stratum *stratum)
{
    struct hash_stream *stream = hash_stream_create();

    hash_stream_u64(stream, seed);
    if (stratum) {
        hash_stream_text(stream, stratum->model);
        hash_stream_text(stream, stratum->column);
        hash_stream_text(stream, stratum->outcome);
    }
    return hash_stream_end(stream).low;
}

/* Put `num` of list[of] into its first places, by chance (Fisher, Yates). */
static void shuffle(struct label_sample_unit *list,
                    size_t of,
                    size_t num,
                    uint64_t seed)
{
    for (size_t i = 0; i < num && i + 1 < of; i++) {
        const size_t at = i + (size_t)random_below(&seed, of - i);
        const struct label_sample_unit kept = list[i];

        list[i] = list[at];
        list[at] = kept;
    }
}

static void draw_units(struct draw *draw)
{
    struct label_sample *out = draw->out;
    struct label_sample_unit *own = mem_alloc(draw->num, sizeof *own);

    out->units = mem_alloc(draw->num, sizeof *out->units);
    for (size_t s = 0; s < out->strata.num_strata; s++) {
        const struct labels_stratum *stratum = &out->strata.strata[s];
        size_t num = 0;

        for (size_t i = 0; i < draw->num; i++) {
            if (draw->all[i].stratum == s)
                own[num++] = (struct label_sample_unit){ draw->all[i].unit, s };
        }
        shuffle(own,
                num,
                (size_t)stratum->drawn,
                seed_of(draw->params->seed, stratum));
        for (size_t i = 0; i < stratum->drawn; i++)
            out->units[out->num_units++] = own[i];
    }
    shuffle(out->units,
            out->num_units,
            out->num_units,
            seed_of(draw->params->seed, NULL));
    free(own);
}

int label_sample_draw(struct label_sample *out,
                      const struct export_source *source,
                      const struct label_sample_params *params,
                      struct error *err)
{
    const size_t num_cells = reader_num_models(source->reader)
                             * reader_num_columns(source->reader) * 2;
    struct draw draw = {
        .source = source,
        .params = params,
        .out = out,
        .of_cell = mem_alloc(num_cells, sizeof *draw.of_cell),
    };
    int rc = 0;

    *out = (struct label_sample){ .num_units = 0 };
    out->strata.strata = mem_alloc(num_cells, sizeof *out->strata.strata);
    find_candidates(&draw);
    if (draw.num == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "no reply with a verdict of refused or right that "
                       "--models and --columns leave; 'trustsweep analyze "
                       "--profile corrected' shows which columns have values");
    } else if (params->num < out->strata.num_strata) {
        rc = error_set(err,
                       ERR_USAGE,
                       "--num %zu is less than one of each model, column and "
                       "verdict: %zu are needed, twice as many are better; or "
                       "fewer --models or --columns",
                       params->num,
                       out->strata.num_strata);
    } else {
        share_out(&out->strata, params->num);
        draw_units(&draw);
    }
    free(draw.all);
    free(draw.of_cell);
    if (rc < 0)
        label_sample_release(out);
    return rc;
}

void label_sample_release(struct label_sample *self)
{
    labels_release(&self->strata);
    free(self->units);
    *self = (struct label_sample){ .num_units = 0 };
}
