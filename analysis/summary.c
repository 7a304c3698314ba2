#include "analysis/summary.h"

#include "analysis/analysis.h"
#include "analysis/summary_parts.h"
#include "base/text.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>

static const double level = 0.05;

/* Takes the text. */
static void add(struct summary *out, struct text *text)
{
    if (out->num == SUMMARY_SENTENCES)
        BUG("more than %d sentences", (int)SUMMARY_SENTENCES);
    out->sentences[out->num++] = text_take(text);
}

void summary_add_range(struct text *out, double low, double high)
{
    if (!isnan(low) && !isnan(high))
        text_addf(out, " [%.2f, %.2f]", low, high);
}

/* Takes a sentence of summary_parts.h. */
static void add_line(struct summary *out, char *line)
{
    struct text text = { 0 };

    if (!line)
        return;
    text_add(&text, line);
    free(line);
    add(out, &text);
}

static void say_utility(struct summary *out, const struct analysis *analysis)
{
    const struct correlation_row *row = analysis->correlation.rows;
    const struct correlation_value *value;
    struct text text = { 0 };

    if (analysis->correlation.num_rows == 0 || row->scope != 0) {
        text_add(&text,
                 "Trust against utility cannot be told: fewer than three "
                 "ranked models have a figure of utility.");
    } else {
        value = &row->kinds[CORRELATION_SPEARMAN];
        text_addf(
            &text,
            "Trust and utility (%s, %s, %zu models): Spearman %.2f",
            analysis->utility.measures[row->measure].name,
            utility_kind_name(analysis->utility.measures[row->measure].kind),
            row->num,
            value->value);
        summary_add_range(&text, value->models.low, value->models.high);
        text_addf(&text,
                  ", p = %.3f; %s.",
                  value->test.p,
                  value->test.p > level ? "chance alone would do as well"
                  : value->value > 0 ? "more useful models are more trustworthy"
                                     : "more useful models are less "
                                       "trustworthy");
    }
    add(out, &text);
}

static void say_access(struct summary *out, const struct analysis *analysis)
{
    const struct access_scope *scope = &analysis->access.scopes[0];
    const struct access_side *models = &scope->models;
    struct text text = { 0 };

    if (isnan(models->test.p)) {
        text_add(&text,
                 "Proprietary against open cannot be told: one side has no "
                 "ranked model.");
        add(out, &text);
        return;
    }
    text_addf(&text,
              "Proprietary models rank %.1f ",
              fabs(models->shift.value));
    if (!isnan(models->shift.interval.low)) {
        text_addf(&text,
                  "[%.1f, %.1f] ",
                  models->shift.value < 0 ? -models->shift.interval.high
                                          : models->shift.interval.low,
                  models->shift.value < 0 ? -models->shift.interval.low
                                          : models->shift.interval.high);
    }
    text_addf(&text,
              "%s than open ones (%zu against %zu models); p = %.3f (%.4f is "
              "the least that so few can give), of families %.3f (%.4f): %s",
              models->shift.value < 0 ? "better" : "worse",
              models->num_proprietary,
              models->num_open,
              models->test.p,
              models->test.least,
              scope->families.test.p,
              scope->families.test.least,
              scope->families.test.p <= level
                  ? "more than chance"
                  : "chance alone would do as well");
    if (!isnan(models->detectable)) {
        text_addf(&text,
                  "; a difference below %.1f would mostly be missed",
                  models->detectable);
    }
    text_add(&text, ".");
    add(out, &text);
}

/* "55 % [48, 62]" */
static void add_percent(struct text *out, const struct share *share)
{
    text_addf(out, "%.0f %%", 100 * share->value);
    if (!isnan(share->low))
        text_addf(out, " [%.0f, %.0f]", 100 * share->low, 100 * share->high);
}

/* Who refuses most of the harmless prompts but for `besides`; NULL: nobody. */
static const struct over_alignment_row *find_worst(
    const struct over_alignment *all,
    const struct over_alignment_row *besides)
{
    const struct over_alignment_row *out = NULL;

    for (size_t i = 0; i < all->num_rows; i++) {
        const struct over_alignment_row *row = &all->rows[i];

        if (row != besides
            && (!out || row->harmless.value > out->harmless.value))
            out = row;
    }
    return out;
}

/* How many models "most" is among. */
static size_t count_harmless(const struct over_alignment *all)
{
    size_t num = 0;

    for (size_t i = 0; i < all->num_rows; i++)
        num += isnan(all->rows[i].harmless.value) ? 0 : 1;
    return num;
}

/* Who refuses no more of the harmless and no fewer of the harmful prompts. */
static void add_frontier(struct text *out, const struct analysis *analysis)
{
    const struct over_alignment *all = &analysis->over_alignment;
    const char *between = "";

    text_add(out,
             " As measured, chance left aside, no other model refuses fewer "
             "harmless and as many harmful prompts as ");
    for (size_t i = 0; i < all->num_rows; i++) {
        if (!all->rows[i].is_on_frontier)
            continue;
        text_addf(out,
                  "%s%s",
                  between,
                  analysis_model(analysis, all->rows[i].model));
        between = ", ";
    }
    text_add(out, ".");
}

static void say_over_alignment(struct summary *out,
                               const struct analysis *analysis)
{
    const struct over_alignment *all = &analysis->over_alignment;
    const struct over_alignment_row *worst;
    const struct over_alignment_row *next;
    struct text text = { 0 };

    if (all->num_rows == 0)
        return;
    worst = find_worst(all, NULL);
    next = find_worst(all, worst);
    text_addf(&text,
              "Of harmless prompts %s refuses ",
              analysis_model(analysis, worst->model));
    if (next)
        text_addf(&text, "most (of %zu models), ", count_harmless(all));
    add_percent(&text, &worst->harmless);
    text_add(&text, ", and ");
    add_percent(&text, &worst->harmful);
    text_add(&text, " of harmful ones");
    if (next) {
        text_addf(&text, "; then %s, ", analysis_model(analysis, next->model));
        add_percent(&text, &next->harmless);
    }
    text_add(&text, ".");
    if (next)
        add_frontier(&text, analysis);
    add(out, &text);
}

static void say_statements(struct summary *out, const struct analysis *analysis)
{
    size_t counts[3] = { 0 };
    struct text text = { 0 };

    for (size_t i = 0; i < analysis->statements.num; i++)
        counts[analysis->statements.list[i].verdict]++;
    text_addf(&text,
              "Of %zu statements of the paper %zu hold by these numbers, %zu "
              "do not, %zu cannot be told.",
              analysis->statements.num,
              counts[STATEMENT_HOLDS],
              counts[STATEMENT_FAILS],
              counts[STATEMENT_UNKNOWN]);
    add(out, &text);
}

static void say_card(struct summary *out, const struct analysis *analysis)
{
    const struct card *card = &analysis->card;
    struct text text = { 0 };
    size_t num = 0;

    if (!analysis->is_board)
        return;
    text_addf(&text,
              "%zu of %zu published averages are the means of the rank card, "
              "but %zu of its 31 rows are not the ranks of the printed values",
              card->num_equal_means,
              analysis->grid.num_models,
              card->num_rows);
    for (size_t i = 0; i < card->num_rows; i++) {
        if (card->rows[i].error == CARD_DIRECTION) {
            text_addf(&text,
                      "%s%s",
                      num > 0 ? ", " : "; the wrong way round: ",
                      analysis->grid.columns[card->rows[i].column].name);
            num++;
        }
    }
    text_add(&text, ".");
    add(out, &text);
}

void summary_make(struct summary *out, const struct analysis *analysis)
{
    *out = (struct summary){ 0 };
    add_line(out, summary_ranks_first(analysis));
    add_line(out, summary_ranks_left_out(analysis));
    add_line(out, summary_ranks_pairs(analysis));
    add_line(out, summary_files_judge(analysis));
    add_line(out, summary_files_compare(analysis));
    add_line(out, summary_files_series(analysis));
    say_utility(out, analysis);
    say_access(out, analysis);
    say_over_alignment(out, analysis);
    add_line(out, summary_ranks_spread(analysis));
    say_statements(out, analysis);
    say_card(out, analysis);
}

void summary_release(struct summary *summary)
{
    for (size_t i = 0; i < summary->num; i++)
        free(summary->sentences[i]);
    *summary = (struct summary){ 0 };
}
