/*
 * What the summary says of several files, of checkpoints, and of who judged.
 */
#include "analysis/analysis.h"
#include "analysis/summary_parts.h"
#include "base/text.h"

#include <math.h>

static const double level = 0.05;
static const double bound_sigmas = 1.959963984540054;

enum { MOST_NAMED = 3 };

/* "a rises, b falls and 4 more move" */
static void add_columns(struct text *out,
                        const struct series *series,
                        const struct grid *grid)
{
    size_t num = 0;

    for (size_t i = 0; i < series->num_rows; i++) {
        const struct series_row *row = &series->rows[i];

        if (!(row->holm <= level))
            continue;
        if (num < MOST_NAMED) {
            text_addf(out,
                      "%s%s %s",
                      num > 0 ? ", " : "",
                      grid->columns[row->column].name,
                      row->trend.slope > 0 ? "rises" : "falls");
        }
        num++;
    }
    if (num > MOST_NAMED)
        text_addf(out, " and %zu more move", num - MOST_NAMED);
}

char *summary_files_compare(const struct analysis *analysis)
{
    const struct compare *compare = &analysis->compare;
    struct text text = { 0 };
    size_t num_apart = 0;

    if (compare->num_rows == 0)
        return NULL;
    for (size_t i = 0; i < compare->num_rows; i++)
        num_apart += compare->rows[i].holm <= level ? 1 : 0;
    text_addf(&text,
              "Of %zu values that a model has in two files %zu changed by more "
              "than chance (paired tests by item; Holm, 5 %%).",
              compare->num_rows,
              num_apart);
    return text_take(&text);
}

char *summary_files_series(const struct analysis *analysis)
{
    const struct series *series = &analysis->series;
    struct text text = { 0 };
    size_t num_moving = 0;

    if (series->num_rows == 0)
        return compare_series_lack(series, &analysis->grid);
    for (size_t i = 0; i < series->num_rows; i++)
        num_moving += series->rows[i].holm <= level ? 1 : 0;
    text_addf(&text,
              "Over %zu checkpoints %zu of %zu columns rise or fall by more "
              "than chance (Holm, 5 %%)",
              series->num,
              num_moving,
              series->num_rows);
    if (num_moving > 0) {
        text_add(&text, ": ");
        add_columns(&text, series, &analysis->grid);
    }
    text_add(&text, ".");
    return text_take(&text);
}

char *summary_files_judge(const struct analysis *analysis)
{
    const struct grid *grid = &analysis->grid;
    struct text text = { 0 };
    size_t num = 0;
    size_t num_values = 0;
    size_t most = 0;

    for (size_t i = 0; i < grid->num_models * grid->num_columns; i++) {
        num_values += isnan(grid->values[i]) ? 0 : 1;
        if (grid->error[i] <= 0)
            continue;
        if (num == 0 || grid->error[i] > grid->error[most])
            most = i;
        num++;
    }
    if (num == 0)
        return NULL;
    text_addf(
        &text,
        "A refusal classifier decided in %zu of %zu values. Its own error "
        "is in their intervals and in the ranks; it is largest in %s of "
        "%s, %.2f either way.",
        num,
        num_values,
        grid->columns[most % grid->num_columns].name,
        grid->models[most / grid->num_columns].name,
        bound_sigmas * grid->error[most]);
    return text_take(&text);
}
