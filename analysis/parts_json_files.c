#include "analysis/compare.h"
#include "analysis/parts_json.h"
#include "analysis/placed.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>

void parts_json_compare(const struct compare *compare,
                        const struct grid *grid,
                        struct cJSON *root)
{
    struct cJSON *list = json_add_array(root, "compare");

    for (size_t i = 0; i < compare->num_rows; i++) {
        const struct compare_row *row = &compare->rows[i];
        struct cJSON *object = json_new_object();

        json_add_text(object, "column", grid->columns[row->column].name);
        json_add_text(object, "before", grid->models[row->before].name);
        json_add_text(object, "after", grid->models[row->after].name);
        json_add_number(object, "value_before", row->value_before);
        json_add_number(object, "value_after", row->value_after);
        json_add_number(object, "difference", row->difference);
        json_add_number(object, "low", row->low);
        json_add_number(object, "high", row->high);
        json_add_number(object, "p", row->p);
        json_add_number(object, "p_holm", row->holm);
        json_add_number(object, "p_bh", row->bh);
        json_add_number(object, "detectable", row->detectable);
        json_append(list, object);
    }
}

static struct cJSON *series_row_json(const struct series_row *row,
                                     const struct grid *grid)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "column", grid->columns[row->column].name);
    json_add_number(object, "num", (double)row->num);
    json_add_number(object, "first", row->first);
    json_add_number(object, "last", row->last);
    json_add_number(object, "slope", row->trend.slope);
    json_add_number(object, "p", row->trend.p);
    json_add_number(object, "p_holm", row->holm);
    json_add_number(object, "least_p", row->trend.least_p);
    json_add_number(object, "change_p", row->change.p);
    json_add_number(object, "change_p_holm", row->change_holm);
    if (isnan(row->change.before)) {
        json_add_null(object, "change_at");
    } else {
        json_add_text(object,
                      "change_at",
                      grid->models[row->change_model].name);
    }
    json_add_bool(object, "change_shown", row->has_change);
    json_add_number(object, "before", row->change.before);
    json_add_number(object, "after", row->change.after);
    return object;
}

void parts_json_series(const struct series *series,
                       const struct grid *grid,
                       struct cJSON *root)
{
    struct cJSON *object = json_add_object(root, "series");
    struct cJSON *models = json_add_array(object, "models");
    struct cJSON *rows = json_add_array(object, "rows");
    char *lack = compare_series_lack(series, grid);

    if (lack)
        json_add_text(object, "lack", lack);
    free(lack);
    for (size_t i = 0; i < series->num; i++) {
        struct cJSON *one = json_new_object();

        json_add_text(one, "model", grid->models[series->models[i]].name);
        json_add_number(one, "step", series->steps[i]);
        json_append(models, one);
    }
    for (size_t i = 0; i < series->num_rows; i++)
        json_append(rows, series_row_json(&series->rows[i], grid));
}

static struct cJSON *placed_row_json(const struct placed *placed,
                                     const struct placed_row *row,
                                     const struct grid *grid)
{
    const struct grid *board = &placed->board;
    struct cJSON *object = json_new_object();
    struct cJSON *ranks;
    struct cJSON *others;

    json_add_text(object, "model", grid->models[row->model].name);
    json_add_number(object, "num_columns", (double)row->num_columns);
    json_add_number(object, "num_drawn", (double)row->num_drawn);
    json_add_number(object, "mean_rank", row->mean_rank);
    json_add_number(object, "low", row->mean_interval.low);
    json_add_number(object, "high", row->mean_interval.high);
    json_add_number(object, "place", row->place);
    json_add_number(object, "place_low", row->place_interval.low);
    json_add_number(object, "place_high", row->place_interval.high);
    ranks = json_add_object(object, "ranks");
    for (size_t c = 0; c < board->num_columns; c++) {
        if (!isnan(row->ranks[c]))
            json_add_number(ranks, board->columns[c].name, row->ranks[c]);
    }
    others = json_add_object(object, "published");
    for (size_t m = 0; m < board->num_models && row->num_columns > 0; m++)
        json_add_number(others, board->models[m].name, row->means[m]);
    return object;
}

void parts_json_placed(const struct placed *placed,
                       const struct grid *grid,
                       struct cJSON *root)
{
    struct cJSON *list = json_add_array(root, "beside_published");

    for (size_t i = 0; i < placed->num_rows; i++)
        json_append(list, placed_row_json(placed, &placed->rows[i], grid));
}
