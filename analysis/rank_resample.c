#include "analysis/rank_resample.h"

#include "analysis/rank.h"
#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/ranks.h"

#include <math.h>
#include <stdlib.h>

#define LOW  0.025
#define HIGH 0.975

/* How a model stood in all resamples. */
struct standings {
    size_t *counts; /* (model, num_models + 1): how often each rank */
    double *first;  /* [num_models]: how often first; ties share it */
    double *top3;
};

static struct standings standings_start(size_t num)
{
    return (struct standings){
        .counts = mem_alloc(num * (num + 1), sizeof(size_t)),
        .first = mem_alloc(num, sizeof(double)),
        .top3 = mem_alloc(num, sizeof(double)),
    };
}

static void standings_end(struct standings *standings)
{
    free(standings->counts);
    free(standings->first);
    free(standings->top3);
}

static void standings_add(struct standings *standings,
                          const double *ranks,
                          size_t num)
{
    for (size_t m = 0; m < num; m++) {
        if (!isnan(ranks[m]))
            standings->counts[m * (num + 1) + (size_t)ranks[m]]++;
    }
    ranks_add_places(ranks, num, 1, standings->first);
    ranks_add_places(ranks, num, 3, standings->top3);
}

struct tail {
    double low, high, p_first, p_top3;
};

static struct tail tail_of(const struct standings *standings,
                           size_t model,
                           size_t num,
                           size_t num_draws)
{
    const size_t *counts = &standings->counts[model * (num + 1)];

    return (struct tail){
        .low = quantile_of_counts(counts, num + 1, LOW),
        .high = quantile_of_counts(counts, num + 1, HIGH),
        .p_first = standings->first[model] / (double)num_draws,
        .p_top3 = standings->top3[model] / (double)num_draws,
    };
}

static void resample_column(struct ranking *ranking, size_t column)
{
    const struct grid *grid = ranking->grid;
    const struct draws *draws = ranking->draws;
    const size_t num = grid->num_models;
    double *values = mem_alloc(num, sizeof *values);
    double *ranks = mem_alloc(num, sizeof *ranks);
    struct standings standings = standings_start(num);

    for (size_t d = 0; d < draws->num; d++) {
        const double *draw = draws_at(draws, d);

        for (size_t m = 0; m < num; m++)
            values[m] = draw[grid_at(grid, m, column)];
        ranks_competition(values, num, grid->columns[column].direction, ranks);
        standings_add(&standings, ranks, num);
    }
    for (size_t m = 0; m < num; m++) {
        struct rank_cell *cell = &ranking->cells[grid_at(grid, m, column)];
        const struct tail tail = tail_of(&standings, m, num, draws->num);

        if (isnan(cell->rank))
            continue;
        cell->low = tail.low;
        cell->high = tail.high;
        cell->p_first = tail.p_first;
        cell->p_top3 = tail.p_top3;
    }
    free(values);
    free(ranks);
    standings_end(&standings);
}

struct scope_work {
    double *means;  /* [num_models] */
    double *places; /* [num_models] */
    double *all;    /* (model, draw): mean ranks */
    struct standings standings;
};

static void put_rows(struct ranking *ranking,
                     struct rank_scope *scope,
                     struct scope_work *work)
{
    const size_t num = ranking->grid->num_models;
    const size_t num_draws = ranking->draws->num;

    for (size_t i = 0; i < scope->num_rows; i++) {
        struct rank_row *row = &scope->rows[i];
        const struct interval mean =
            quantile_interval(&work->all[row->model * num_draws], num_draws);
        const struct tail tail =
            tail_of(&work->standings, row->model, num, num_draws);

        row->low = mean.low;
        row->high = mean.high;
        row->place_low = tail.low;
        row->place_high = tail.high;
        row->p_first = tail.p_first;
        row->p_top3 = tail.p_top3;
    }
}

static void resample_scope(struct ranking *ranking, struct rank_scope *scope)
{
    const size_t num = ranking->grid->num_models;
    const size_t num_draws = ranking->draws->num;
    struct scope_work work = {
        .means = mem_alloc(num, sizeof *work.means),
        .places = mem_alloc(num, sizeof *work.places),
        .all = mem_alloc(num * num_draws, sizeof *work.all),
        .standings = standings_start(num),
    };

    for (size_t d = 0; d < num_draws && scope->num_rows > 0; d++) {
        rank_means(ranking, scope, draws_at(ranking->draws, d), work.means);
        ranks_competition(work.means, num, -1, work.places);
        standings_add(&work.standings, work.places, num);
        for (size_t m = 0; m < num; m++)
            work.all[m * num_draws + d] = work.means[m];
    }
    put_rows(ranking, scope, &work);
    free(work.means);
    free(work.places);
    free(work.all);
    standings_end(&work.standings);
}

void rank_resample(struct ranking *ranking)
{
    for (size_t c = 0; c < ranking->grid->num_columns; c++) {
        if (ranking->draws->num_units[c] > 0)
            resample_column(ranking, c);
    }
    for (size_t s = 0; s < ranking->num_scopes; s++)
        resample_scope(ranking, &ranking->scopes[s]);
}
