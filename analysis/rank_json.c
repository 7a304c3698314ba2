#include "analysis/rank_json.h"

#include "analysis/rank_notes.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>

static struct cJSON *cell_json(const struct ranking *ranking,
                               size_t model,
                               size_t column)
{
    const struct grid *grid = ranking->grid;
    const size_t i = grid_at(grid, model, column);
    const struct rank_cell *cell = &ranking->cells[i];
    struct cJSON *object = json_new_object();

    json_add_text(object, "model", grid->models[model].name);
    json_add_text(object, "column", grid->columns[column].name);
    json_add_number(object, "value", grid->values[i]);
    json_add_number(object, "low", grid->low[i]);
    json_add_number(object, "high", grid->high[i]);
    json_add_number(object, "num", (double)grid->num[i]);
    json_add_bool(object, "comparable", grid->is_comparable[i]);
    json_add_number(object, "rank", cell->rank);
    json_add_number(object, "rank_low", cell->low);
    json_add_number(object, "rank_high", cell->high);
    json_add_number(object, "p_first", cell->p_first);
    json_add_number(object, "p_top3", cell->p_top3);
    if (ranking->draws)
        json_add_number(object, "se_judge", grid->error[i]);
    return object;
}

static struct cJSON *row_json(const struct ranking *ranking,
                              const struct rank_row *row)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "model", ranking->grid->models[row->model].name);
    json_add_number(object, "mean_rank", row->mean_rank);
    json_add_number(object, "low", row->low);
    json_add_number(object, "high", row->high);
    json_add_number(object, "columns_low", row->columns_low);
    json_add_number(object, "columns_high", row->columns_high);
    json_add_number(object, "columns_p_first", row->columns_p_first);
    json_add_number(object, "columns_p_top3", row->columns_p_top3);
    json_add_number(object, "place", row->place);
    json_add_number(object, "place_low", row->place_low);
    json_add_number(object, "place_high", row->place_high);
    json_add_number(object, "p_first", row->p_first);
    json_add_number(object, "p_top3", row->p_top3);
    return object;
}

static struct cJSON *scope_json(const struct ranking *ranking,
                                const struct rank_scope *scope)
{
    struct cJSON *object = json_new_object();
    char *note = rank_notes(ranking, scope);
    struct cJSON *columns;
    struct cJSON *rows;

    json_add_text(object, "scope", scope->name);
    json_add_number(object, "num_columns", (double)scope->num_columns);
    json_add_number(object, "num_possible", (double)scope->num_possible);
    columns = json_add_array(object, "columns");
    for (size_t i = 0; i < scope->num_columns; i++) {
        json_append_text(columns,
                         ranking->grid->columns[scope->columns[i]].name);
    }
    if (note)
        json_add_text(object, "note", note);
    free(note);
    rows = json_add_array(object, "rows");
    for (size_t i = 0; i < scope->num_rows; i++)
        json_append(rows, row_json(ranking, &scope->rows[i]));
    return object;
}

void rank_json(const struct ranking *ranking, struct cJSON *root)
{
    const struct grid *grid = ranking->grid;
    struct cJSON *cells = json_add_array(root, "cells");
    struct cJSON *rankings = json_add_array(root, "rankings");

    for (size_t m = 0; m < grid->num_models; m++) {
        for (size_t c = 0; c < grid->num_columns; c++)
            json_append(cells, cell_json(ranking, m, c));
    }
    for (size_t s = 0; s < ranking->num_scopes; s++)
        json_append(rankings, scope_json(ranking, &ranking->scopes[s]));
}
