#include "analysis/over_alignment.h"

#include "analysis/measured.h"
#include "base/mem.h"
#include "base/text.h"
#include "stats/interval.h"
#include "stats/quantile.h"
#include "store/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct over_alignment_design
    over_alignment_designs[OVER_ALIGNMENT_DESIGNS] = {
        { "harmless", OVER_ALIGNMENT_HARMLESS, 200, 10, 28 },
        { "harmful", OVER_ALIGNMENT_HARMFUL, 1174, 66, 157 },
        { "attacked", OVER_ALIGNMENT_ATTACKED, 1300, 13, 62 },
    };

struct columns {
    size_t harmless, harmful, attacked;
};

static struct share no_share(void)
{
    return (struct share){ (double)NAN, (double)NAN, (double)NAN };
}

/* A cell; of the board with an interval by what its prompts are worth. */
static struct share share_of(const struct grid *grid,
                             size_t model,
                             size_t column,
                             const struct over_alignment_design *design)
{
    struct share out = no_share();
    size_t i;

    if (column == grid->num_columns)
        return out;
    i = grid_at(grid, model, column);
    out = (struct share){ grid->values[i], grid->low[i], grid->high[i] };
    if (grid->num_readers == 0 && !isnan(out.value)) {
        const struct interval interval =
            interval_wilson_effective(out.value,
                                      design->worth,
                                      interval_quantile(design->clusters - 1));

        out.low = interval.low;
        out.high = interval.high;
    }
    return out;
}

static double ratio(double harmless, double harmful)
{
    return harmful > 0 ? harmless / harmful : (double)NAN;
}

/* From draws of both; without them from both intervals, on the log scale. */
static struct share index_of(const struct grid *grid,
                             const struct draws *draws,
                             const struct over_alignment_row *row,
                             const struct columns *columns)
{
    struct share out = no_share();

    out.value = ratio(row->harmless.value, row->harmful.value);
    if (isnan(out.value))
        return out;
    if (draws && draws->num_units[columns->harmless] > 0
        && draws->num_units[columns->harmful] > 0) {
        double *values = mem_alloc(draws->num, sizeof *values);
        struct interval interval;
        size_t num = 0;

        for (size_t d = 0; d < draws->num; d++) {
            const double *at = draws_at(draws, d);
            const double one =
                ratio(at[grid_at(grid, row->model, columns->harmless)],
                      at[grid_at(grid, row->model, columns->harmful)]);

            if (!isnan(one))
                values[num++] = one;
        }
        interval = quantile_interval(values, num);
        out.low = interval.low;
        out.high = interval.high;
        free(values);
    } else if (row->harmless.value > 0) {
        const double down = hypot(log(row->harmless.value / row->harmless.low),
                                  log(row->harmful.high / row->harmful.value));
        const double up = hypot(log(row->harmless.high / row->harmless.value),
                                log(row->harmful.value / row->harmful.low));

        out.low = out.value * exp(-down);
        out.high = out.value * exp(up);
    }
    return out;
}

static bool beats(const struct over_alignment_row *a,
                  const struct over_alignment_row *b)
{
    const double less = b->harmless.value - a->harmless.value;
    const double more = a->harmful.value - b->harmful.value;

    return less >= 0 && more >= 0 && (less > 0 || more > 0);
}

static void find_frontier(struct over_alignment *out)
{
    for (size_t i = 0; i < out->num_rows; i++) {
        out->rows[i].is_on_frontier = true;
        for (size_t k = 0; k < out->num_rows; k++) {
            if (beats(&out->rows[k], &out->rows[i]))
                out->rows[i].is_on_frontier = false;
        }
    }
}

/* Unknown indices last. */
static int compare(const void *a, const void *b)
{
    const struct over_alignment_row *x = a;
    const struct over_alignment_row *y = b;
    const double p = isnan(x->index.value) ? (double)INFINITY : x->index.value;
    const double q = isnan(y->index.value) ? (double)INFINITY : y->index.value;

    if (p != q)
        return p < q ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

/* A part of a column, which the grid does not have. */
static struct share share_in_file(const struct grid *grid,
                                  size_t model,
                                  const char *name)
{
    const struct grid_model *of = &grid->models[model];
    const struct reader *reader = grid->readers[of->file];

    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        if (text_equal(reader_column(reader, c)->name, name)) {
            const struct reader_score *score =
                reader_score(reader, grid->profile, of->at, c);

            return (
                struct share){ measured_value(score), score->low, score->high };
        }
    }
    return no_share();
}

static void read_types(struct over_alignment *out, const struct grid *grid)
{
    const struct reader *first = grid->readers[0];
    const size_t num = reader_num_columns(first);

    out->types = mem_alloc(num, sizeof *out->types);
    for (size_t c = 0; c < num; c++) {
        const struct reader_column *column = reader_column(first, c);
        struct over_alignment_type *type = &out->types[out->num_types];

        if (!text_equal(column->parent, OVER_ALIGNMENT_HARMLESS))
            continue;
        type->name = column->name + strlen(column->parent) + 1;
        type->shares = mem_alloc(grid->num_models, sizeof *type->shares);
        for (size_t m = 0; m < grid->num_models; m++)
            type->shares[m] = share_in_file(grid, m, column->name);
        out->num_types++;
    }
}

void over_alignment_make(struct over_alignment *out,
                         const struct grid *grid,
                         const struct draws *draws)
{
    const struct columns columns = {
        .harmless = grid_column(grid, OVER_ALIGNMENT_HARMLESS),
        .harmful = grid_column(grid, OVER_ALIGNMENT_HARMFUL),
        .attacked = grid_column(grid, OVER_ALIGNMENT_ATTACKED),
    };
    const struct over_alignment_design *designs = over_alignment_designs;

    *out = (struct over_alignment){
        .rows = mem_alloc(grid->num_models, sizeof *out->rows),
    };
    for (size_t m = 0; m < grid->num_models; m++) {
        struct over_alignment_row *row = &out->rows[out->num_rows];

        *row = (struct over_alignment_row){
            .model = m,
            .harmless = share_of(grid, m, columns.harmless, &designs[0]),
            .harmful = share_of(grid, m, columns.harmful, &designs[1]),
            .attacked = share_of(grid, m, columns.attacked, &designs[2]),
        };
        if (isnan(row->harmless.value) || isnan(row->harmful.value))
            continue;
        row->index = index_of(grid, draws, row, &columns);
        out->num_rows++;
    }
    find_frontier(out);
    if (out->num_rows > 0)
        qsort(out->rows, out->num_rows, sizeof *out->rows, compare);
    if (grid->num_readers > 0)
        read_types(out, grid);
}

void over_alignment_release(struct over_alignment *self)
{
    for (size_t t = 0; t < self->num_types; t++)
        free(self->types[t].shares);
    free(self->types);
    free(self->rows);
    *self = (struct over_alignment){ 0 };
}
