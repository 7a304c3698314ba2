#include "analysis/spread.h"

#include "base/mem.h"
#include "base/text.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A 95 % interval is this many standard errors wide. */
static const double width_95 = 2 * 1.959963984540054;

static double standard_error(const struct grid *grid, size_t i)
{
    return (grid->high[i] - grid->low[i]) / width_95;
}

static double scale_of(const struct grid *grid, size_t column)
{
    const char *name = grid->columns[column].name;

    return text_ends(name, "_pct") ? 100 : 1;
}

/* Share of pairs that lie further apart than chance puts them. */
static double separated(const struct grid *grid, size_t column)
{
    double apart = 0;
    double pairs = 0;

    for (size_t a = 0; a < grid->num_models; a++) {
        for (size_t b = 0; b < a; b++) {
            const size_t i = grid_at(grid, a, column);
            const size_t k = grid_at(grid, b, column);
            const double error =
                hypot(standard_error(grid, i), standard_error(grid, k));
            const double off = fabs(grid->values[i] - grid->values[k]);

            if (isnan(off) || isnan(error))
                continue;
            pairs++;
            apart += off > width_95 / 2 * error ? 1 : 0;
        }
    }
    return pairs > 0 ? apart / pairs : (double)NAN;
}

static void measure_errors(const struct grid *grid, struct spread_column *out)
{
    double square = 0;
    double num = 0;

    for (size_t m = 0; m < grid->num_models; m++) {
        const double error =
            standard_error(grid, grid_at(grid, m, out->column));

        if (!isnan(error)) {
            square += error * error;
            num++;
        }
    }
    out->error = num > 0 ? sqrt(square / num) : (double)NAN;
    if (num > 1 && out->sd > 0)
        out->signal = fmax(0, 1 - square / num / (out->sd * out->sd));
    out->separated = separated(grid, out->column);
}

static void measure(const struct grid *grid,
                    size_t column,
                    struct spread_column *out)
{
    double *values = mem_alloc(grid->num_models, sizeof *values);
    double mean = 0;
    double square = 0;
    size_t num = 0;

    for (size_t m = 0; m < grid->num_models; m++) {
        const double value = grid->values[grid_at(grid, m, column)];

        if (!isnan(value)) {
            values[num++] = value;
            mean += value;
        }
    }
    *out = (struct spread_column){ column,      num,         (double)NAN,
                                   (double)NAN, (double)NAN, (double)NAN,
                                   (double)NAN, (double)NAN, (double)NAN,
                                   (double)NAN };
    if (num > 1) {
        const bool is_up = grid->columns[column].direction > 0;

        quantile_sort(values, num);
        out->best = values[is_up ? num - 1 : 0];
        out->worst = values[is_up ? 0 : num - 1];
        out->median = quantile_of(values, num, 0.5);
        out->range = (values[num - 1] - values[0]) / scale_of(grid, column);
        for (size_t i = 0; i < num; i++)
            square += pow(values[i] - mean / (double)num, 2);
        out->sd = sqrt(square / (double)(num - 1));
        measure_errors(grid, out);
    }
    free(values);
}

/* A mean of what is known. */
struct known {
    double sum, num;
};

static void know(struct known *known, double value)
{
    if (!isnan(value)) {
        known->sum += value;
        known->num++;
    }
}

static double mean_of(const struct known *known)
{
    return known->num > 0 ? known->sum / known->num : (double)NAN;
}

static void add_dimension(struct spread *out,
                          const struct grid *grid,
                          const char *name)
{
    struct spread_dimension *dimension =
        &out->dimensions[out->num_dimensions++];
    struct known range = { 0 };
    struct known signal = { 0 };
    struct known apart = { 0 };

    *dimension = (struct spread_dimension){ .name = name };
    for (size_t c = 0; c < out->num_columns; c++) {
        const struct spread_column *column = &out->columns[c];

        if (strcmp(grid->columns[c].dimension, name) != 0
            || column->num_models < 2)
            continue;
        dimension->num_columns++;
        know(&range, column->range);
        know(&signal, column->signal);
        know(&apart, column->separated);
    }
    dimension->range = mean_of(&range);
    dimension->signal = mean_of(&signal);
    dimension->separated = mean_of(&apart);
}

/* By pairs told apart, as ranges are of unlike units; by these on the board. */
static int compare_dimensions(const void *a, const void *b)
{
    const struct spread_dimension *x = a;
    const struct spread_dimension *y = b;
    const double apart = isnan(x->separated) ? -1 : x->separated;
    const double other = isnan(y->separated) ? -1 : y->separated;
    const double p = isnan(x->range) ? -1 : x->range;
    const double q = isnan(y->range) ? -1 : y->range;

    if (apart != other)
        return apart > other ? -1 : 1;
    if (p != q)
        return p > q ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void add_excess(struct spread_advice *advice,
                       size_t column,
                       double excess)
{
    size_t at = advice->num;

    if (!(excess > 0)
        || (at == SPREAD_ADVICE && excess <= advice->excess[at - 1]))
        return;
    if (at == SPREAD_ADVICE)
        at--;
    while (at > 0 && advice->excess[at - 1] < excess) {
        advice->excess[at] = advice->excess[at - 1];
        advice->columns[at] = advice->columns[at - 1];
        at--;
    }
    advice->excess[at] = excess;
    advice->columns[at] = column;
    advice->num += advice->num < SPREAD_ADVICE ? 1 : 0;
}

static void advise(struct spread *out, const struct ranking *ranking)
{
    const struct grid *grid = ranking->grid;

    for (size_t m = 0; m < grid->num_models; m++) {
        struct known own = { 0 };

        for (size_t c = 0; c < grid->num_columns; c++)
            know(&own, ranking->cells[grid_at(grid, m, c)].rank);
        for (size_t c = 0; c < grid->num_columns; c++) {
            add_excess(&out->advice[m],
                       c,
                       ranking->cells[grid_at(grid, m, c)].rank
                           - mean_of(&own));
        }
    }
}

void spread_make(struct spread *out, const struct ranking *ranking)
{
    const struct grid *grid = ranking->grid;

    *out = (struct spread){
        .columns = mem_alloc(grid->num_columns, sizeof *out->columns),
        .num_columns = grid->num_columns,
        .dimensions = mem_alloc(ranking->num_scopes, sizeof *out->dimensions),
        .advice = mem_alloc(grid->num_models, sizeof *out->advice),
    };
    for (size_t c = 0; c < grid->num_columns; c++)
        measure(grid, c, &out->columns[c]);
    for (size_t s = 1; s < ranking->num_scopes; s++)
        add_dimension(out, grid, ranking->scopes[s].name);
    if (out->num_dimensions > 0) {
        qsort(out->dimensions,
              out->num_dimensions,
              sizeof *out->dimensions,
              compare_dimensions);
    }
    advise(out, ranking);
}

void spread_release(struct spread *spread)
{
    free(spread->columns);
    free(spread->dimensions);
    free(spread->advice);
    *spread = (struct spread){ 0 };
}
