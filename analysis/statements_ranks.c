#include "analysis/statements_judges.h"
#include "base/json.h"

#include <math.h>

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

void statements_judge_card(struct judging *it)
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

void statements_judge_first(struct judging *it)
{
    const struct ranking *ranking = it->in->ranking;
    const struct rank_row *row =
        find_row(&ranking->scopes[0],
                 statements_find_model(ranking->grid,
                                       json_member_text(it->entry, "model")));
    double chance;

    if (!row || ranking->scopes[0].num_rows < 2) {
        text_add(&it->why, "the model is not ranked here");
        return;
    }
    chance = chance_first(row);
    it->out->value = row->mean_rank;
    it->out->low = isnan(row->low) ? row->columns_low : row->low;
    it->out->high = isnan(row->high) ? row->columns_high : row->high;
    if (chance >= STATEMENTS_CERTAIN) {
        it->out->verdict = STATEMENT_HOLDS;
    } else if (chance <= 1 - STATEMENTS_CERTAIN) {
        it->out->verdict = STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "mean rank over %zu columns, place %.0f of %zu; first in %.0f %% "
              "of the bootstrap resamples of the %s",
              ranking->scopes[0].num_columns,
              row->place,
              ranking->scopes[0].num_rows,
              100 * chance,
              isnan(row->p_first) ? "columns" : "items");
}

void statements_judge_access(struct judging *it)
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
    if (families->test.p <= STATEMENTS_LEVEL) {
        it->out->verdict =
            scope->models.shift.value < 0 ? STATEMENT_HOLDS : STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "shift of mean rank, %zu against %zu models: p = %.3f, of "
              "families p = %.3f (%.3f at least)",
              scope->models.num_proprietary,
              scope->models.num_open,
              scope->models.test.p,
              families->test.p,
              families->test.least);
    if (!isnan(scope->models.detectable)) {
        text_addf(&it->why,
                  "; a difference of %.1f would be found 4 times of 5",
                  scope->models.detectable);
    }
}

void statements_judge_best_open(struct judging *it)
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
    if (scope->num_rows >= LEAST_RANKED
        && chance_top3(best) >= STATEMENTS_CERTAIN) {
        it->out->verdict = STATEMENT_HOLDS;
    } else if (chance_top3(best) <= 1 - STATEMENTS_CERTAIN) {
        it->out->verdict = STATEMENT_FAILS;
    }
    text_addf(&it->why,
              "place of the best open model, %s; among the first three of %zu "
              "in %.0f %% of the resamples",
              ranking->grid->models[best->model].name,
              scope->num_rows,
              100 * chance_top3(best));
}
