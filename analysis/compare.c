#include "analysis/compare.h"

#include "base/mem.h"
#include "base/text.h"
#include "stats/multiple.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct pair_test *find_pair(const struct pair_family *family,
                                         size_t a,
                                         size_t b)
{
    for (size_t i = 0; i < family->num_pairs; i++) {
        if (family->pairs[i].a == a && family->pairs[i].b == b)
            return &family->pairs[i];
    }
    return NULL;
}

static const struct pair_family *find_family(const struct pair_tests *pairs,
                                             const char *column)
{
    for (size_t i = 0; i < pairs->num_families; i++) {
        if (!pairs->families[i].is_scope
            && text_equal(pairs->families[i].name, column))
            return &pairs->families[i];
    }
    return NULL;
}

static void adjust(struct compare_row *rows, size_t num)
{
    double *p = mem_alloc(num, sizeof *p);
    double *holm = mem_alloc(num, sizeof *holm);
    double *bh = mem_alloc(num, sizeof *bh);

    for (size_t i = 0; i < num; i++)
        p[i] = rows[i].p;
    multiple_holm(p, num, holm);
    multiple_bh(p, num, bh);
    for (size_t i = 0; i < num; i++) {
        rows[i].holm = holm[i];
        rows[i].bh = bh[i];
    }
    free(p);
    free(holm);
    free(bh);
}

/* a stands in an earlier file than b. */
static void add_pair(struct compare *out,
                     const struct grid *grid,
                     const struct pair_tests *pairs,
                     size_t a,
                     size_t b)
{
    const size_t first = out->num_rows;

    for (size_t c = 0; c < grid->num_columns; c++) {
        const struct pair_family *family =
            find_family(pairs, grid->columns[c].name);
        const struct pair_test *pair = family ? find_pair(family, a, b) : NULL;

        if (!pair)
            continue;
        out->rows = mem_reserve(out->rows,
                                &out->cap,
                                out->num_rows + 1,
                                sizeof *out->rows);
        out->rows[out->num_rows++] = (struct compare_row){
            .column = c,
            .before = a,
            .after = b,
            .value_before = grid->values[grid_at(grid, a, c)],
            .value_after = grid->values[grid_at(grid, b, c)],
            .difference = 0 - pair->difference, /* no -0 */
            .low = 0 - pair->high,
            .high = 0 - pair->low,
            .p = pair->p,
            .detectable = pair->detectable,
        };
    }
    if (out->num_rows > first)
        adjust(&out->rows[first], out->num_rows - first);
}

void compare_make(struct compare *out,
                  const struct ranking *ranking,
                  const struct pair_tests *pairs)
{
    const struct grid *grid = ranking->grid;
    const size_t num = grid->num_models;

    *out = (struct compare){
        .rows = mem_alloc(num * num / 2 * grid->num_columns, sizeof *out->rows),
    };
    for (size_t b = 0; b < num && grid->num_readers > 1; b++) {
        for (size_t a = 0; a < b; a++) {
            if (grid->models[a].file != grid->models[b].file
                && text_equal(grid->models[a].plain, grid->models[b].plain))
                add_pair(out, grid, pairs, a, b);
        }
    }
}

void compare_release(struct compare *compare)
{
    free(compare->rows);
    *compare = (struct compare){ 0 };
}

/* The last run of digits of a name; NaN without one. */
static double step_of(const char *name)
{
    const char *at = strpbrk(name, "0123456789");
    double step = (double)NAN;

    while (at) {
        const size_t len = strspn(at, "0123456789");
        char *digits = mem_text_len(at, len);

        (void)text_to_double(digits, &step);
        free(digits);
        at = strpbrk(at + len, "0123456789");
    }
    return step;
}

struct checkpoint {
    size_t model;
    double step;
};

static int compare_steps(const void *a, const void *b)
{
    const struct checkpoint *x = a;
    const struct checkpoint *y = b;

    if (x->step != y->step)
        return x->step < y->step ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

static void list_checkpoints(struct series *out,
                             const struct grid *grid,
                             const char *pattern)
{
    struct checkpoint *all = mem_alloc(grid->num_models, sizeof *all);
    bool has_steps = true;

    for (size_t m = 0; m < grid->num_models; m++) {
        if (text_glob(pattern, grid->models[m].plain)) {
            all[out->num++] =
                (struct checkpoint){ m, step_of(grid->models[m].plain) };
        }
    }
    for (size_t i = 0; i < out->num; i++)
        has_steps = has_steps && !isnan(all[i].step);
    for (size_t i = 0; i < out->num && !has_steps; i++)
        all[i].step = (double)(i + 1);
    if (out->num > 0)
        qsort(all, out->num, sizeof *all, compare_steps);
    out->models = mem_alloc(out->num, sizeof *out->models);
    out->steps = mem_alloc(out->num, sizeof *out->steps);
    for (size_t i = 0; i < out->num; i++) {
        out->models[i] = all[i].model;
        out->steps[i] = all[i].step;
    }
    free(all);
}

static void add_column(struct series *out,
                       const struct grid *grid,
                       size_t column,
                       uint64_t seed)
{
    double *x = mem_alloc(out->num, sizeof *x);
    double *y = mem_alloc(out->num, sizeof *y);
    size_t *models = mem_alloc(out->num, sizeof *models);
    size_t num = 0;

    for (size_t i = 0; i < out->num; i++) {
        const double value =
            grid->values[grid_at(grid, out->models[i], column)];

        if (!isnan(value)) {
            x[num] = out->steps[i];
            models[num] = out->models[i];
            y[num++] = value;
        }
    }
    if (num >= COMPARE_LEAST_SERIES) {
        struct series_row *row = &out->rows[out->num_rows++];

        *row = (struct series_row){
            .column = column,
            .num = num,
            .first = y[0],
            .last = y[num - 1],
            .trend = trend_of(x, y, num, seed),
            .change = trend_change(y, num, seed),
        };
        row->change_model = models[row->change.at];
    }
    free(x);
    free(y);
    free(models);
}

/* p of a change of level that is more than chance; NaN never is */
static const double change_level = 0.05;

static void adjust_series(struct series *out)
{
    double *p = mem_alloc(out->num_rows, sizeof *p);

    for (size_t i = 0; i < out->num_rows; i++)
        p[i] = out->rows[i].trend.p;
    multiple_holm(p, out->num_rows, p);
    for (size_t i = 0; i < out->num_rows; i++) {
        out->rows[i].holm = p[i];
        p[i] = out->rows[i].change.p;
    }
    multiple_holm(p, out->num_rows, p);
    for (size_t i = 0; i < out->num_rows; i++) {
        out->rows[i].change_holm = p[i];
        out->rows[i].has_change = p[i] <= change_level;
    }
    free(p);
}

void compare_series(struct series *out,
                    const struct grid *grid,
                    const char *pattern,
                    uint64_t seed)
{
    *out = (struct series){ 0 };
    if (!pattern || grid->num_readers == 0)
        return;
    out->pattern = pattern;
    list_checkpoints(out, grid, pattern);
    out->rows = mem_alloc(grid->num_columns, sizeof *out->rows);
    for (size_t c = 0; c < grid->num_columns; c++)
        add_column(out, grid, c, seed);
    adjust_series(out);
}

char *compare_series_lack(const struct series *series, const struct grid *grid)
{
    if (!series->pattern || series->num_rows > 0)
        return NULL;
    return text_format("A series takes %d checkpoints with a value in the same "
                       "column: '%s' covers %zu of %zu model%s.",
                       (int)COMPARE_LEAST_SERIES,
                       series->pattern,
                       series->num,
                       grid->num_models,
                       grid->num_models == 1 ? "" : "s");
}

void compare_series_release(struct series *series)
{
    free(series->models);
    free(series->steps);
    free(series->rows);
    *series = (struct series){ 0 };
}
