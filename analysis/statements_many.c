#include "analysis/statements_judges.h"
#include "base/json.h"
#include "base/mem.h"
#include "stats/interval.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>

/* "Many" columns are a quarter of them. */
static const double many = 0.25;

struct count {
    size_t num;       /* columns that the family and proprietary models have */
    size_t num_ahead; /* with a model of it before every proprietary one */
    size_t num_other; /* proprietary models, the most of any column */
};

static void count_column(struct count *out,
                         const struct grid *grid,
                         const char *family,
                         const double *values,
                         size_t column)
{
    double own = (double)-INFINITY;
    double other = (double)-INFINITY;
    size_t num_other = 0;

    for (size_t m = 0; m < grid->num_models; m++) {
        const double value =
            grid->columns[column].direction * values[grid_at(grid, m, column)];

        if (isnan(value))
            continue;
        if (text_equal(grid->models[m].family, family))
            own = fmax(own, value);
        if (text_equal(grid->models[m].access, "proprietary")) {
            other = fmax(other, value);
            num_other++;
        }
    }
    if (isinf(own) || isinf(other))
        return;
    out->num++;
    out->num_ahead += own > other ? 1 : 0;
    out->num_other = num_other > out->num_other ? num_other : out->num_other;
}

static struct count count_all(const struct grid *grid,
                              const char *family,
                              const double *values)
{
    struct count out = { 0 };

    for (size_t c = 0; c < grid->num_columns; c++)
        count_column(&out, grid, family, values, c);
    return out;
}

/* Of items resampled; of the board, which has none, of columns. */
static struct interval interval_of(const struct judging *it,
                                   const char *family,
                                   const struct count *all)
{
    const struct draws *draws = it->in->ranking->draws;
    struct interval out;
    double *room;

    if (!draws) {
        out = interval_wilson(all->num_ahead, all->num);
        out.low *= (double)all->num;
        out.high *= (double)all->num;
        return out;
    }
    room = mem_alloc(draws->num, sizeof *room);
    for (size_t d = 0; d < draws->num; d++) {
        room[d] = (double)count_all(draws->grid, family, draws_at(draws, d))
                      .num_ahead;
    }
    out = quantile_interval(room, draws->num);
    free(room);
    return out;
}

void statements_judge_beats(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const char *family = json_member_text(it->entry, "family");
    const struct count all = count_all(grid, family, grid->values);
    struct interval interval;

    if (all.num < LEAST_COLUMNS || all.num_other < LEAST_PROPRIETARY) {
        text_addf(&it->why,
                  "takes %d columns that the family and %d proprietary models "
                  "have; here %zu and %zu",
                  (int)LEAST_COLUMNS,
                  (int)LEAST_PROPRIETARY,
                  all.num,
                  all.num_other);
        return;
    }
    interval = interval_of(it, family, &all);
    it->out->value = (double)all.num_ahead;
    it->out->low = interval.low;
    it->out->high = interval.high;
    if (interval.low >= many * (double)all.num) {
        it->out->verdict = STATEMENT_HOLDS;
    } else if (interval.high < many * (double)all.num) {
        it->out->verdict = STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "%zu of %zu columns have a model of it before every proprietary "
              "one [%s]; many is taken as a quarter, %.1f",
              all.num_ahead,
              all.num,
              it->in->ranking->draws ? "items resampled" : "Wilson, of columns",
              many * (double)all.num);
}
