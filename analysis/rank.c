#include "analysis/rank.h"

#include "analysis/rank_columns.h"
#include "analysis/rank_resample.h"
#include "base/mem.h"
#include "stats/ranks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void choose_models(struct ranking *out)
{
    const struct grid *grid = out->grid;
    size_t most = 0;

    for (size_t m = 0; m < grid->num_models; m++) {
        const size_t coverage = grid_coverage(grid, m);

        most = coverage > most ? coverage : most;
    }
    out->is_in = mem_alloc(grid->num_models, sizeof *out->is_in);
    for (size_t m = 0; m < grid->num_models; m++) {
        const size_t coverage = grid_coverage(grid, m);

        out->is_in[m] = coverage > 0 && 2 * coverage >= most;
    }
}

static void rank_cells(struct ranking *out)
{
    const struct grid *grid = out->grid;
    const size_t num = grid->num_models;
    double *values = mem_alloc(num, sizeof *values);
    double *ranks = mem_alloc(num, sizeof *ranks);

    out->cells = mem_alloc(num * grid->num_columns, sizeof *out->cells);
    for (size_t c = 0; c < grid->num_columns; c++) {
        for (size_t m = 0; m < num; m++)
            values[m] = grid->values[grid_at(grid, m, c)];
        ranks_competition(values, num, grid->columns[c].direction, ranks);
        for (size_t m = 0; m < num; m++) {
            out->cells[grid_at(grid, m, c)] = (struct rank_cell){
                .rank = ranks[m],
                .low = (double)NAN,
                .high = (double)NAN,
                .p_first = (double)NAN,
                .p_top3 = (double)NAN,
            };
        }
    }
    free(values);
    free(ranks);
}

static bool is_common(const struct ranking *out, size_t column)
{
    for (size_t m = 0; m < out->grid->num_models; m++) {
        if (out->is_in[m]
            && isnan(out->grid->values[grid_at(out->grid, m, column)]))
            return false;
    }
    return true;
}

static void add_scope(struct ranking *out, const char *name)
{
    const struct grid *grid = out->grid;
    struct rank_scope *scope = &out->scopes[out->num_scopes++];
    const bool is_all = out->num_scopes == 1;

    *scope = (struct rank_scope){
        .name = name,
        .columns = mem_alloc(grid->num_columns, sizeof *scope->columns),
        .is_weighted = is_all,
    };
    for (size_t c = 0; c < grid->num_columns; c++) {
        if (!is_all && strcmp(grid->columns[c].dimension, name) != 0)
            continue;
        if (is_all && grid->columns[c].weight <= 0)
            continue;
        scope->num_possible++;
        if (is_common(out, c))
            scope->columns[scope->num_columns++] = c;
    }
}

static void make_scopes(struct ranking *out)
{
    const struct grid *grid = out->grid;

    out->scopes = mem_alloc(grid->num_columns + 1, sizeof *out->scopes);
    add_scope(out, "overall");
    for (size_t c = 0; c < grid->num_columns; c++) {
        const char *name = grid->columns[c].dimension;
        bool is_new = name[0] != '\0';

        for (size_t s = 1; s < out->num_scopes; s++)
            is_new = is_new && strcmp(out->scopes[s].name, name) != 0;
        if (is_new)
            add_scope(out, name);
    }
}

double rank_weight(const struct ranking *self,
                   const struct rank_scope *scope,
                   size_t at)
{
    return scope->is_weighted ? self->grid->columns[scope->columns[at]].weight
                              : 1;
}

bool rank_has_weights(const struct ranking *self,
                      const struct rank_scope *scope)
{
    for (size_t i = 0; i < scope->num_columns; i++) {
        if (rank_weight(self, scope, i) != 1)
            return true;
    }
    return false;
}

const char *rank_note(const struct rank_scope *scope)
{
    static const double rounding = 1e-9;

    for (size_t i = 0; i < scope->num_rows; i++) {
        const struct rank_row *row = &scope->rows[i];

        /* NaN is on no side */
        if (row->mean_rank < row->low - rounding
            || row->mean_rank > row->high + rounding) {
            return "a mean rank outside its interval: models so near each other "
                   "that resamples mix their order";
        }
    }
    return NULL;
}

void rank_means(const struct ranking *self,
                const struct rank_scope *scope,
                const double *values,
                double *means)
{
    const struct grid *grid = self->grid;
    double *column = mem_alloc(grid->num_models, sizeof *column);
    double *ranks = mem_alloc(grid->num_models, sizeof *ranks);
    double weights = 0;

    for (size_t m = 0; m < grid->num_models; m++)
        means[m] = self->is_in[m] ? 0 : (double)NAN;
    for (size_t i = 0; i < scope->num_columns; i++) {
        const size_t c = scope->columns[i];
        const double weight = rank_weight(self, scope, i);

        weights += weight;
        for (size_t m = 0; m < grid->num_models; m++) {
            column[m] =
                self->is_in[m] ? values[grid_at(grid, m, c)] : (double)NAN;
        }
        ranks_competition(column,
                          grid->num_models,
                          grid->columns[c].direction,
                          ranks);
        for (size_t m = 0; m < grid->num_models; m++)
            means[m] += weight * ranks[m];
    }
    /* sums of whole numbers, where weights are: equal ones stay equal */
    for (size_t m = 0; m < grid->num_models; m++)
        means[m] /= weights;
    free(column);
    free(ranks);
}

static int compare_rows(const void *a, const void *b)
{
    const struct rank_row *x = a;
    const struct rank_row *y = b;

    if (x->mean_rank != y->mean_rank)
        return x->mean_rank < y->mean_rank ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

static void fill_scope(struct ranking *out, struct rank_scope *scope)
{
    const size_t num = out->grid->num_models;
    double *means = mem_alloc(num, sizeof *means);
    double *places = mem_alloc(num, sizeof *places);

    scope->rows = mem_alloc(num, sizeof *scope->rows);
    if (scope->num_columns > 0) {
        rank_means(out, scope, out->grid->values, means);
        ranks_competition(means, num, -1, places);
    }
    for (size_t m = 0; m < num && scope->num_columns > 0; m++) {
        if (!out->is_in[m])
            continue;
        scope->rows[scope->num_rows++] = (struct rank_row){
            .model = m,
            .mean_rank = means[m],
            .low = (double)NAN,
            .high = (double)NAN,
            .columns_low = (double)NAN,
            .columns_high = (double)NAN,
            .columns_p_first = (double)NAN,
            .columns_p_top3 = (double)NAN,
            .place = places[m],
            .place_low = (double)NAN,
            .place_high = (double)NAN,
            .p_first = (double)NAN,
            .p_top3 = (double)NAN,
        };
    }
    if (scope->num_rows > 0) {
        qsort(scope->rows, scope->num_rows, sizeof *scope->rows, compare_rows);
    }
    free(means);
    free(places);
}

void rank_make(struct ranking *out,
               const struct grid *grid,
               const struct draws *draws,
               uint64_t seed)
{
    *out = (struct ranking){ .grid = grid, .draws = draws };
    choose_models(out);
    rank_cells(out);
    make_scopes(out);
    for (size_t s = 0; s < out->num_scopes; s++)
        fill_scope(out, &out->scopes[s]);
    rank_columns(out, seed);
    if (draws && draws->num > 0)
        rank_resample(out);
}

void rank_release(struct ranking *ranking)
{
    for (size_t s = 0; s < ranking->num_scopes; s++) {
        free(ranking->scopes[s].columns);
        free(ranking->scopes[s].rows);
    }
    free(ranking->scopes);
    free(ranking->cells);
    free(ranking->is_in);
    *ranking = (struct ranking){ 0 };
}
