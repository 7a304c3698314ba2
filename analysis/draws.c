#include "analysis/draws.h"

#include "analysis/units.h"
#include "base/mem.h"
#include "stats/resample.h"

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
                uint64_t seed)
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
    }
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
