#include "analysis/analysis.h"
#include "analysis/parts_table_parts.h"
#include "analysis/table.h"

size_t parts_table_compare(const struct analysis *analysis, struct table **out)
{
    struct table *table = table_create(
        "One model in two files",
        "difference: later less earlier file, by the same items; p by Holm "
        "over the columns of a model; detectable: the difference that would "
        "be found 4 times of 5");

    table_column(table, "column", TABLE_TEXT, 0);
    table_column(table, "before", TABLE_TEXT, 0);
    table_column(table, "after", TABLE_TEXT, 0);
    table_column(table, "value", TABLE_NUMBER, 3);
    table_column(table, "difference", TABLE_INTERVAL, 3);
    table_column(table, "p", TABLE_NUMBER, 4);
    table_column(table, "p (Holm)", TABLE_NUMBER, 4);
    table_column(table, "detectable", TABLE_NUMBER, 3);
    for (size_t i = 0; i < analysis->compare.num_rows; i++) {
        const struct compare_row *row = &analysis->compare.rows[i];

        table_text(table, analysis->grid.columns[row->column].name);
        table_text(table, analysis_model(analysis, row->before));
        table_text(table, analysis_model(analysis, row->after));
        table_number(table, row->value_after);
        table_interval(table, row->difference, row->low, row->high);
        table_number(table, row->p);
        table_number(table, row->holm);
        table_number(table, row->detectable);
    }
    return parts_table_keep(table, out);
}

size_t parts_table_series(const struct analysis *analysis, struct table **out)
{
    struct table *table = table_create(
        "A series of checkpoints",
        "slope: a step's, Theil-Sen, p of Kendall's tau; change: the first "
        "checkpoint after the clearest change of level, Pettitt, where its p is "
        "at most 5 %; p by Holm over the columns");

    table_column(table, "column", TABLE_TEXT, 0);
    table_column(table, "checkpoints", TABLE_NUMBER, 0);
    table_column(table, "first", TABLE_NUMBER, 3);
    table_column(table, "last", TABLE_NUMBER, 3);
    table_column(table, "slope", TABLE_NUMBER, 6);
    table_column(table, "p (Holm)", TABLE_NUMBER, 4);
    table_column(table, "change", TABLE_TEXT, 0);
    table_column(table, "before", TABLE_NUMBER, 3);
    table_column(table, "after", TABLE_NUMBER, 3);
    table_column(table, "p (Holm) of it", TABLE_NUMBER, 4);
    for (size_t i = 0; i < analysis->series.num_rows; i++) {
        const struct series_row *row = &analysis->series.rows[i];

        table_text(table, analysis->grid.columns[row->column].name);
        table_number(table, (double)row->num);
        table_number(table, row->first);
        table_number(table, row->last);
        table_number(table, row->trend.slope);
        table_number(table, row->holm);
        table_text(table,
                   row->has_change ? analysis_model(analysis, row->change_model)
                                   : "none shown");
        table_number(table, row->change.before);
        table_number(table, row->change.after);
        table_number(table, row->change_holm);
    }
    return parts_table_keep(table, out);
}

size_t parts_table_beside(const struct analysis *analysis, struct table **out)
{
    const struct placed *placed = &analysis->placed;
    struct table *table = table_create(
        "Beside the published sixteen",
        "ranked with them in the columns that are comparable, and in no "
        "other; place: of the mean rank, among the published models' over the "
        "same columns; [own items resampled, the published values as printed]");

    table_column(table, "model", TABLE_TEXT, 0);
    table_column(table, "columns", TABLE_NUMBER, 0);
    table_column(table, "mean rank", TABLE_INTERVAL, 2);
    table_column(table, "place", TABLE_INTERVAL, 0);
    for (size_t i = 0; i < placed->num_rows; i++) {
        const struct placed_row *row = &placed->rows[i];

        table_text(table, analysis_model(analysis, row->model));
        table_number(table, (double)row->num_columns);
        table_interval(table,
                       row->mean_rank,
                       row->mean_interval.low,
                       row->mean_interval.high);
        table_interval(table,
                       row->place,
                       row->place_interval.low,
                       row->place_interval.high);
    }
    return parts_table_keep(table, out);
}
