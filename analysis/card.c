#include "analysis/card.h"

#include "analysis/published.h"
#include "base/mem.h"
#include "stats/correlation.h"
#include "stats/ranks.h"

#include <math.h>
#include <stdlib.h>

enum { SMALL_DIFFERENCE = 2 };

static const double printed_half = 0.005; /* averages have two decimals */

const char *card_error_name(enum card_error error)
{
    static const char *const names[] = { "", "direction", "value", "ties" };

    return names[error];
}

static enum card_error error_of(const double *card,
                                const double *ranks,
                                size_t num)
{
    double most = 0;

    if (correlation_spearman(card, ranks, num) < 0)
        return CARD_DIRECTION;
    for (size_t m = 0; m < num; m++)
        most = fmax(most, fabs(card[m] - ranks[m]));
    return most > SMALL_DIFFERENCE ? CARD_VALUE : CARD_TIES;
}

static void compare_column(struct card *out,
                           const struct grid *grid,
                           const struct published *board,
                           size_t column,
                           double *room) /* [3 * num_models] */
{
    const size_t num = grid->num_models;
    double *values = room;
    double *ranks = &room[num];
    double *card = &room[2 * num];
    const size_t before = out->num_cells;

    for (size_t m = 0; m < num; m++) {
        values[m] = grid->values[grid_at(grid, m, column)];
        card[m] = published_rank(board, grid->models[m].name, column);
    }
    ranks_competition(values, num, grid->columns[column].direction, ranks);
    for (size_t m = 0; m < num; m++) {
        out->means[m].card += card[m] / (double)grid->num_columns;
        out->means[m].recomputed += ranks[m] / (double)grid->num_columns;
        if (card[m] != ranks[m]) {
            out->cells[out->num_cells++] =
                (struct card_cell){ m, column, card[m], ranks[m] };
        }
    }
    if (out->num_cells == before) {
        out->num_equal_rows++;
        return;
    }
    out->rows[out->num_rows++] =
        (struct card_row){ .column = column,
                           .error = error_of(card, ranks, num),
                           .num_cells = out->num_cells - before };
}

void card_make(struct card *out,
               const struct grid *grid,
               const struct published *board)
{
    const size_t num = grid->num_models;
    double *room = mem_alloc(3 * num, sizeof *room);

    *out = (struct card){
        .means = mem_alloc(num, sizeof *out->means),
        .rows = mem_alloc(grid->num_columns, sizeof *out->rows),
        .cells = mem_alloc(num * grid->num_columns, sizeof *out->cells),
    };
    for (size_t c = 0; c < grid->num_columns; c++)
        compare_column(out, grid, board, c, room);
    for (size_t m = 0; m < num; m++) {
        struct card_mean *mean = &out->means[m];

        mean->printed =
            published_facts(board, grid->models[m].name).average_rank;
        out->num_equal_means +=
            fabs(mean->card - mean->printed) <= printed_half ? 1 : 0;
    }
    free(room);
}

void card_release(struct card *card)
{
    free(card->means);
    free(card->rows);
    free(card->cells);
    *card = (struct card){ 0 };
}
