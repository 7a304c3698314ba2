#include "analysis/analysis.h"
#include "analysis/parts_table_parts.h"
#include "analysis/table.h"
#include "base/text.h"
#include "store/schema.h"

#include <math.h>
#include <stdlib.h>

/* What the results files measured, a row a model. */
static size_t measured(const struct analysis *analysis, struct table **out)
{
    const struct utility *utility = &analysis->utility;
    struct table *table = table_create(
        "Utility as measured here",
        "share right [95 %, Wilson]; by likelihood of the options, or by "
        "generation: a letter read from text");

    table_column(table, "measure", TABLE_TEXT, 0);
    table_column(table, "model", TABLE_TEXT, 0);
    table_column(table, "right", TABLE_INTERVAL, 3);
    table_column(table, "questions", TABLE_NUMBER, 0);
    table_column(table, "chosen by", TABLE_TEXT, 0);
    for (size_t i = 0; i < utility->num_measures; i++) {
        const struct utility_measure *measure = &utility->measures[i];

        for (size_t m = 0; m < utility->num_models; m++) {
            if (measure->methods[m] == METHOD_NONE)
                continue;
            table_text(table, measure->name);
            table_text(table, analysis_model(analysis, m));
            table_interval(table,
                           measure->values[m],
                           measure->low[m],
                           measure->high[m]);
            table_number(table, (double)measure->num[m]);
            table_text(table, schema_method_name(measure->methods[m]));
        }
    }
    return parts_table_keep(table, out);
}

/* Of too few the cell says of how many. */
static void add_range(struct table *table,
                      double value,
                      struct interval interval,
                      size_t num,
                      const char *of)
{
    char *why;

    if (num >= CORRELATION_TRUST_LEAST) {
        table_interval(table, value, interval.low, interval.high);
        return;
    }
    why = text_format("%zu %s", num, of);
    table_no_interval(table, value, why);
    free(why);
}

static size_t correlation(const struct analysis *analysis, struct table **out)
{
    const struct correlation_trust *all = &analysis->correlation;
    struct table *table = table_create(
        "Trust against utility: Spearman of minus the mean rank",
        "[other models, BCa]; families: whole families drawn; neither of "
        "fewer than 8; without: one model left out; like size: of pairs of "
        "models of like size, the "
        "share with the more useful one ahead");

    table_column(table, "scope", TABLE_TEXT, 0);
    table_column(table, "measure", TABLE_TEXT, 0);
    table_column(table, "source", TABLE_TEXT, 0);
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
        table_text(
            table,
            utility_kind_name(analysis->utility.measures[row->measure].kind));
        table_number(table, (double)row->num);
        add_range(table, value->value, value->models, row->num, "models");
        table_number(table, value->test.p);
        add_range(table,
                  value->value,
                  value->families,
                  row->num_families,
                  "families");
        table_interval(table,
                       value->value,
                       value->without_low,
                       value->without_high);
        table_number(table, row->concordant);
        table_number(table, (double)row->num_pairs);
    }
    return parts_table_keep(table, out);
}

size_t parts_table_utility(const struct analysis *analysis, struct table **out)
{
    size_t num = correlation(analysis, out);

    for (size_t i = 0; i < analysis->utility.num_measures; i++) {
        if (analysis->utility.measures[i].kind == UTILITY_MEASURED)
            return num + measured(analysis, out + num);
    }
    return num;
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

size_t parts_table_access(const struct analysis *analysis, struct table **out)
{
    struct table *table = table_create(
        "Proprietary against open, in mean rank",
        "shift: proprietary less open, below 0 is better (Hodges-Lehmann); "
        "delta: Cliff's; least: the smallest p that so few can give; "
        "detectable: the difference that would be found 4 times of 5, where any "
        "would be");

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
                     analysis_model(analysis, all->rows[i].model),
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

static char *over_alignment_note(bool is_board)
{
    struct text out = { 0 };

    text_add(&out,
             "index: harmless prompts refused for each harmful one refused "
             "(harmless / harmful); 0: only what is harmful, 1: no difference. "
             "frontier: no other model refuses less of the harmless and as "
             "much of the harmful");
    for (size_t i = 0; is_board && i < OVER_ALIGNMENT_DESIGNS; i++) {
        const struct over_alignment_design *design = &over_alignment_designs[i];

        text_addf(&out,
                  "%s%.0f of %.0f %s",
                  i == 0 ? ". [the board prints no counts; its prompts come in "
                           "clusters and are taken as worth what those of "
                           "recorded models are: "
                         : ", ",
                  design->worth,
                  design->prompts,
                  design->of);
    }
    text_add(&out, is_board ? "]" : "");
    return text_take(&out);
}

size_t parts_table_over_alignment(const struct analysis *analysis,
                                  struct table **out)
{
    const struct over_alignment *all = &analysis->over_alignment;
    char *note = over_alignment_note(analysis->is_board);
    struct table *table =
        table_create("Over-alignment: refusing what is harmless", note);

    free(note);
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

        table_text(table, analysis_model(analysis, row->model));
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
