#include "analysis/placed.h"

#include "base/mem.h"
#include "base/text.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>

/* One own model against the board. */
struct work {
    const struct grid *grid;
    const struct grid *board;
    size_t model;
    size_t *columns; /* [num] of the grid: comparable */
    size_t *places;  /* [num] of the board: the same */
    size_t num;
    double *values; /* (column, published): as printed; NaN of the model
                       itself: once is enough */
    double *base;   /* [num_published]: sums of ranks among themselves */
    double *means;  /* [num_published]: with the own model */
    double *ranks;  /* [num]: of the own model */
};

/* Above 0: the first is more trustworthy. */
static double lead(const struct grid *board, size_t column, double a, double b)
{
    return board->columns[column].direction * (a - b);
}

static void read_printed(struct work *work)
{
    const struct grid *board = work->board;
    const char *as = work->grid->models[work->model].published_as;

    for (size_t i = 0; i < work->num; i++) {
        for (size_t m = 0; m < board->num_models; m++) {
            work->values[i * board->num_models + m] =
                text_equal(board->models[m].name, as)
                    ? (double)NAN
                    : board->values[grid_at(board, m, work->places[i])];
        }
    }
}

static void find_columns(struct work *work)
{
    const struct grid *board = work->board;

    work->num = 0;
    for (size_t c = 0; c < board->num_columns; c++) {
        const size_t own = grid_column(work->grid, board->columns[c].name);
        size_t i;

        if (own == work->grid->num_columns)
            continue;
        i = grid_at(work->grid, work->model, own);
        if (!work->grid->is_comparable[i] || isnan(work->grid->values[i]))
            continue;
        work->columns[work->num] = own;
        work->places[work->num++] = c;
    }
}

/* A sum is NaN where a published value is missing. */
static void rank_published(struct work *work)
{
    const struct grid *board = work->board;

    for (size_t m = 0; m < board->num_models; m++) {
        work->base[m] = 0;
        for (size_t i = 0; i < work->num; i++) {
            const double *values = &work->values[i * board->num_models];

            work->base[m] += isnan(values[m]) ? values[m] : 1;
            for (size_t k = 0; k < board->num_models; k++) {
                work->base[m] +=
                    lead(board, work->places[i], values[k], values[m]) > 0 ? 1
                                                                           : 0;
            }
        }
    }
}

struct standing {
    double mean_rank, place;
};

/* values: of the grid, or of a draw; NaN ones do not occur here. */
static struct standing stand(struct work *work, const double *values)
{
    const struct grid *board = work->board;
    const double num = (double)work->num;
    struct standing out = { 0, 1 };

    for (size_t m = 0; m < board->num_models; m++)
        work->means[m] = work->base[m];
    for (size_t i = 0; i < work->num; i++) {
        const double own =
            values[grid_at(work->grid, work->model, work->columns[i])];
        const double *others = &work->values[i * board->num_models];

        work->ranks[i] = 1;
        for (size_t m = 0; m < board->num_models; m++) {
            const double off = lead(board, work->places[i], own, others[m]);

            work->ranks[i] += off < 0 ? 1 : 0;
            work->means[m] += off > 0 ? 1 : 0;
        }
        out.mean_rank += work->ranks[i];
    }
    for (size_t m = 0; m < board->num_models; m++) {
        out.place += work->means[m] < out.mean_rank ? 1 : 0;
        work->means[m] /= num;
    }
    out.mean_rank /= num;
    return out;
}

static void resample(struct work *work,
                     const struct draws *draws,
                     struct placed_row *row)
{
    const size_t num_places = work->board->num_models + 2; /* 0 to 17 of 16 */
    double *means = mem_alloc(draws->num, sizeof *means);
    size_t *counts = mem_alloc(num_places, sizeof *counts);

    for (size_t d = 0; d < draws->num; d++) {
        const struct standing one = stand(work, draws_at(draws, d));

        means[d] = one.mean_rank;
        counts[(size_t)one.place]++;
    }
    row->mean_interval = quantile_interval(means, draws->num);
    row->place_interval = (struct interval){
        quantile_of_counts(counts, num_places, 0.025),
        quantile_of_counts(counts, num_places, 0.975),
    };
    free(means);
    free(counts);
}

static void place(struct work *work,
                  const struct draws *draws,
                  struct placed_row *row)
{
    const size_t num = work->board->num_models;
    struct standing standing;

    *row = (struct placed_row){
        .model = work->model,
        .ranks = mem_alloc(work->board->num_columns, sizeof *row->ranks),
        .means = mem_alloc(num, sizeof *row->means),
        .num_columns = work->num,
        .mean_rank = (double)NAN,
        .place = (double)NAN,
        .mean_interval = interval_none(),
        .place_interval = interval_none(),
    };
    for (size_t c = 0; c < work->board->num_columns; c++)
        row->ranks[c] = (double)NAN;
    if (work->num == 0)
        return;
    read_printed(work);
    rank_published(work);
    standing = stand(work, work->grid->values);
    row->mean_rank = standing.mean_rank;
    row->place = standing.place;
    for (size_t i = 0; i < work->num; i++) {
        row->ranks[work->places[i]] = work->ranks[i];
        row->num_drawn += draws->num_units[work->columns[i]] > 0 ? 1 : 0;
    }
    for (size_t m = 0; m < num; m++)
        row->means[m] = work->means[m];
    if (row->num_drawn > 0)
        resample(work, draws, row);
}

void placed_make(struct placed *out,
                 const struct grid *grid,
                 const struct draws *draws,
                 const struct published *board)
{
    struct work work = { .grid = grid, .board = &out->board };

    *out = (struct placed){
        .rows = mem_alloc(grid->num_models, sizeof *out->rows),
        .num_rows = grid->num_models,
    };
    grid_of_board(&out->board, board);
    work.columns = mem_alloc(out->board.num_columns, sizeof *work.columns);
    work.places = mem_alloc(out->board.num_columns, sizeof *work.places);
    work.ranks = mem_alloc(out->board.num_columns, sizeof *work.ranks);
    work.values = mem_alloc(out->board.num_models * out->board.num_columns,
                            sizeof *work.values);
    work.base = mem_alloc(out->board.num_models, sizeof *work.base);
    work.means = mem_alloc(out->board.num_models, sizeof *work.means);
    for (work.model = 0; work.model < grid->num_models; work.model++) {
        find_columns(&work);
        place(&work, draws, &out->rows[work.model]);
    }
    free(work.columns);
    free(work.places);
    free(work.ranks);
    free(work.values);
    free(work.base);
    free(work.means);
}

void placed_release(struct placed *placed)
{
    for (size_t i = 0; i < placed->num_rows; i++) {
        free(placed->rows[i].ranks);
        free(placed->rows[i].means);
    }
    free(placed->rows);
    grid_release(&placed->board);
    *placed = (struct placed){ 0 };
}
