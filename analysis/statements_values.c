#include "analysis/statements_judges.h"
#include "base/json.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* What an interval may span that is to hold up a printed figure. */
static const double widest = 0.2;

/* Two printed figures: digits against digits. */
static const double rounding = 0.0105;

static void judge_printed(struct judging *it, double value, double number)
{
    it->out->value = value;
    it->out->verdict =
        fabs(value - number) <= rounding ? STATEMENT_HOLDS : STATEMENT_FAILS;
    text_addf(&it->why,
              "the board prints %.3f; the figures are compared as such, no "
              "test",
              value);
}

static void judge_measured(struct judging *it,
                           const struct share *share,
                           double number)
{
    const bool is_in = share->low <= number && number <= share->high;
    const bool is_wide = share->high - share->low > widest;

    it->out->value = share->value;
    it->out->low = share->low;
    it->out->high = share->high;
    if (!is_in) {
        it->out->verdict = STATEMENT_FAILS;
    } else if (!is_wide) {
        it->out->verdict = STATEMENT_HOLDS;
    }
    text_addf(&it->why,
              "share of harmless prompts refused; %.2f is %s its interval%s",
              number,
              is_in ? "in" : "outside",
              is_in && is_wide ? ", in which much else is" : "");
}

void statements_judge_cell(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const double number = json_member_number(it->entry, "number");
    const size_t model =
        statements_find_model(grid, json_member_text(it->entry, "model"));
    const struct over_alignment *all = it->in->over_alignment;

    for (size_t i = 0; i < all->num_rows && model < grid->num_models; i++) {
        const struct share *share = &all->rows[i].harmless;

        if (all->rows[i].model != model || isnan(share->low))
            continue;
        if (grid->num_readers == 0) {
            judge_printed(it, share->value, number);
            return;
        }
        judge_measured(it, share, number);
        return;
    }
    text_add(&it->why, "not measured here");
}

/* As many of the highest as the family has. */
void statements_judge_most_harmless(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const char *family = json_member_text(it->entry, "family");
    const struct over_alignment *all = it->in->over_alignment;
    const struct share *own = NULL;   /* the least of the family */
    const struct share *other = NULL; /* the most of the others */
    size_t num = 0;
    size_t num_own = 0;

    for (size_t i = 0; i < all->num_rows; i++) {
        const struct share *share = &all->rows[i].harmless;
        const char *name = grid->models[all->rows[i].model].family;

        if (isnan(share->value))
            continue;
        num++;
        if (text_equal(name, family)) {
            num_own++;
            if (!own || share->value < own->value)
                own = share;
        } else if (!other || share->value > other->value) {
            other = share;
        }
    }
    if (num < LEAST_RANKED || num_own < 2 || !other) {
        text_addf(&it->why,
                  "takes %d models, two of them of the family; here %zu and "
                  "%zu",
                  (int)LEAST_RANKED,
                  num,
                  num_own);
        return;
    }
    it->out->value = own->value;
    it->out->low = own->low;
    it->out->high = own->high;
    if (own->low > other->high) {
        it->out->verdict = STATEMENT_HOLDS;
    } else if (own->high < other->low) {
        it->out->verdict = STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "least share of its %zu models; the most of the others is %.3f "
              "[%.3f, %.3f]",
              num_own,
              other->value,
              other->low,
              other->high);
}

static bool is_listed(const struct cJSON *list, const char *name)
{
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        if (text_equal(json_text(at), name))
            return true;
    }
    return false;
}

void statements_judge_gap(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const struct spread *spread = it->in->spread;
    const bool is_board = grid->num_readers == 0;
    const struct cJSON *names = json_member(it->entry, "dimensions");
    double *values = mem_alloc(grid->num_columns, sizeof *values);
    bool *is_first = mem_alloc(grid->num_columns, sizeof *is_first);
    double sums[2] = { 0 };
    double counts[2] = { 0 };
    size_t num = 0;
    struct permutation test;

    for (size_t c = 0; c < spread->num_columns; c++) {
        const bool is_it = is_listed(names, grid->columns[c].dimension);
        const double value =
            is_board ? spread->columns[c].range : spread->columns[c].separated;

        if (isnan(value))
            continue;
        values[num] = value;
        is_first[num++] = is_it;
        sums[is_it] += value;
        counts[is_it]++;
    }
    test = permutation_groups(values, is_first, NULL, num, it->in->seed);
    if (isnan(test.p)) {
        text_add(&it->why, "needs columns with two models on both sides");
    } else {
        it->out->value = sums[1] / counts[1] - sums[0] / counts[0];
        if (test.p <= STATEMENTS_LEVEL) {
            it->out->verdict =
                it->out->value > 0 ? STATEMENT_HOLDS : STATEMENT_FAILS;
        }
        text_addf(&it->why,
                  "mean %s of %.0f columns there less that of %.0f others, p = "
                  "%.3f",
                  is_board ? "range (best to worst model, units differ)"
                           : "share of pairs told apart",
                  counts[1],
                  counts[0],
                  test.p);
    }
    free(values);
    free(is_first);
}

void statements_judge_extreme(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const char *name = json_member_text(it->entry, "column");
    const double number = json_member_number(it->entry, "number");
    const bool is_most =
        text_equal(json_member_text(it->entry, "which"), "most");
    const size_t column = grid_column(grid, name ? name : "");
    double value = (double)NAN;
    size_t num = 0;
    size_t who = 0;

    for (size_t m = 0; m < grid->num_models && column < grid->num_columns;
         m++) {
        const double one = grid->values[grid_at(grid, m, column)];

        if (isnan(one) || !grid->models[m].published_as)
            continue;
        num++;
        if (isnan(value) || (is_most ? one > value : one < value)) {
            value = one;
            who = m;
        }
    }
    if (num < BOARD_MODELS) {
        text_addf(&it->why,
                  "said of %d models, of which %zu have the column here",
                  (int)BOARD_MODELS,
                  num);
        return;
    }
    it->out->value = value;
    it->out->verdict =
        fabs(value - number) <= rounding ? STATEMENT_HOLDS : STATEMENT_FAILS;
    text_addf(&it->why,
              "%s of %s, %s",
              is_most ? "most" : "least",
              name,
              grid->models[who].name);
}
