#include "analysis/correlation_trust.h"

#include "analysis/access_gap.h"
#include "base/mem.h"
#include "stats/bca.h"
#include "stats/quantile.h"
#include "stats/ranks.h"
#include "stats/strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_MODELS = 3, ITEM_DRAWS = 2000 };

static const double like_size = 1.25;

static const struct {
    const char *name;
    correlation_fn of;
} kinds[NUM_CORRELATION_KINDS] = {
    [CORRELATION_PEARSON] = { "pearson", correlation_pearson },
    [CORRELATION_SPEARMAN] = { "spearman", correlation_spearman },
    [CORRELATION_KENDALL] = { "kendall", correlation_kendall },
};

const char *correlation_trust_name(enum correlation_kind kind)
{
    return kinds[kind].name;
}

struct chosen_pairs {
    const struct correlation_row *row;
    correlation_fn of;
    double *x, *y; /* room for all draws */
};

static double of_chosen(const size_t *chosen, size_t num, const void *context)
{
    const struct chosen_pairs *pairs = context;

    for (size_t i = 0; i < num; i++) {
        pairs->x[i] = pairs->row->trust[chosen[i]];
        pairs->y[i] = pairs->row->utility[chosen[i]];
    }
    return pairs->of(pairs->x, pairs->y, num);
}

/* None of so few: it would say more than they know. */
static struct interval of_enough(const struct chosen_pairs *pairs,
                                 const uint32_t *units,
                                 uint64_t seed)
{
    const size_t num = pairs->row->num;
    const size_t num_units = units ? pairs->row->num_families : num;

    return num_units < CORRELATION_TRUST_LEAST
               ? interval_none()
               : bca_interval(of_chosen, pairs, num, units, seed);
}

/* Each model left out in turn. */
static void leave_out(const struct chosen_pairs *pairs,
                      struct correlation_value *out)
{
    const struct correlation_row *row = pairs->row;
    size_t *others = mem_alloc(row->num, sizeof *others);
    double most = -1;

    out->without_low = (double)NAN;
    out->without_high = (double)NAN;
    for (size_t i = 0; i < row->num; i++) {
        double r;
        size_t num = 0;

        for (size_t k = 0; k < row->num; k++) {
            if (k != i)
                others[num++] = k;
        }
        r = of_chosen(others, num, pairs);
        out->without_low = fmin(out->without_low, r); /* NaN gives way */
        out->without_high = fmax(out->without_high, r);
        if (fabs(r - out->value) > most) {
            most = fabs(r - out->value);
            out->influential = row->models[i];
        }
    }
    free(others);
}

/* Ranks stay with their values, so that they are made once.  x, y: room. */
static struct permutation test_of(const struct correlation_row *row,
                                  enum correlation_kind kind,
                                  double *x,
                                  double *y,
                                  uint64_t seed)
{
    if (kind != CORRELATION_SPEARMAN) {
        return permutation_correlation(kinds[kind].of,
                                       row->trust,
                                       row->utility,
                                       row->num,
                                       seed);
    }
    ranks_average(row->trust, row->num, x);
    ranks_average(row->utility, row->num, y);
    return permutation_correlation(correlation_pearson, x, y, row->num, seed);
}

static void correlate(struct correlation_row *row,
                      enum correlation_kind kind,
                      const uint32_t *families,
                      uint64_t seed)
{
    struct correlation_value *out = &row->kinds[kind];
    const size_t room = row->num * row->num;
    struct chosen_pairs pairs = { row,
                                  kinds[kind].of,
                                  mem_alloc(room, sizeof *pairs.x),
                                  mem_alloc(room, sizeof *pairs.y) };

    *out = (struct correlation_value){
        .value = kinds[kind].of(row->trust, row->utility, row->num),
        .models = of_enough(&pairs, NULL, seed),
        .families = of_enough(&pairs, families, seed),
        .items = interval_none(),
    };
    out->test = test_of(row, kind, pairs.x, pairs.y, seed);
    leave_out(&pairs, out);
    free(pairs.x);
    free(pairs.y);
}

/* These models with other items: the first draws are enough. */
static void resample_items(struct correlation_row *row,
                           const struct ranking *ranking)
{
    const struct draws *draws = ranking->draws;
    const size_t num =
        draws ? (draws->num < ITEM_DRAWS ? draws->num : ITEM_DRAWS) : 0;
    double *means = mem_alloc(ranking->grid->num_models, sizeof *means);
    double *trust = mem_alloc(row->num, sizeof *trust);
    double *values = mem_alloc(num * NUM_CORRELATION_KINDS, sizeof *values);
    size_t counts[NUM_CORRELATION_KINDS] = { 0 };

    for (size_t d = 0; d < num; d++) {
        rank_means(ranking,
                   &ranking->scopes[row->scope],
                   draws_at(draws, d),
                   means);
        for (size_t i = 0; i < row->num; i++)
            trust[i] = -means[row->models[i]];
        for (int k = 0; k < NUM_CORRELATION_KINDS; k++) {
            const double r = kinds[k].of(trust, row->utility, row->num);

            if (!isnan(r))
                values[(size_t)k * num + counts[k]++] = r;
        }
    }
    for (int k = 0; k < NUM_CORRELATION_KINDS && num > 0; k++) {
        row->kinds[k].items =
            quantile_interval(&values[(size_t)k * num], counts[k]);
    }
    free(means);
    free(trust);
    free(values);
}

static void match_sizes(struct correlation_row *row, const struct grid *grid)
{
    double up = 0;

    for (size_t i = 0; i < row->num; i++) {
        for (size_t k = 0; k < i; k++) {
            const double a = grid->models[row->models[i]].parameters_b;
            const double b = grid->models[row->models[k]].parameters_b;
            const double both = (row->trust[i] - row->trust[k])
                                * (row->utility[i] - row->utility[k]);

            if (isnan(a) || isnan(b) || fmax(a, b) > like_size * fmin(a, b)
                || both == 0)
                continue;
            row->num_pairs++;
            up += both > 0 ? 1 : 0;
        }
    }
    row->concordant =
        row->num_pairs > 0 ? up / (double)row->num_pairs : (double)NAN;
}

static void fill(struct correlation_row *row,
                 const struct ranking *ranking,
                 const struct utility *utility)
{
    const struct rank_scope *scope = &ranking->scopes[row->scope];

    row->models = mem_alloc(scope->num_rows, sizeof *row->models);
    row->trust = mem_alloc(scope->num_rows, sizeof *row->trust);
    row->utility = mem_alloc(scope->num_rows, sizeof *row->utility);
    for (size_t i = 0; i < scope->num_rows; i++) {
        const size_t model = scope->rows[i].model;
        const double value = utility->measures[row->measure].values[model];

        if (isnan(value))
            continue;
        row->models[row->num] = model;
        row->trust[row->num] = -scope->rows[i].mean_rank;
        row->utility[row->num++] = value;
    }
}

static void release_row(struct correlation_row *row)
{
    free(row->models);
    free(row->trust);
    free(row->utility);
}

static void add_row(struct correlation_trust *out,
                    const struct ranking *ranking,
                    const struct utility *utility,
                    const size_t at[2],
                    uint64_t seed)
{
    struct correlation_row *row = &out->rows[out->num_rows];
    uint32_t *families;

    *row = (struct correlation_row){ .scope = at[0], .measure = at[1] };
    fill(row, ranking, utility);
    if (row->num < LEAST_MODELS) {
        release_row(row);
        return;
    }
    families = mem_alloc(row->num, sizeof *families);
    access_gap_families(ranking->grid, row->models, row->num, families);
    row->num_families = strata_count(families, row->num);
    for (int k = 0; k < NUM_CORRELATION_KINDS; k++)
        correlate(row, (enum correlation_kind)k, families, seed);
    free(families);
    resample_items(row, ranking);
    match_sizes(row, ranking->grid);
    out->num_rows++;
}

void correlation_trust_make(struct correlation_trust *out,
                            const struct ranking *ranking,
                            const struct utility *utility,
                            uint64_t seed)
{
    *out = (struct correlation_trust){
        .rows = mem_alloc(ranking->num_scopes * utility->num_measures,
                          sizeof *out->rows),
    };
    for (size_t s = 0; s < ranking->num_scopes; s++) {
        for (size_t u = 0; u < utility->num_measures; u++) {
            const size_t at[] = { s, u };

            add_row(out, ranking, utility, at, seed);
        }
    }
}

void correlation_trust_release(struct correlation_trust *self)
{
    for (size_t i = 0; i < self->num_rows; i++)
        release_row(&self->rows[i]);
    free(self->rows);
    *self = (struct correlation_trust){ 0 };
}
