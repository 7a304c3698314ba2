#include "analysis/analysis.h"
#include "analysis/parts_table_parts.h"
#include "analysis/table.h"
#include "base/text.h"

size_t parts_table_statements(const struct analysis *analysis,
                              struct table **out)
{
    struct table *table =
        table_create("What the paper says, and what these numbers say",
                     statements_rule());

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

static struct table *card_means(const struct analysis *analysis)
{
    const struct card *card_of = &analysis->card;
    struct table *out = parts_table_titled(
        text_format("Average ranks: %zu of %zu are the means of the "
                    "card",
                    card_of->num_equal_means,
                    analysis->grid.num_models),
        "recomputed: by the printed values, each in its direction");

    table_column(out, "model", TABLE_TEXT, 0);
    table_column(out, "published", TABLE_NUMBER, 2);
    table_column(out, "of the card", TABLE_NUMBER, 2);
    table_column(out, "recomputed", TABLE_NUMBER, 2);
    for (size_t m = 0; m < analysis->grid.num_models; m++) {
        table_text(out, analysis_model(analysis, m));
        table_number(out, card_of->means[m].printed);
        table_number(out, card_of->means[m].card);
        table_number(out, card_of->means[m].recomputed);
    }
    return out;
}

size_t parts_table_card(const struct analysis *analysis, struct table **out)
{
    const struct grid *grid = &analysis->grid;
    const struct card *of = &analysis->card;
    struct table *table;

    if (!analysis->is_board)
        return 0;
    table = parts_table_titled(
        text_format("Errors of the rank card: %zu of %zu rows are "
                    "those of the printed values",
                    of->num_equal_rows,
                    grid->num_columns),
        "direction: ranked the other way round; value: a rank that "
        "its value does not have; ties: off by one or two");
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
            table_text(table, analysis_model(analysis, cell->model));
            table_number(table, cell->card);
            table_number(table, cell->recomputed);
            table_text(table, card_error_name(of->rows[i].error));
        }
    }
    out[0] = card_means(analysis);
    out[1] = table;
    return 2;
}
