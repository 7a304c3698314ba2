#include "analysis/placed.h"

#include "base/mem.h"
#include "base/text.h"
#include "stats/ranks.h"

#include <math.h>
#include <stdlib.h>

struct work {
    const struct grid *grid;
    const struct grid *board;
    double *values; /* [published + 1]: the own model stands last */
    double *ranks;
};

/* Ranks in one column of the board; false: not comparable there. */
static bool rank_column(const struct work *work, size_t model, size_t column)
{
    const struct grid *board = work->board;
    const size_t own = grid_column(work->grid, board->columns[column].name);
    const char *as = work->grid->models[model].published_as;
    size_t i;

    if (own == work->grid->num_columns)
        return false;
    i = grid_at(work->grid, model, own);
    if (!work->grid->is_comparable[i] || isnan(work->grid->values[i]))
        return false;
    for (size_t m = 0; m < board->num_models; m++) {
        work->values[m] = text_equal(board->models[m].name, as)
                              ? (double)NAN /* once is enough */
                              : board->values[grid_at(board, m, column)];
    }
    work->values[board->num_models] = work->grid->values[i];
    ranks_competition(work->values,
                      board->num_models + 1,
                      board->columns[column].direction,
                      work->ranks);
    return true;
}

static void place(const struct work *work, struct placed_row *row)
{
    const struct grid *board = work->board;
    const size_t num = board->num_models;
    double sum = 0;

    row->ranks = mem_alloc(board->num_columns, sizeof *row->ranks);
    row->means = mem_alloc(num, sizeof *row->means);
    row->mean_rank = (double)NAN;
    row->place = (double)NAN;
    for (size_t c = 0; c < board->num_columns; c++) {
        row->ranks[c] = (double)NAN;
        if (!rank_column(work, row->model, c))
            continue;
        row->num_columns++;
        row->ranks[c] = work->ranks[num];
        sum += work->ranks[num];
        for (size_t m = 0; m < num; m++)
            row->means[m] += work->ranks[m];
    }
    if (row->num_columns == 0)
        return;
    row->mean_rank = sum / (double)row->num_columns;
    row->place = 1;
    for (size_t m = 0; m < num; m++) {
        row->means[m] /= (double)row->num_columns;
        row->place += row->means[m] < row->mean_rank ? 1 : 0;
    }
}

void placed_make(struct placed *out,
                 const struct grid *grid,
                 const struct published *board)
{
    struct work work = { .grid = grid, .board = &out->board };

    *out = (struct placed){
        .rows = mem_alloc(grid->num_models, sizeof *out->rows),
        .num_rows = grid->num_models,
    };
    grid_of_board(&out->board, board);
    work.values = mem_alloc(out->board.num_models + 1, sizeof *work.values);
    work.ranks = mem_alloc(out->board.num_models + 1, sizeof *work.ranks);
    for (size_t m = 0; m < grid->num_models; m++) {
        out->rows[m].model = m;
        place(&work, &out->rows[m]);
    }
    free(work.values);
    free(work.ranks);
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
