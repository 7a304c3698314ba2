#include "analysis/analysis.h"
#include "analysis/parts_table_parts.h"
#include "analysis/table.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

size_t parts_table_summary(const struct analysis *analysis, struct table **out)
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

static struct table *spread_dimensions(const struct analysis *analysis)
{
    struct table *out = table_create(
        "How far apart the models are, by dimension",
        "range: best less worst; signal: share of the variance that is not "
        "chance; apart: share of pairs further apart than chance puts them");

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

size_t parts_table_spread(const struct analysis *analysis, struct table **out)
{
    const struct grid *grid = &analysis->grid;
    struct table *table = table_create(
        "What each model should improve first",
        "columns where it stands furthest behind its own mean rank "
        "over all columns that it has, in ranks");

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

size_t parts_table_sheet(const struct analysis *analysis, struct table **out)
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

        table_text(table, analysis_model(analysis, row->model));
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
