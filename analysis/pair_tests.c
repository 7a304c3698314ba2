#include "analysis/pair_tests.h"

#include "analysis/units.h"
#include "base/mem.h"
#include "stats/multiple.h"
#include "stats/quantile.h"
#include "stats/sign_flip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a column there are many pairs: so many draws tell its intervals. */
enum { COLUMN_DRAWS = 2000 };

/* Standard errors for a two-sided test at 5 % that finds 4 of 5. */
static const double power_width = 1.959963984540054 + 0.8416212335729143;

const char *pair_tests_method_name(enum pair_method method)
{
    static const char *const names[] = {
        "", "signs", "normal", "t", "resamples",
    };

    return names[method];
}

static bool is_wanted(const struct grid *grid, size_t a, size_t b)
{
    return grid->num_models <= PAIR_MAX_MODELS
           || strcmp(grid->models[a].plain, grid->models[b].plain) == 0;
}

static struct pair_test *next_pair(struct pair_family *family)
{
    family->pairs = mem_reserve(family->pairs,
                                &family->cap,
                                family->num_pairs + 1,
                                sizeof *family->pairs);
    return &family->pairs[family->num_pairs++];
}

struct work {
    const struct units *units;
    double *rows; /* (unit, width) */
    double *half; /* [width]: mean of two models' totals */
    double *slopes;
    double *parts; /* [num units] */
};

/* How the value moves with each sum, by differences. */
static void find_slopes(struct work *work, const struct sums *sums)
{
    for (size_t k = 0; k < sums->width; k++) {
        const double at = work->half[k];
        const double step = 1e-4 * fmax(1, fabs(at));
        double up;
        double down;

        work->half[k] = at + step;
        up = sums_value(sums, work->half);
        work->half[k] = at - step;
        down = sums_value(sums, work->half);
        work->half[k] = at;
        work->slopes[k] = (up - down) / (2 * step);
        if (!isfinite(work->slopes[k]))
            work->slopes[k] = 0;
    }
}

static void find_parts(struct work *work, size_t a, size_t b)
{
    const struct units *units = work->units;
    const size_t width = units->offsets[units->num_models];
    const double *ta = &units->totals[units->offsets[a]];
    const double *tb = &units->totals[units->offsets[b]];
    const struct sums *sums = units->sums[a];

    for (size_t k = 0; k < sums->width; k++)
        work->half[k] = (ta[k] + tb[k]) / 2;
    find_slopes(work, sums);
    for (size_t u = 0; u < units->num; u++) {
        const double *row = &work->rows[u * width];
        double part = 0;

        for (size_t k = 0; k < sums->width; k++) {
            part += work->slopes[k]
                    * (row[units->offsets[a] + k] - row[units->offsets[b] + k]);
        }
        work->parts[u] = fabs(part) < 1e-12 ? 0 : part;
    }
}

static double *spread_rows(const struct units *units)
{
    const size_t width = units->offsets[units->num_models];
    double *rows = mem_alloc(units->num * width, sizeof *rows);

    for (size_t u = 0; u < units->num; u++) {
        for (size_t p = units->starts[u]; p < units->starts[u + 1]; p++)
            rows[u * width + units->places[p]] = units->values[p];
    }
    return rows;
}

static double median_detectable(const struct pair_family *family)
{
    double *values = mem_alloc(family->num_pairs, sizeof *values);
    size_t num = 0;
    double median;

    for (size_t i = 0; i < family->num_pairs; i++) {
        if (!isnan(family->pairs[i].detectable))
            values[num++] = family->pairs[i].detectable;
    }
    quantile_sort(values, num);
    median = quantile_of(values, num, 0.5);
    free(values);
    return median;
}

static void adjust(struct pair_family *family)
{
    double *p = mem_alloc(family->num_pairs, sizeof *p);
    double *holm = mem_alloc(family->num_pairs, sizeof *holm);
    double *bh = mem_alloc(family->num_pairs, sizeof *bh);

    for (size_t i = 0; i < family->num_pairs; i++)
        p[i] = family->pairs[i].p;
    multiple_holm(p, family->num_pairs, holm);
    multiple_bh(p, family->num_pairs, bh);
    for (size_t i = 0; i < family->num_pairs; i++) {
        family->pairs[i].holm = holm[i];
        family->pairs[i].bh = bh[i];
        family->num_apart += holm[i] <= 0.05 ? 1 : 0;
        family->num_apart_bh += bh[i] <= 0.05 ? 1 : 0;
    }
    family->detectable = median_detectable(family);
    free(p);
    free(holm);
    free(bh);
}

/* From the draws: they know of what chance does to values at their edge. */
static void put_interval(struct pair_test *pair,
                         const struct draws *draws,
                         size_t column,
                         double *room)
{
    const struct grid *grid = draws->grid;
    const size_t num =
        draws->num < COLUMN_DRAWS ? draws->num : (size_t)COLUMN_DRAWS;
    double mean = 0;
    double square = 0;
    struct interval interval;

    for (size_t d = 0; d < num; d++) {
        const double *at = draws_at(draws, d);

        room[d] = at[grid_at(grid, pair->a, column)]
                  - at[grid_at(grid, pair->b, column)];
        mean += room[d] / (double)num;
    }
    for (size_t d = 0; d < num; d++)
        square += (room[d] - mean) * (room[d] - mean);
    pair->se = sqrt(square / (double)num);
    interval = quantile_interval(room, num);
    pair->low = interval.low;
    pair->high = interval.high;
}

/* Where nothing varies nothing is known of what would be found. */
static double detectable(double se)
{
    return se > 0 ? power_width * se : (double)NAN;
}

/* How far the parts may miss the difference, in standard errors of it. */
static const double linear_slack = 0.1;

/* A classifier's error is in the resamples only, never in the parts. */
static void put_test(struct pair_test *pair,
                     const double *parts,
                     size_t num,
                     bool has_error)
{
    const struct sign_flip test = sign_flip_test(parts, num);

    pair->num_units = test.num_moving;
    pair->detectable = detectable(pair->se);
    if (fabs(test.difference - pair->difference)
        <= linear_slack * pair->se + 1e-9) {
        pair->p = test.p;
        pair->method = test.is_exact ? PAIR_SIGNS : PAIR_NORMAL;
    } else {
        pair->p = sign_flip_t(pair->difference, pair->se, (double)num - 1);
        pair->method = PAIR_T;
    }
    if (has_error && pair->method != PAIR_T) {
        const double p =
            sign_flip_t(pair->difference, pair->se, (double)num - 1);

        if (p > pair->p) {
            pair->p = p;
            pair->method = PAIR_T;
        }
    }
}

static void test_columns(struct pair_family *out,
                         const struct ranking *ranking,
                         const struct units *units,
                         size_t column)
{
    const struct grid *grid = ranking->grid;
    const size_t num = grid->num_models;
    const size_t width = units->offsets[num];
    double *room = mem_alloc(ranking->draws->num, sizeof *room);
    struct work work = {
        .units = units,
        .rows = spread_rows(units),
        .half = mem_alloc(width, sizeof *work.half),
        .slopes = mem_alloc(width, sizeof *work.slopes),
        .parts = mem_alloc(units->num, sizeof *work.parts),
    };

    for (size_t a = 0; a < num; a++) {
        for (size_t b = a + 1; b < num; b++) {
            struct pair_test *pair;

            if (!is_wanted(grid, a, b) || !units->sums[a] || !units->sums[b]
                || units->sums[a]->width != units->sums[b]->width)
                continue;
            pair = next_pair(out);
            *pair = (struct pair_test){
                .a = a,
                .b = b,
                .difference = grid->values[grid_at(grid, a, column)]
                              - grid->values[grid_at(grid, b, column)],
            };
            put_interval(pair, ranking->draws, column, room);
            find_parts(&work, a, b);
            put_test(pair,
                     work.parts,
                     units->num,
                     grid->error[grid_at(grid, a, column)] > 0
                         || grid->error[grid_at(grid, b, column)] > 0);
        }
    }
    free(work.rows);
    free(work.half);
    free(work.slopes);
    free(work.parts);
    free(room);
}

/* means: (draw, model) */
static struct pair_test compare_means(const double *means,
                                      size_t num_draws,
                                      const struct rank_row *a,
                                      const struct rank_row *b,
                                      size_t num_models,
                                      double *room)
{
    struct pair_test out = { .a = a->model,
                             .b = b->model,
                             .difference = a->mean_rank - b->mean_rank,
                             .method = PAIR_RESAMPLES,
                             .num_units = num_draws };
    const double least = 2 / (double)(num_draws + 1);
    double mean = 0;
    double square = 0;
    double over = 0;
    struct interval interval;

    for (size_t d = 0; d < num_draws; d++) {
        room[d] =
            means[d * num_models + a->model] - means[d * num_models + b->model];
        mean += room[d] / (double)num_draws;
        over += room[d] > 0 ? 1 : 0;
        over += room[d] == 0 ? 0.5 : 0;
    }
    for (size_t d = 0; d < num_draws; d++)
        square += (room[d] - mean) * (room[d] - mean);
    interval = quantile_interval(room, num_draws);
    out.low = interval.low;
    out.high = interval.high;
    out.se = sqrt(square / (double)num_draws);
    out.detectable = detectable(out.se);
    over /= (double)num_draws;
    out.p = fmin(1, fmax(least, 2 * fmin(over, 1 - over)));
    return out;
}

static void test_scope(struct pair_family *out,
                       const struct ranking *ranking,
                       const struct rank_scope *scope)
{
    const size_t num = ranking->grid->num_models;
    const size_t num_draws = ranking->draws->num;
    double *means = mem_alloc(num_draws * num, sizeof *means);
    double *room = mem_alloc(num_draws, sizeof *room);

    for (size_t d = 0; d < num_draws; d++) {
        rank_means(ranking,
                   scope,
                   draws_at(ranking->draws, d),
                   &means[d * num]);
    }
    for (size_t i = 0; i < scope->num_rows; i++) {
        for (size_t k = i + 1; k < scope->num_rows; k++) {
            if (!is_wanted(ranking->grid,
                           scope->rows[i].model,
                           scope->rows[k].model))
                continue;
            *next_pair(out) = compare_means(means,
                                            num_draws,
                                            &scope->rows[i],
                                            &scope->rows[k],
                                            num,
                                            room);
        }
    }
    free(means);
    free(room);
}

static struct pair_family *add_family(struct pair_tests *out, const char *name)
{
    struct pair_family *family = &out->families[out->num_families++];

    *family = (struct pair_family){
        .name = name,
    };
    return family;
}

void pair_tests_make(struct pair_tests *out,
                     const struct ranking *ranking,
                     const struct cell_sums *cells)
{
    const struct grid *grid = ranking->grid;

    *out = (struct pair_tests){
        .families = mem_alloc(ranking->num_scopes + grid->num_columns,
                              sizeof *out->families),
        .is_partial = grid->num_models > PAIR_MAX_MODELS,
    };
    for (size_t s = 0; s < ranking->num_scopes; s++) {
        struct pair_family *family = add_family(out, ranking->scopes[s].name);

        family->is_scope = true;
        test_scope(family, ranking, &ranking->scopes[s]);
        adjust(family);
    }
    for (size_t c = 0; c < grid->num_columns; c++) {
        struct pair_family *family = add_family(out, grid->columns[c].name);
        struct units units;

        units_of_column(&units, cells, c);
        if (units.num > 1)
            test_columns(family, ranking, &units, c);
        units_release(&units);
        adjust(family);
    }
}

void pair_tests_release(struct pair_tests *self)
{
    for (size_t i = 0; i < self->num_families; i++)
        free(self->families[i].pairs);
    free(self->families);
    *self = (struct pair_tests){ 0 };
}
