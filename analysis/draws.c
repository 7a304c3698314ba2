#include "analysis/draws.h"

#include "analysis/units.h"
#include "base/hash.h"
#include "base/mem.h"
#include "stats/interval.h"
#include "stats/noise.h"
#include "stats/resample.h"
#include "store/reader.h"
#include "trustsweep/metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct work {
    struct draws *draws;
    const struct units *units;
    size_t column;
};

static void put(void *context, size_t resample, const double *sums)
{
    const struct work *work = context;
    struct draws *draws = work->draws;
    const struct grid *grid = draws->grid;
    const size_t num = grid->num_models * grid->num_columns;

    for (size_t m = 0; m < grid->num_models; m++) {
        const struct sums *of = work->units->sums[m];
        double value;

        if (!of)
            continue;
        value = sums_value(of, &sums[work->units->offsets[m]]);
        if (isnan(value)) {
            draws->num_undefined++;
        } else {
            draws->values[resample * num + grid_at(grid, m, work->column)] =
                value;
        }
    }
}

/* One model errs alike in all its files. */
static uint64_t error_seed(const struct grid *grid,
                           size_t model,
                           size_t column,
                           uint64_t seed)
{
    struct hash_stream *stream = hash_stream_create();

    hash_stream_text(stream, grid->models[model].plain);
    hash_stream_text(stream, grid->columns[column].name);
    hash_stream_u64(stream, seed);
    return hash_stream_end(stream).low;
}

/* What the file's metric lets a value be. */
static struct interval limits_of(const struct grid *grid,
                                 size_t model,
                                 size_t column)
{
    const size_t file = grid->models[model].file;
    const struct reader_column *from =
        reader_column(grid->readers[file], grid_place(grid, file, column));
    const struct metric_ops *metric = metric_find(from->metric);

    return metric ? (struct interval){ metric->least, metric->most }
                  : interval_none();
}

static void add_error(struct draws *draws,
                      size_t model,
                      size_t column,
                      uint64_t seed)
{
    const struct grid *grid = draws->grid;
    const size_t at = grid_at(grid, model, column);
    const size_t num = grid->num_models * grid->num_columns;
    const struct interval limits = limits_of(grid, model, column);
    double *noise = mem_alloc(draws->num, sizeof *noise);

    noise_normal(noise, draws->num, error_seed(grid, model, column, seed));
    for (size_t d = 0; d < draws->num; d++) {
        double *value = &draws->values[d * num + at];

        *value += grid->error[at] * noise[d];
        *value = fmin(limits.high, fmax(limits.low, *value)); /* not of NaN */
    }
    free(noise);
}

static void add_errors(struct draws *draws, uint64_t seed)
{
    const struct grid *grid = draws->grid;

    for (size_t m = 0; m < grid->num_models; m++) {
        for (size_t c = 0; c < grid->num_columns; c++) {
            const size_t at = grid_at(grid, m, c);

            if (!isnan(grid->values[at]) && grid->error[at] > 0)
                add_error(draws, m, c, seed);
        }
    }
}

static size_t fitting(size_t num, size_t num_cells)
{
    const size_t most =
        num_cells > 0 ? DRAWS_MAX_BYTES / sizeof(double) / num_cells : num;

    if (num <= most)
        return num;
    return most > DRAWS_LEAST ? most : (size_t)DRAWS_LEAST;
}

void draws_make(struct draws *out,
                const struct grid *grid,
                const struct cell_sums *cells,
                size_t num,
                uint64_t seed,
                const struct draws_told *told)
{
    const size_t num_cells = grid->num_models * grid->num_columns;

    num = fitting(num, num_cells);
    *out = (struct draws){
        .grid = grid,
        .num = num,
        .values = mem_alloc(num * num_cells, sizeof *out->values),
        .num_units = mem_alloc(grid->num_columns, sizeof *out->num_units),
    };
    for (size_t d = 0; d < num; d++) {
        memcpy(&out->values[d * num_cells],
               grid->values,
               num_cells * sizeof *out->values);
    }
    for (size_t c = 0; c < grid->num_columns; c++) {
        struct units units;

        units_of_column(&units, cells, c);
        if (units.num > 1) {
            const struct resample_input input = {
                .num_units = units.num,
                .strata = units.strata,
                .width = units.offsets[units.num_models],
                .starts = units.starts,
                .places = units.places,
                .values = units.values,
                .seed = cells->seeds[c] ^ seed,
            };
            struct work work = { out, &units, c };

            out->num_units[c] = units.num;
            resample_each(&input, num, put, &work);
        }
        units_release(&units);
        if (told)
            told->show(told->self, (double)(c + 1) / (double)grid->num_columns);
    }
    add_errors(out, seed);
}

void draws_release(struct draws *draws)
{
    free(draws->values);
    free(draws->num_units);
    *draws = (struct draws){ 0 };
}

const double *draws_at(const struct draws *draws, size_t draw)
{
    return &draws->values[draw * draws->grid->num_models
                          * draws->grid->num_columns];
}
