#include "analysis/access_gap.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

static const double level = 0.05;

void access_gap_families(const struct grid *grid,
                         const size_t *models,
                         size_t num,
                         uint32_t *units)
{
    uint32_t next = 0;

    for (size_t i = 0; i < num; i++) {
        const char *family = grid->models[models[i]].family;
        size_t k = 0;

        while (k < i
               && !(family[0]
                    && text_equal(grid->models[models[k]].family, family)))
            k++;
        units[i] = k < i ? units[k] : next++;
    }
}

struct values {
    double *all;    /* [num], proprietary ones first */
    bool *is_first; /* [num] */
    size_t num, num_first;
};

static double mean_of(const double *values, size_t num)
{
    double sum = 0;

    for (size_t i = 0; i < num; i++)
        sum += values[i];
    return num > 0 ? sum / (double)num : (double)NAN;
}

static double square_of(const double *values, size_t num)
{
    const double mean = mean_of(values, num);
    double sum = 0;

    for (size_t i = 0; i < num; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum;
}

static struct access_side compare(const struct values *values, uint64_t seed)
{
    const double *open = &values->all[values->num_first];
    const size_t m = values->num_first;
    const size_t n = values->num - m;
    struct access_side out = {
        .num_proprietary = m,
        .num_open = n,
        .mean_proprietary = mean_of(values->all, m),
        .mean_open = mean_of(open, n),
        .shift = shift_hodges_lehmann(values->all, m, open, n),
        .delta = shift_cliff(values->all, m, open, n),
        .test = permutation_groups(values->all,
                                   values->is_first,
                                   NULL,
                                   values->num,
                                   seed),
        .detectable = (double)NAN,
    };

    if (m > 0 && n > 0 && m + n > 2) {
        const double variance = (square_of(values->all, m) + square_of(open, n))
                                / (double)(m + n - 2);

        /* no difference shows where so few can never give a small p */
        if (out.test.least <= level && variance > 0)
            out.detectable = shift_detectable(variance, m, n);
    }
    return out;
}

static void add(struct values *values, double value, bool is_first)
{
    values->is_first[values->num] = is_first;
    values->all[values->num++] = value;
    values->num_first += is_first ? 1 : 0;
}

/* A family is of one kind of access: else it is two. */
static void fill_families(struct values *out,
                          const struct grid *grid,
                          const struct rank_scope *scope,
                          const char *access)
{
    const size_t num = scope->num_rows;
    size_t *models = mem_alloc(num, sizeof *models);
    uint32_t *units = mem_alloc(num, sizeof *units);

    for (size_t i = 0; i < num; i++)
        models[i] = scope->rows[i].model;
    access_gap_families(grid, models, num, units);
    for (size_t u = 0; u < num; u++) {
        double sum = 0;
        double count = 0;

        for (size_t i = 0; i < num; i++) {
            if (units[i] == u
                && text_equal(grid->models[models[i]].access, access)) {
                sum += scope->rows[i].mean_rank;
                count++;
            }
        }
        if (count > 0)
            add(out, sum / count, text_equal(access, "proprietary"));
    }
    free(models);
    free(units);
}

static void fill_models(struct values *out,
                        const struct grid *grid,
                        const struct rank_scope *scope,
                        const char *access)
{
    for (size_t i = 0; i < scope->num_rows; i++) {
        const struct rank_row *row = &scope->rows[i];

        if (text_equal(grid->models[row->model].access, access))
            add(out, row->mean_rank, text_equal(access, "proprietary"));
    }
}

static struct access_side compare_scope(const struct ranking *ranking,
                                        const struct rank_scope *scope,
                                        bool by_family,
                                        uint64_t seed)
{
    static const char *const sides[] = { "proprietary", "open" };
    struct values values = {
        .all = mem_alloc(scope->num_rows, sizeof *values.all),
        .is_first = mem_alloc(scope->num_rows, sizeof *values.is_first),
    };
    struct access_side out;

    for (int s = 0; s < 2; s++) {
        if (by_family) {
            fill_families(&values, ranking->grid, scope, sides[s]);
        } else {
            fill_models(&values, ranking->grid, scope, sides[s]);
        }
    }
    out = compare(&values, seed);
    free(values.all);
    free(values.is_first);
    return out;
}

void access_gap_make(struct access_gap *out,
                     const struct ranking *ranking,
                     uint64_t seed)
{
    *out = (struct access_gap){
        .scopes = mem_alloc(ranking->num_scopes, sizeof *out->scopes),
        .num_scopes = ranking->num_scopes,
    };
    for (size_t s = 0; s < ranking->num_scopes; s++) {
        const struct rank_scope *scope = &ranking->scopes[s];

        out->scopes[s] = (struct access_scope){
            .name = scope->name,
            .num_columns = scope->num_columns,
            .models = compare_scope(ranking, scope, false, seed),
            .families = compare_scope(ranking, scope, true, seed),
        };
    }
}

void access_gap_release(struct access_gap *gap)
{
    free(gap->scopes);
    *gap = (struct access_gap){ 0 };
}
