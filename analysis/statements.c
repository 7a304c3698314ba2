#include "analysis/statements.h"

#include "analysis/published.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "stats/correlation.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>

/* Three of fewer than LEAST_RANKED models are no distinction, and a quarter of
 * fewer than LEAST_COLUMNS columns is not many. */
enum {
    LEAST_MODELS = 4,
    LEAST_RANKED = 8,
    LEAST_COLUMNS = 16,
    BOARD_MODELS = 16,
};

static const double certain = 0.95;
static const double level = 0.05;

const char *statements_verdict_name(enum statement_verdict verdict)
{
    static const char *const names[] = { "cannot be told",
                                         "holds",
                                         "does not hold" };

    return names[verdict];
}

/* One being judged. */
struct judging {
    const struct statements_input *in;
    const struct cJSON *entry;
    struct statement *out;
    struct text why;
};

/* The model of the grid that the board knows by that name. */
static size_t find_model(const struct grid *grid, const char *name)
{
    size_t m = 0;

    while (m < grid->num_models
           && !(name && text_equal(grid->models[m].published_as, name)))
        m++;
    return m;
}

static const struct rank_row *find_row(const struct rank_scope *scope,
                                       size_t model)
{
    for (size_t i = 0; i < scope->num_rows; i++) {
        if (scope->rows[i].model == model)
            return &scope->rows[i];
    }
    return NULL;
}

/* Of items where there are any, else of columns. */
static double chance_first(const struct rank_row *row)
{
    return isnan(row->p_first) ? row->columns_p_first : row->p_first;
}

static double chance_top3(const struct rank_row *row)
{
    return isnan(row->p_top3) ? row->columns_p_top3 : row->p_top3;
}

static void judge_card(struct judging *it)
{
    const struct card *card = it->in->card;

    if (!card) {
        text_add(&it->why, "said of the board alone (analyze --published)");
        return;
    }
    it->out->value = (double)card->num_equal_means;
    it->out->verdict = card->num_equal_means == BOARD_MODELS ? STATEMENT_HOLDS
                                                             : STATEMENT_FAILS;
    text_addf(&it->why,
              "%zu of %d averages are those of the card; by the printed values "
              "%zu of its 31 rows are wrong",
              card->num_equal_means,
              (int)BOARD_MODELS,
              card->num_rows);
}

static void judge_first(struct judging *it)
{
    const struct ranking *ranking = it->in->ranking;
    const struct rank_row *row = find_row(
        &ranking->scopes[0],
        find_model(ranking->grid, json_member_text(it->entry, "model")));
    double chance;

    if (!row || ranking->scopes[0].num_rows < 2) {
        text_add(&it->why, "the model is not ranked here");
        return;
    }
    chance = chance_first(row);
    it->out->value = row->mean_rank;
    it->out->low = isnan(row->low) ? row->columns_low : row->low;
    it->out->high = isnan(row->high) ? row->columns_high : row->high;
    if (chance >= certain) {
        it->out->verdict = STATEMENT_HOLDS;
    } else if (chance <= 1 - certain) {
        it->out->verdict = STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "mean rank over %zu columns, place %.0f of %zu; first in %.0f %% "
              "of the resamples of %s",
              ranking->scopes[0].num_columns,
              row->place,
              ranking->scopes[0].num_rows,
              100 * chance,
              isnan(row->p_first) ? "columns" : "items");
}

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
    if (value->models.low > 0 && value->test.p <= level)
        return STATEMENT_HOLDS;
    return value->models.high < 0 ? STATEMENT_FAILS : STATEMENT_UNKNOWN;
}

static void judge_correlation(struct judging *it)
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
    text_addf(&it->why,
              "Spearman with %s over %zu models, p = %.4f; %.2f to %.2f with "
              "one model left out",
              it->in->utility->measures[row->measure].name,
              row->num,
              value->test.p,
              value->without_low,
              value->without_high);
}

static void judge_dimensions(struct judging *it)
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
    if (num_down > 0) {
        it->out->verdict = STATEMENT_FAILS;
    } else if (num_up == num) {
        it->out->verdict = STATEMENT_HOLDS;
    }
}

/* Two columns, each turned so that higher is better. */
static void judge_columns(struct judging *it)
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
        if (test.p <= level) {
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

static void judge_access(struct judging *it)
{
    const struct access_scope *scope = &it->in->access->scopes[0];
    const struct access_side *families = &scope->families;

    if (isnan(scope->models.test.p)) {
        text_add(&it->why, "needs proprietary and open models");
        return;
    }
    it->out->value = scope->models.shift.value;
    it->out->low = scope->models.shift.interval.low;
    it->out->high = scope->models.shift.interval.high;
    if (families->test.p <= level) {
        it->out->verdict =
            scope->models.shift.value < 0 ? STATEMENT_HOLDS : STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "shift of mean rank, %zu against %zu models: p = %.3f, of "
              "families p = %.3f (%.3f at least); a difference of %.1f would "
              "be found 4 times of 5",
              scope->models.num_proprietary,
              scope->models.num_open,
              scope->models.test.p,
              families->test.p,
              families->test.least,
              scope->models.detectable);
}

static void judge_best_open(struct judging *it)
{
    const struct ranking *ranking = it->in->ranking;
    const struct rank_scope *scope = &ranking->scopes[0];
    const struct rank_row *best = NULL;
    size_t num_proprietary = 0;

    for (size_t i = scope->num_rows; i-- > 0;) {
        const char *access = ranking->grid->models[scope->rows[i].model].access;

        if (text_equal(access, "open"))
            best = &scope->rows[i];
        num_proprietary += text_equal(access, "proprietary") ? 1 : 0;
    }
    if (!best || num_proprietary == 0) {
        text_add(&it->why, "needs proprietary and open models");
        return;
    }
    it->out->value = best->place;
    if (scope->num_rows >= LEAST_RANKED && chance_top3(best) >= certain) {
        it->out->verdict = STATEMENT_HOLDS;
    } else if (chance_top3(best) <= 1 - certain) {
        it->out->verdict = STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "place of the best open model, %s; among the first three of %zu "
              "in %.0f %% of the resamples",
              ranking->grid->models[best->model].name,
              scope->num_rows,
              100 * chance_top3(best));
}

/* Whether some model of the family stands before all proprietary ones. */
static int family_leads(const struct ranking *ranking,
                        const char *family,
                        size_t column)
{
    const struct grid *grid = ranking->grid;
    double own = (double)INFINITY;
    double other = (double)INFINITY;

    for (size_t m = 0; m < grid->num_models; m++) {
        const double rank = ranking->cells[grid_at(grid, m, column)].rank;

        if (isnan(rank))
            continue;
        if (text_equal(grid->models[m].family, family))
            own = fmin(own, rank);
        if (text_equal(grid->models[m].access, "proprietary"))
            other = fmin(other, rank);
    }
    if (isinf(own) || isinf(other))
        return -1;
    return own < other;
}

static void judge_beats(struct judging *it)
{
    const struct ranking *ranking = it->in->ranking;
    const char *family = json_member_text(it->entry, "family");
    size_t num = 0;
    size_t num_ahead = 0;

    for (size_t c = 0; c < ranking->grid->num_columns; c++) {
        const int leads = family_leads(ranking, family, c);

        num += leads >= 0 ? 1 : 0;
        num_ahead += leads > 0 ? 1 : 0;
    }
    if (num == 0) {
        text_add(&it->why, "needs the family and proprietary models");
        return;
    }
    it->out->value = (double)num_ahead;
    it->out->verdict = 4 * num_ahead >= num ? STATEMENT_HOLDS : STATEMENT_FAILS;
    text_addf(&it->why,
              "%zu of %zu columns have a model of it before every proprietary "
              "one; many is taken as a quarter",
              num_ahead,
              num);
}

static void judge_cell(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const double number = json_member_number(it->entry, "number");
    const size_t model = find_model(grid, json_member_text(it->entry, "model"));
    const struct over_alignment *all = it->in->over_alignment;

    for (size_t i = 0; i < all->num_rows && model < grid->num_models; i++) {
        const struct share *share = &all->rows[i].harmless;

        if (all->rows[i].model != model || isnan(share->low))
            continue;
        it->out->value = share->value;
        it->out->low = share->low;
        it->out->high = share->high;
        it->out->verdict = share->low <= number && number <= share->high
                               ? STATEMENT_HOLDS
                               : STATEMENT_FAILS;
        text_addf(&it->why,
                  "share of harmless prompts refused; %.2f is %s its interval",
                  number,
                  it->out->verdict == STATEMENT_HOLDS ? "in" : "outside");
        return;
    }
    text_add(&it->why, "not measured here");
}

/* As many of the highest as the family has. */
static void judge_most_harmless(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const char *family = json_member_text(it->entry, "family");
    const struct over_alignment *all = it->in->over_alignment;
    double least_own = (double)INFINITY;
    double most_other = 0;
    size_t num_own = 0;

    for (size_t i = 0; i < all->num_rows; i++) {
        const struct over_alignment_row *row = &all->rows[i];

        if (text_equal(grid->models[row->model].family, family)) {
            least_own = fmin(least_own, row->harmless.value);
            num_own++;
        } else {
            most_other = fmax(most_other, row->harmless.value);
        }
    }
    if (num_own == 0 || num_own == all->num_rows) {
        text_add(&it->why, "needs the family and others");
        return;
    }
    it->out->value = least_own;
    it->out->verdict =
        least_own > most_other ? STATEMENT_HOLDS : STATEMENT_FAILS;
    text_addf(&it->why,
              "least share of its %zu models; the most of any other is %.3f",
              num_own,
              most_other);
}

static bool is_listed(const struct cJSON *list, const char *name)
{
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        if (text_equal(json_text(at), name))
            return true;
    }
    return false;
}

static void judge_gap(struct judging *it)
{
    const struct grid *grid = it->in->ranking->grid;
    const struct spread *spread = it->in->spread;
    const struct cJSON *names = json_member(it->entry, "dimensions");
    double *values = mem_alloc(grid->num_columns, sizeof *values);
    bool *is_first = mem_alloc(grid->num_columns, sizeof *is_first);
    double sums[2] = { 0 };
    double counts[2] = { 0 };
    size_t num = 0;
    struct permutation test;

    for (size_t c = 0; c < spread->num_columns; c++) {
        const bool is_it = is_listed(names, grid->columns[c].dimension);

        if (isnan(spread->columns[c].range))
            continue;
        values[num] = spread->columns[c].range;
        is_first[num++] = is_it;
        sums[is_it] += spread->columns[c].range;
        counts[is_it]++;
    }
    test = permutation_groups(values, is_first, NULL, num, it->in->seed);
    if (isnan(test.p)) {
        text_add(&it->why, "needs columns with two models on both sides");
    } else {
        it->out->value = sums[1] / counts[1] - sums[0] / counts[0];
        if (test.p <= level) {
            it->out->verdict =
                it->out->value > 0 ? STATEMENT_HOLDS : STATEMENT_FAILS;
        }
        text_addf(&it->why,
                  "mean range (best to worst model) of %.0f columns there less "
                  "that of %.0f others, p = %.3f",
                  counts[1],
                  counts[0],
                  test.p);
    }
    free(values);
    free(is_first);
}

static void judge_extreme(struct judging *it)
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
        fabs(value - number) <= 0.0105 ? STATEMENT_HOLDS : STATEMENT_FAILS;
    text_addf(&it->why,
              "%s of %s, %s",
              is_most ? "most" : "least",
              name,
              grid->models[who].name);
}

static const struct {
    const char *kind;
    void (*judge)(struct judging *it);
} judges[] = {
    { "card", judge_card },
    { "first", judge_first },
    { "correlation", judge_correlation },
    { "correlation_dimensions", judge_dimensions },
    { "columns", judge_columns },
    { "access", judge_access },
    { "best_open", judge_best_open },
    { "beats", judge_beats },
    { "cell", judge_cell },
    { "most_harmless", judge_most_harmless },
    { "gap", judge_gap },
    { "extreme", judge_extreme },
};

static const char *text_of(const struct cJSON *entry, const char *key)
{
    const char *text = json_member_text(entry, key);

    return text ? text : "";
}

void statements_make(struct statements *out,
                     const struct statements_input *input)
{
    const struct cJSON *list = published_part(input->board, "statements");

    *out = (struct statements){
        .list = mem_alloc(json_count(list), sizeof *out->list),
    };
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct judging it = { .in = input,
                              .entry = at,
                              .out = &out->list[out->num++] };

        *it.out = (struct statement){
            .id = text_of(at, "id"),
            .question = text_of(at, "rq"),
            .text = text_of(at, "text"),
            .published = text_of(at, "published"),
            .source = text_of(at, "source"),
            .value = (double)NAN,
            .low = (double)NAN,
            .high = (double)NAN,
        };
        for (size_t k = 0; k < ARRAY_LEN(judges); k++) {
            if (text_equal(judges[k].kind, text_of(at, "kind")))
                judges[k].judge(&it);
        }
        it.out->why = text_take(&it.why);
    }
}

void statements_release(struct statements *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->list[i].why);
    free(self->list);
    *self = (struct statements){ 0 };
}
