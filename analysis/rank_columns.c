#include "analysis/rank_columns.h"

#include "analysis/rank.h"
#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/ranks.h"
#include "stats/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct work {
    double *means;  /* (row, resample) */
    double *ranks;  /* [num_rows]: of one resample */
    double *top[2]; /* [num_rows]: how often first, and in the top three */
    size_t num_rows;
    double weights; /* of all columns */
};

static void put(void *context, size_t resample, const double *sums)
{
    const struct work *work = context;

    ranks_competition(sums, work->num_rows, -1, work->ranks);
    ranks_add_places(work->ranks, work->num_rows, 1, work->top[0]);
    ranks_add_places(work->ranks, work->num_rows, 3, work->top[1]);
    for (size_t i = 0; i < work->num_rows; i++) {
        work->means[i * RANK_COLUMNS_RESAMPLES + resample] =
            sums[i] / work->weights;
    }
}

static uint32_t dimension_of(const struct ranking *ranking, size_t column)
{
    uint32_t at = 0;

    while (strcmp(ranking->grid->columns[at].dimension,
                  ranking->grid->columns[column].dimension)
           != 0)
        at++;
    return at;
}

/* What a column adds to the sum of each row: the row's rank in it, weighted.
 * Those of a dimension weigh the same, so the weights of a resample add up to
 * those of the scope. */
static void fill(const struct ranking *ranking,
                 const struct rank_scope *scope,
                 double *values)
{
    const size_t num = ranking->grid->num_models;
    double *means = mem_alloc(num, sizeof *means);

    for (size_t i = 0; i < scope->num_columns; i++) {
        struct rank_scope one = { .columns = &scope->columns[i],
                                  .num_columns = 1 };

        rank_means(ranking, &one, ranking->grid->values, means);
        for (size_t r = 0; r < scope->num_rows; r++) {
            values[i * scope->num_rows + r] =
                rank_weight(ranking, scope, i) * means[scope->rows[r].model];
        }
    }
    free(means);
}

static void resample_scope(const struct ranking *ranking,
                           struct rank_scope *scope,
                           uint64_t seed)
{
    const size_t num = scope->num_columns;
    const size_t width = scope->num_rows;
    uint32_t *strata = mem_alloc(num, sizeof *strata);
    uint32_t *places = mem_alloc(num * width, sizeof *places);
    double *values = mem_alloc(num * width, sizeof *values);
    size_t *starts = mem_alloc(num + 1, sizeof *starts);
    struct work work = {
        .means = mem_alloc(width * RANK_COLUMNS_RESAMPLES, sizeof *work.means),
        .ranks = mem_alloc(width, sizeof *work.ranks),
        .top = { mem_alloc(width, sizeof(double)),
                 mem_alloc(width, sizeof(double)) },
        .num_rows = width,
    };
    const struct resample_input input = {
        .num_units = num,
        .strata = strata,
        .width = width,
        .starts = starts,
        .places = places,
        .values = values,
        .seed = seed,
    };

    for (size_t i = 0; i < num; i++) {
        strata[i] = dimension_of(ranking, scope->columns[i]);
        starts[i + 1] = (i + 1) * width;
        work.weights += rank_weight(ranking, scope, i);
        for (size_t r = 0; r < width; r++)
            places[i * width + r] = (uint32_t)r;
    }
    fill(ranking, scope, values);
    resample_each(&input, RANK_COLUMNS_RESAMPLES, put, &work);
    for (size_t r = 0; r < width; r++) {
        const struct interval interval =
            quantile_interval(&work.means[r * RANK_COLUMNS_RESAMPLES],
                              RANK_COLUMNS_RESAMPLES);

        scope->rows[r].columns_low = interval.low;
        scope->rows[r].columns_high = interval.high;
        scope->rows[r].columns_p_first =
            work.top[0][r] / RANK_COLUMNS_RESAMPLES;
        scope->rows[r].columns_p_top3 = work.top[1][r] / RANK_COLUMNS_RESAMPLES;
    }
    free(strata);
    free(places);
    free(values);
    free(starts);
    free(work.means);
    free(work.ranks);
    free(work.top[0]);
    free(work.top[1]);
}

void rank_columns(struct ranking *ranking, uint64_t seed)
{
    for (size_t s = 0; s < ranking->num_scopes; s++) {
        struct rank_scope *scope = &ranking->scopes[s];

        if (scope->num_rows > 0 && scope->num_columns >= RANK_COLUMNS_LEAST)
            resample_scope(ranking, scope, seed);
    }
}
