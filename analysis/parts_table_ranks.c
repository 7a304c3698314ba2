#include "analysis/analysis.h"
#include "analysis/parts_table_parts.h"
#include "analysis/rank_notes.h"
#include "analysis/table.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>

static struct table *start_ranks(const struct analysis *analysis,
                                 const struct rank_scope *scope)
{
    char *note = rank_notes(&analysis->ranking, scope);
    char *title = text_format("Mean rank, %s: %zu of %zu columns%s",
                              scope->name,
                              scope->num_columns,
                              scope->num_possible,
                              rank_has_weights(&analysis->ranking, scope)
                                  ? ", weighted as the job says"
                                  : "");
    char *all = text_format(
        "%s; models equal in a resample share first and top three%s%s",
        analysis->is_board
            ? "columns: other columns of these dimensions; the board has no "
              "items to resample"
            : "[items resampled, and the refusal classifier's own error "
              "where it decided]; columns: other columns of these dimensions",
        note ? "; " : "",
        note ? note : "");
    struct table *out = parts_table_titled(title, all);

    free(all);
    free(note);
    return out;
}

static struct table *ranks_of(const struct analysis *analysis,
                              const struct rank_scope *scope)
{
    const bool has_items = !analysis->is_board;
    struct table *out = start_ranks(analysis, scope);

    table_column(out, "model", TABLE_TEXT, 0);
    table_column(out, "place", TABLE_INTERVAL, 0);
    table_column(out, "mean rank", TABLE_INTERVAL, 2);
    table_column(out, "columns", TABLE_INTERVAL, 2);
    table_column(out, "first", TABLE_NUMBER, 3);
    table_column(out, "top three", TABLE_NUMBER, 3);
    for (size_t i = 0; i < scope->num_rows; i++) {
        const struct rank_row *row = &scope->rows[i];

        table_text(out, analysis_model(analysis, row->model));
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

size_t parts_table_ranks(const struct analysis *analysis, struct table **out)
{
    size_t num = 0;

    for (size_t s = 0; s < analysis->ranking.num_scopes; s++) {
        if (analysis->ranking.scopes[s].num_rows > 0 && num < PARTS_TABLES)
            out[num++] = ranks_of(analysis, &analysis->ranking.scopes[s]);
    }
    return num;
}

size_t parts_table_columns(const struct analysis *analysis, struct table **out)
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
        "detectable: the difference that would be found 4 times of 5, median "
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

size_t parts_table_pairs(const struct analysis *analysis, struct table **out)
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
        table_text(table, analysis_model(analysis, pair->a));
        table_text(table, analysis_model(analysis, pair->b));
        table_interval(table, pair->difference, pair->low, pair->high);
        table_number(table, pair->p);
        table_number(table, pair->holm);
    }
    out[1] = table;
    return 2;
}
