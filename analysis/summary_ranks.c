/* What the summary says of ranks: who is first, who is left out, who can be told
 * apart, and where. */
#include "analysis/analysis.h"
#include "analysis/summary_parts.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>

/* "4.97 [3.9, 6.1]"; the interval is of what is resampled. */
static void add_mean_rank(struct text *out,
                          const struct rank_row *row,
                          bool is_board)
{
    const double low = is_board ? row->columns_low : row->low;
    const double high = is_board ? row->columns_high : row->high;

    text_addf(out, "%.2f", row->mean_rank);
    summary_add_range(out, low, high);
}

/* How many models have the mean rank of the first one. */
static size_t count_first(const struct rank_scope *scope)
{
    size_t num = 1;

    while (num < scope->num_rows
           && scope->rows[num].mean_rank == scope->rows[0].mean_rank)
        num++;
    return num;
}

/* None of them is ahead, whatever order they are listed in. */
static void say_shared(struct text *out,
                       const struct analysis *analysis,
                       size_t num)
{
    const struct rank_scope *scope = &analysis->ranking.scopes[0];

    text_addf(out,
              "%s%zu models share the best mean rank, %.2f, over the %zu of "
              "%zu columns that all %zu ranked models have",
              num == scope->num_rows ? "All " : "",
              num,
              scope->rows[0].mean_rank,
              scope->num_columns,
              scope->num_possible,
              scope->num_rows);
    if (num < scope->num_rows) {
        for (size_t i = 0; i < num; i++) {
            text_addf(out,
                      "%s%s",
                      i ? ", " : ": ",
                      analysis_model(analysis, scope->rows[i].model));
        }
    }
    text_add(out, ".");
}

char *summary_ranks_first(const struct analysis *analysis)
{
    const struct rank_scope *scope = &analysis->ranking.scopes[0];
    const struct rank_row *row = scope->rows;
    const char *of = analysis->is_board ? "columns" : "items";
    struct text text = { 0 };

    if (scope->num_rows < 2) {
        text_add(&text, "Fewer than two models can be ranked.");
    } else if (count_first(scope) > 1) {
        say_shared(&text, analysis, count_first(scope));
    } else {
        const double first =
            analysis->is_board ? row->columns_p_first : row->p_first;

        text_addf(&text,
                  "%s has the best mean rank, ",
                  analysis_model(analysis, row->model));
        add_mean_rank(&text, row, analysis->is_board);
        text_addf(&text,
                  ", over the %zu of %zu columns that all %zu ranked models "
                  "have. In %.0f %% of the bootstrap resamples of the %s it is "
                  "first. %s follows with ",
                  scope->num_columns,
                  scope->num_possible,
                  scope->num_rows,
                  100 * first,
                  of,
                  analysis_model(analysis, row[1].model));
        add_mean_rank(&text, &row[1], analysis->is_board);
        text_add(&text, ".");
    }
    return text_take(&text);
}

char *summary_ranks_left_out(const struct analysis *analysis)
{
    struct text text = { 0 };
    size_t num = 0;

    for (size_t m = 0; m < analysis->grid.num_models; m++) {
        if (analysis->ranking.is_in[m])
            continue;
        text_addf(&text, "%s%s", num ? ", " : "", analysis_model(analysis, m));
        num++;
    }
    if (num > 0) {
        text_add(&text,
                 num > 1 ? " are left out of mean ranks: they have fewer than "
                           "half of the columns of the fullest model, or "
                           "none."
                         : " is left out of mean ranks: it has fewer than half "
                           "of the columns of the fullest model, or none.");
    }
    return num > 0 ? text_take(&text) : NULL;
}

char *summary_ranks_pairs(const struct analysis *analysis)
{
    const struct pair_family *family = analysis->pairs.families;
    struct text text = { 0 };

    if (analysis->pairs.num_families == 0 || family->num_pairs == 0)
        return NULL;
    text_addf(&text,
              "Of %zu pair%s of models %zu cannot be told apart in mean rank "
              "(Holm, 5 %%)",
              family->num_pairs,
              family->num_pairs == 1 ? "" : "s",
              family->num_pairs - family->num_apart);
    if (isfinite(family->detectable)) {
        text_addf(&text,
                  "; a difference below %.2f would mostly be missed",
                  family->detectable);
    }
    text_add(&text, ".");
    return text_take(&text);
}

/* By pairs told apart where that is known, else by the printed values. */
char *summary_ranks_spread(const struct analysis *analysis)
{
    const struct spread *spread = &analysis->spread;
    const struct spread_dimension *first = spread->dimensions;
    const struct spread_dimension *last;
    struct text text = { 0 };

    if (spread->num_dimensions < 2 || isnan(first->range))
        return NULL;
    last = &spread->dimensions[spread->num_dimensions - 1];
    while (last > first
           && isnan(isnan(first->separated) ? last->range : last->separated))
        last--;
    if (last == first)
        return NULL;
    if (isnan(first->separated)) {
        text_addf(&text,
                  "Printed values lie furthest apart in %s and closest in %s: "
                  "best to worst %.2f and %.2f, in the mean over %zu and %zu "
                  "columns, whose units differ; the board tells of no chance.",
                  first->name,
                  last->name,
                  first->range,
                  last->range,
                  first->num_columns,
                  last->num_columns);
    } else if (first->separated <= last->separated) {
        text_addf(&text,
                  "No dimension separates the models more than another: in "
                  "each %.0f %% of the pairs are further apart than chance "
                  "puts them.",
                  100 * first->separated);
    } else {
        text_addf(&text,
                  "Models are told apart most in %s and least in %s: %.0f %% "
                  "and %.0f %% of their pairs are further apart than chance "
                  "puts them, in the mean over columns.",
                  first->name,
                  last->name,
                  100 * first->separated,
                  100 * last->separated);
    }
    return text_take(&text);
}
