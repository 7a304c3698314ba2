#include "analysis/statements_judges.h"
#include "base/json.h"
#include "base/mem.h"
#include "stats/correlation.h"

#include <math.h>
#include <stdlib.h>

/* The measure that most models have. */
static const struct correlation_row *widest(const struct judging *it,
                                            size_t scope)
{
    const struct correlation_trust *all = it->in->correlation;
    const struct correlation_row *best = NULL;

    for (size_t i = 0; i < all->num_rows; i++) {
        if (all->rows[i].scope == scope
            && (!best || all->rows[i].num > best->num))
            best = &all->rows[i];
    }
    return best && best->num >= LEAST_MODELS ? best : NULL;
}

static enum statement_verdict above_zero(const struct correlation_value *value)
{
    if (isnan(value->models.low))
        return STATEMENT_UNKNOWN;
    if (value->models.low > 0 && value->test.p <= STATEMENTS_LEVEL)
        return STATEMENT_HOLDS;
    return value->models.high < 0 ? STATEMENT_FAILS : STATEMENT_UNKNOWN;
}

void statements_judge_correlation(struct judging *it)
{
    const struct correlation_row *row = widest(it, 0);
    const struct correlation_value *value;

    if (!row) {
        text_add(&it->why, "too few models with a utility");
        return;
    }
    value = &row->kinds[CORRELATION_SPEARMAN];
    it->out->value = value->value;
    it->out->low = value->models.low;
    it->out->high = value->models.high;
    it->out->verdict = above_zero(value);
    text_addf(
        &it->why,
        "Spearman with %s (%s) over %zu models, p = %.4f; %.2f to %.2f with "
        "one model left out",
        it->in->utility->measures[row->measure].name,
        utility_kind_name(it->in->utility->measures[row->measure].kind),
        row->num,
        value->test.p,
        value->without_low,
        value->without_high);
}

void statements_judge_dimensions(struct judging *it)
{
    const struct ranking *ranking = it->in->ranking;
    size_t num = 0;
    size_t num_up = 0;
    size_t num_down = 0;

    for (size_t s = 1; s < ranking->num_scopes; s++) {
        const struct correlation_row *row = widest(it, s);
        enum statement_verdict one;

        if (!row)
            continue;
        one = above_zero(&row->kinds[CORRELATION_SPEARMAN]);
        num++;
        num_up += one == STATEMENT_HOLDS ? 1 : 0;
        num_down += one == STATEMENT_FAILS ? 1 : 0;
        text_addf(&it->why,
                  "%s%s %.2f%s",
                  it->why.len > 0 ? ", " : "Spearman ",
                  ranking->scopes[s].name,
                  row->kinds[CORRELATION_SPEARMAN].value,
                  one == STATEMENT_UNKNOWN ? " (not from 0)" : "");
    }
    if (num == 0) {
        text_add(&it->why, "too few models with a utility");
        return;
    }
    it->out->value = (double)num_up;
    if (num < BOARD_DIMENSIONS) {
        text_addf(&it->why,
                  "; takes all %d dimensions, here %zu",
                  (int)BOARD_DIMENSIONS,
                  num);
    } else if (num_down > 0) {
        it->out->verdict = STATEMENT_FAILS;
    } else if (num_up == num) {
        it->out->verdict = STATEMENT_HOLDS;
    }
}

/* Two columns, each turned so that higher is better. */
void statements_judge_columns(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const struct cJSON *names = json_member(it->entry, "columns");
    const char *first = json_text(json_element(names, 0));
    const char *second = json_text(json_element(names, 1));
    const size_t a = grid_column(grid, first ? first : "");
    const size_t b = grid_column(grid, second ? second : "");
    double *x = mem_alloc(grid->num_models, sizeof *x);
    double *y = mem_alloc(grid->num_models, sizeof *y);
    size_t num = 0;

    for (size_t m = 0;
         m < grid->num_models && a < grid->num_columns && b < grid->num_columns;
         m++) {
        x[num] = grid->columns[a].direction * grid->values[grid_at(grid, m, a)];
        y[num] = grid->columns[b].direction * grid->values[grid_at(grid, m, b)];
        num += isnan(x[num]) || isnan(y[num]) ? 0 : 1;
    }
    if (num >= LEAST_MODELS) {
        const struct permutation test =
            permutation_correlation(correlation_spearman,
                                    x,
                                    y,
                                    num,
                                    it->in->seed);

        it->out->value = correlation_spearman(x, y, num);
        if (test.p <= STATEMENTS_LEVEL) {
            it->out->verdict =
                it->out->value > 0 ? STATEMENT_HOLDS : STATEMENT_FAILS;
        }
        text_addf(&it->why,
                  "Spearman of %s and %s over %zu models, p = %.4f",
                  first,
                  second,
                  num,
                  test.p);
    } else {
        text_add(&it->why, "too few models with both columns");
    }
    free(x);
    free(y);
}
