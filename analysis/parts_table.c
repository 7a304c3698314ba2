#include "analysis/parts_table.h"

#include "analysis/analysis.h"
#include "analysis/parts_table_files.h"
#include "analysis/table.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *const parts_table_names[] = {
    "summary", "ranks",          "columns",    "pairs",  "utility",
    "access",  "over-alignment", "statements", "spread", "sheet",
    "compare", "series",         "beside",     "card",   NULL
};

/* A title or a note of several parts; freed by the caller's create(). */
static struct table *create(char *title, const char *note)
{
    struct table *table = table_create(title, note);

    free(title);
    return table;
}

static const char *model_of(const struct analysis *analysis, size_t model)
{
    return analysis->grid.models[model].name;
}

static size_t summary(const struct analysis *analysis, struct table **out)
{
    struct table *table = table_create("In words", NULL);

    table_column(table, "", TABLE_NUMBER, 0);
    table_column(table, "sentence", TABLE_LINE, 0);
    for (size_t i = 0; i < analysis->summary.num; i++) {
        table_number(table, (double)(i + 1));
        table_text(table, analysis->summary.sentences[i]);
    }
    return parts_table_keep(table, out);
}

static struct table *ranks_of(const struct analysis *analysis,
                              const struct rank_scope *scope)
{
    const bool has_items = !analysis->is_board;
    struct table *out =
        create(text_format("Mean rank, %s: %zu of %zu columns",
                           scope->name,
                           scope->num_columns,
                           scope->num_possible),
               has_items ? "[items resampled]; columns: other columns of "
                           "these dimensions"
                         : "columns: other columns of these dimensions; the "
                           "board has no items to resample");

    table_column(out, "model", TABLE_TEXT, 0);
    table_column(out, "place", TABLE_INTERVAL, 0);
    table_column(out, "mean rank", TABLE_INTERVAL, 2);
    table_column(out, "columns", TABLE_INTERVAL, 2);
    table_column(out, "first", TABLE_NUMBER, 3);
    table_column(out, "top three", TABLE_NUMBER, 3);
    for (size_t i = 0; i < scope->num_rows; i++) {
        const struct rank_row *row = &scope->rows[i];

        table_text(out, model_of(analysis, row->model));
        table_interval(out, row->place, row->place_low, row->place_high);
        table_interval(out, row->mean_rank, row->low, row->high);
        table_interval(out,
                       row->mean_rank,
                       row->columns_low,
                       row->columns_high);
        table_number(out, has_items ? row->p_first : row->columns_p_first);
        table_number(out, has_items ? row->p_top3 : row->columns_p_top3);
    }
    return out;
}

static size_t ranks(const struct analysis *analysis, struct table **out)
{
    size_t num = 0;

    for (size_t s = 0; s < analysis->ranking.num_scopes; s++) {
        if (analysis->ranking.scopes[s].num_rows > 0 && num < PARTS_TABLES)
            out[num++] = ranks_of(analysis, &analysis->ranking.scopes[s]);
    }
    return num;
}

static size_t columns(const struct analysis *analysis, struct table **out)
{
    const struct grid *grid = &analysis->grid;
    struct table *table =
        table_create("Rank in each column", "among the models with a value");

    table_column(table, "column", TABLE_TEXT, 0);
    for (size_t m = 0; m < grid->num_models; m++)
        table_column(table, grid->models[m].name, TABLE_INTERVAL, 0);
    for (size_t c = 0; c < grid->num_columns; c++) {
        table_text(table, grid->columns[c].name);
        for (size_t m = 0; m < grid->num_models; m++) {
            const struct rank_cell *cell =
                &analysis->ranking.cells[grid_at(grid, m, c)];

            table_interval(table, cell->rank, cell->low, cell->high);
        }
    }
    out[0] = table;
    return 1;
}

static struct table *pair_summary(const struct analysis *analysis)
{
    struct table *out = table_create(
        "Which pairs of models can be told apart",
        "apart: at 5 %, Holm and Benjamini-Hochberg over the pairs of a row; "
        "detectable: the difference\nthat would be found 4 times of 5, median "
        "over the pairs");

    table_column(out, "of", TABLE_TEXT, 0);
    table_column(out, "pairs", TABLE_NUMBER, 0);
    table_column(out, "apart (Holm)", TABLE_NUMBER, 0);
    table_column(out, "apart (BH)", TABLE_NUMBER, 0);
    table_column(out, "detectable", TABLE_NUMBER, 3);
    for (size_t i = 0; i < analysis->pairs.num_families; i++) {
        const struct pair_family *family = &analysis->pairs.families[i];

        if (family->num_pairs == 0)
            continue;
        table_text(out, family->name);
        table_number(out, (double)family->num_pairs);
        table_number(out, (double)family->num_apart);
        table_number(out, (double)family->num_apart_bh);
        table_number(out, family->detectable);
    }
    return out;
}

static size_t pairs(const struct analysis *analysis, struct table **out)
{
    const struct pair_family *family = analysis->pairs.families;
    struct table *table;

    if (analysis->pairs.num_families == 0)
        return 0;
    if (parts_table_keep(pair_summary(analysis), out) == 0)
        return 0;
    table = table_create("Pairs that cannot be told apart in mean rank",
                         "difference of mean ranks [items resampled]; p by "
                         "Holm");
    table_column(table, "a", TABLE_TEXT, 0);
    table_column(table, "b", TABLE_TEXT, 0);
    table_column(table, "a - b", TABLE_INTERVAL, 2);
    table_column(table, "p", TABLE_NUMBER, 4);
    table_column(table, "p (Holm)", TABLE_NUMBER, 4);
    for (size_t i = 0; i < family->num_pairs; i++) {
        const struct pair_test *pair = &family->pairs[i];

        if (pair->holm <= 0.05)
            continue;
        table_text(table, model_of(analysis, pair->a));
        table_text(table, model_of(analysis, pair->b));
        table_interval(table, pair->difference, pair->low, pair->high);
        table_number(table, pair->p);
        table_number(table, pair->holm);
    }
    out[1] = table;
    return 2;
}

static size_t utility(const struct analysis *analysis, struct table **out)
{
    const struct correlation_trust *all = &analysis->correlation;
    struct table *table = table_create(
        "Trust against utility: Spearman of minus the mean rank",
        "[other models, BCa]; families: whole families drawn; without: one "
        "model left out;\nlike size: of pairs of models of like size, the "
        "share with the more useful one ahead");

    table_column(table, "scope", TABLE_TEXT, 0);
    table_column(table, "measure", TABLE_TEXT, 0);
    table_column(table, "models", TABLE_NUMBER, 0);
    table_column(table, "rho", TABLE_INTERVAL, 2);
    table_column(table, "p", TABLE_NUMBER, 4);
    table_column(table, "families", TABLE_INTERVAL, 2);
    table_column(table, "without", TABLE_INTERVAL, 2);
    table_column(table, "like size", TABLE_NUMBER, 2);
    table_column(table, "pairs", TABLE_NUMBER, 0);
    for (size_t i = 0; i < all->num_rows; i++) {
        const struct correlation_row *row = &all->rows[i];
        const struct correlation_value *value =
            &row->kinds[CORRELATION_SPEARMAN];

        table_text(table, analysis->ranking.scopes[row->scope].name);
        table_text(table, analysis->utility.measures[row->measure].name);
        table_number(table, (double)row->num);
        table_interval(table,
                       value->value,
                       value->models.low,
                       value->models.high);
        table_number(table, value->test.p);
        table_interval(table,
                       value->value,
                       value->families.low,
                       value->families.high);
        table_interval(table,
                       value->value,
                       value->without_low,
                       value->without_high);
        table_number(table, row->concordant);
        table_number(table, (double)row->num_pairs);
    }
    return parts_table_keep(table, out);
}

static void access_row(struct table *table,
                       const char *scope,
                       const char *what,
                       const struct access_side *side)
{
    table_text(table, scope);
    table_text(table, what);
    table_number(table, (double)side->num_proprietary);
    table_number(table, (double)side->num_open);
    table_interval(table,
                   side->shift.value,
                   side->shift.interval.low,
                   side->shift.interval.high);
    table_interval(table,
                   side->delta.value,
                   side->delta.interval.low,
                   side->delta.interval.high);
    table_number(table, side->test.p);
    table_number(table, side->test.least);
    table_number(table, side->detectable);
}

static size_t access_part(const struct analysis *analysis, struct table **out)
{
    struct table *table = table_create(
        "Proprietary against open, in mean rank",
        "shift: proprietary less open, below 0 is better (Hodges-Lehmann); "
        "delta: Cliff's; least: the\nsmallest p that so few can give; "
        "detectable: the difference that would be found 4 times of 5");

    table_column(table, "scope", TABLE_TEXT, 0);
    table_column(table, "of", TABLE_TEXT, 0);
    table_column(table, "proprietary", TABLE_NUMBER, 0);
    table_column(table, "open", TABLE_NUMBER, 0);
    table_column(table, "shift", TABLE_INTERVAL, 2);
    table_column(table, "delta", TABLE_INTERVAL, 2);
    table_column(table, "p", TABLE_NUMBER, 4);
    table_column(table, "least", TABLE_NUMBER, 4);
    table_column(table, "detectable", TABLE_NUMBER, 2);
    for (size_t s = 0; s < analysis->access.num_scopes; s++) {
        const struct access_scope *scope = &analysis->access.scopes[s];

        if (isnan(scope->models.test.p))
            continue;
        access_row(table, scope->name, "models", &scope->models);
        access_row(table, scope->name, "families", &scope->families);
    }
    return parts_table_keep(table, out);
}

static void add_share(struct table *table, const struct share *share)
{
    table_interval(table, share->value, share->low, share->high);
}

static struct table *harmless_types(const struct analysis *analysis)
{
    const struct over_alignment *all = &analysis->over_alignment;
    struct table *out = table_create("Harmless prompts refused, by type", NULL);

    table_column(out, "type", TABLE_TEXT, 0);
    for (size_t i = 0; i < all->num_rows; i++) {
        table_column(out,
                     model_of(analysis, all->rows[i].model),
                     TABLE_INTERVAL,
                     2);
    }
    for (size_t t = 0; t < all->num_types; t++) {
        table_text(out, all->types[t].name);
        for (size_t i = 0; i < all->num_rows; i++)
            add_share(out, &all->types[t].shares[all->rows[i].model]);
    }
    return out;
}

static size_t over_alignment(const struct analysis *analysis,
                             struct table **out)
{
    const struct over_alignment *all = &analysis->over_alignment;
    struct table *table = table_create(
        "Over-alignment: refusing what is harmless",
        "index: harmless prompts refused for each harmful one refused "
        "(harmless / harmful); 0: only what\nis harmful, 1: no difference.  "
        "frontier: no other model refuses less of the harmless and as much of "
        "the harmful");

    if (all->num_rows == 0) {
        table_destroy(table);
        return 0;
    }
    table_column(table, "model", TABLE_TEXT, 0);
    table_column(table, "index", TABLE_INTERVAL, 2);
    table_column(table, "harmless", TABLE_INTERVAL, 3);
    table_column(table, "harmful", TABLE_INTERVAL, 3);
    table_column(table, "attacked", TABLE_INTERVAL, 3);
    table_column(table, "frontier", TABLE_TEXT, 0);
    for (size_t i = 0; i < all->num_rows; i++) {
        const struct over_alignment_row *row = &all->rows[i];

        table_text(table, model_of(analysis, row->model));
        add_share(table, &row->index);
        add_share(table, &row->harmless);
        add_share(table, &row->harmful);
        add_share(table, &row->attacked);
        table_text(table, row->is_on_frontier ? "yes" : "");
    }
    out[0] = table;
    if (all->num_types == 0)
        return 1;
    out[1] = harmless_types(analysis);
    return 2;
}

static size_t statements(const struct analysis *analysis, struct table **out)
{
    struct table *table =
        table_create("What the paper says, and what these numbers say", NULL);

    table_column(table, "id", TABLE_TEXT, 0);
    table_column(table, "of", TABLE_TEXT, 0);
    table_column(table, "verdict", TABLE_TEXT, 0);
    table_column(table, "ours", TABLE_INTERVAL, 2);
    table_column(table, "published", TABLE_TEXT, 0);
    table_column(table, "statement", TABLE_TEXT, 0);
    table_column(table, "why", TABLE_TEXT, 0);
    for (size_t i = 0; i < analysis->statements.num; i++) {
        const struct statement *one = &analysis->statements.list[i];

        table_text(table, one->id);
        table_text(table, one->question);
        table_text(table, statements_verdict_name(one->verdict));
        table_interval(table, one->value, one->low, one->high);
        table_text(table, one->published);
        table_text(table, one->text);
        table_text(table, one->why);
    }
    out[0] = table;
    return 1;
}

static struct table *spread_dimensions(const struct analysis *analysis)
{
    struct table *out = table_create(
        "How far apart the models are, by dimension",
        "range: best less worst; signal: share of the variance that is not "
        "chance;\napart: share of pairs further apart than chance puts them");

    table_column(out, "dimension", TABLE_TEXT, 0);
    table_column(out, "columns", TABLE_NUMBER, 0);
    table_column(out, "range", TABLE_NUMBER, 3);
    table_column(out, "signal", TABLE_NUMBER, 3);
    table_column(out, "apart", TABLE_NUMBER, 3);
    for (size_t i = 0; i < analysis->spread.num_dimensions; i++) {
        const struct spread_dimension *one = &analysis->spread.dimensions[i];

        table_text(out, one->name);
        table_number(out, (double)one->num_columns);
        table_number(out, one->range);
        table_number(out, one->signal);
        table_number(out, one->separated);
    }
    return out;
}

static struct table *spread_columns(const struct analysis *analysis)
{
    struct table *out = table_create("The same, by column", NULL);

    table_column(out, "column", TABLE_TEXT, 0);
    table_column(out, "models", TABLE_NUMBER, 0);
    table_column(out, "best", TABLE_NUMBER, 3);
    table_column(out, "median", TABLE_NUMBER, 3);
    table_column(out, "worst", TABLE_NUMBER, 3);
    table_column(out, "signal", TABLE_NUMBER, 3);
    table_column(out, "apart", TABLE_NUMBER, 3);
    for (size_t c = 0; c < analysis->spread.num_columns; c++) {
        const struct spread_column *one = &analysis->spread.columns[c];

        if (one->num_models < 2)
            continue;
        table_text(out, analysis->grid.columns[c].name);
        table_number(out, (double)one->num_models);
        table_number(out, one->best);
        table_number(out, one->median);
        table_number(out, one->worst);
        table_number(out, one->signal);
        table_number(out, one->separated);
    }
    return out;
}

static size_t spread(const struct analysis *analysis, struct table **out)
{
    const struct grid *grid = &analysis->grid;
    struct table *table =
        table_create("What each model should improve first",
                     "columns where it stands furthest behind its own mean "
                     "rank, in ranks");

    table_column(table, "model", TABLE_TEXT, 0);
    for (int i = 1; i <= SPREAD_ADVICE; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "%d", i);
        table_column(table, name, TABLE_TEXT, 0);
    }
    for (size_t m = 0; m < grid->num_models; m++) {
        const struct spread_advice *advice = &analysis->spread.advice[m];

        table_text(table, grid->models[m].name);
        for (size_t i = 0; i < SPREAD_ADVICE; i++) {
            char *text =
                i < advice->num
                    ? text_format("%s (%.1f)",
                                  grid->columns[advice->columns[i]].name,
                                  advice->excess[i])
                    : NULL;

            table_text(table, text);
            free(text);
        }
    }
    out[0] = spread_dimensions(analysis);
    out[1] = spread_columns(analysis);
    out[2] = table;
    return 3;
}

static size_t sheet(const struct analysis *analysis, struct table **out)
{
    struct table *table = table_create(
        "Transparency and accountability: what is known of each model",
        "beside the scores, never one of them; blocked: replies that the "
        "provider withheld");

    table_column(table, "model", TABLE_TEXT, 0);
    table_column(table, "access", TABLE_TEXT, 0);
    table_column(table, "weights", TABLE_TEXT, 0);
    table_column(table, "licence", TABLE_TEXT, 0);
    table_column(table, "data", TABLE_TEXT, 0);
    table_column(table, "techniques", TABLE_TEXT, 0);
    table_column(table, "moderator", TABLE_TEXT, 0);
    table_column(table, "blocked", TABLE_NUMBER, 0);
    table_column(table, "source", TABLE_TEXT, 0);
    for (size_t i = 0; i < analysis->sheet.num_rows; i++) {
        const struct sheet_row *row = &analysis->sheet.rows[i];

        table_text(table, model_of(analysis, row->model));
        table_text(table, analysis->grid.models[row->model].access);
        table_text(table, row->weights);
        table_text(table, row->licence);
        table_text(table, row->data);
        table_text(table, row->techniques);
        table_text(table, row->moderator);
        table_number(table,
                     row->num_items > 0 ? (double)row->num_blocked
                                        : (double)NAN);
        table_text(table, row->source);
    }
    out[0] = table;
    return 1;
}

static struct table *card_means(const struct analysis *analysis)
{
    const struct card *card_of = &analysis->card;
    struct table *out =
        create(text_format("Average ranks: %zu of %zu are the means of the "
                           "card",
                           card_of->num_equal_means,
                           analysis->grid.num_models),
               "recomputed: by the printed values, each in its direction");

    table_column(out, "model", TABLE_TEXT, 0);
    table_column(out, "published", TABLE_NUMBER, 2);
    table_column(out, "of the card", TABLE_NUMBER, 2);
    table_column(out, "recomputed", TABLE_NUMBER, 2);
    for (size_t m = 0; m < analysis->grid.num_models; m++) {
        table_text(out, model_of(analysis, m));
        table_number(out, card_of->means[m].printed);
        table_number(out, card_of->means[m].card);
        table_number(out, card_of->means[m].recomputed);
    }
    return out;
}

static size_t card(const struct analysis *analysis, struct table **out)
{
    const struct grid *grid = &analysis->grid;
    const struct card *of = &analysis->card;
    struct table *table;

    if (!analysis->is_board)
        return 0;
    table = create(text_format("Errors of the rank card: %zu of %zu rows are "
                               "those of the printed values",
                               of->num_equal_rows,
                               grid->num_columns),
                   "direction: ranked the other way round; value: a rank that "
                   "its value does not have;\nties: off by one or two");
    table_column(table, "column", TABLE_TEXT, 0);
    table_column(table, "model", TABLE_TEXT, 0);
    table_column(table, "card", TABLE_NUMBER, 0);
    table_column(table, "recomputed", TABLE_NUMBER, 0);
    table_column(table, "error", TABLE_TEXT, 0);
    for (size_t i = 0; i < of->num_rows; i++) {
        for (size_t k = 0; k < of->num_cells; k++) {
            const struct card_cell *cell = &of->cells[k];

            if (cell->column != of->rows[i].column)
                continue;
            table_text(table, grid->columns[cell->column].name);
            table_text(table, model_of(analysis, cell->model));
            table_number(table, cell->card);
            table_number(table, cell->recomputed);
            table_text(table, card_error_name(of->rows[i].error));
        }
    }
    out[0] = card_means(analysis);
    out[1] = table;
    return 2;
}

size_t parts_table_make(const struct analysis *analysis,
                        const char *name,
                        struct table **out)
{
    static size_t (*const makers[])(const struct analysis *,
                                    struct table **) = {
        summary,
        ranks,
        columns,
        pairs,
        utility,
        access_part,
        over_alignment,
        statements,
        spread,
        sheet,
        parts_table_compare,
        parts_table_series,
        parts_table_beside,
        card,
    };

    for (size_t i = 0; parts_table_names[i]; i++) {
        if (text_equal(parts_table_names[i], name))
            return makers[i](analysis, out);
    }
    return 0;
}
