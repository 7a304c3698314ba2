#include "analysis/card.h"
#include "analysis/parts_json.h"
#include "analysis/published.h"
#include "analysis/sheet.h"
#include "analysis/statements.h"
#include "base/json.h"

void parts_json_statements(const struct statements *statements,
                           struct cJSON *root)
{
    struct cJSON *list;

    json_add_text(root, "statement_rule", statements_rule());
    list = json_add_array(root, "statements");
    for (size_t i = 0; i < statements->num; i++) {
        const struct statement *statement = &statements->list[i];
        struct cJSON *object = json_new_object();

        json_add_text(object, "id", statement->id);
        json_add_text(object, "question", statement->question);
        json_add_text(object, "statement", statement->text);
        json_add_text(object, "published", statement->published);
        json_add_text(object, "source", statement->source);
        json_add_number(object, "value", statement->value);
        json_add_number(object, "low", statement->low);
        json_add_number(object, "high", statement->high);
        json_add_text(object,
                      "verdict",
                      statements_verdict_name(statement->verdict));
        json_add_text(object, "why", statement->why);
        json_append(list, object);
    }
}

void parts_json_sheet(const struct sheet *sheet,
                      const struct grid *grid,
                      struct cJSON *root)
{
    struct cJSON *object = json_add_object(root, "sheet");
    struct cJSON *rows = json_add_array(object, "models");

    for (size_t i = 0; i < sheet->num_rows; i++) {
        const struct sheet_row *row = &sheet->rows[i];
        struct cJSON *own = json_new_object();

        json_add_text(own, "model", grid->models[row->model].name);
        json_add_text(own, "weights", row->weights);
        json_add_text(own, "licence", row->licence);
        json_add_text(own, "data", row->data);
        json_add_text(own, "techniques", row->techniques);
        json_add_text(own, "moderator", row->moderator);
        json_add_text(own, "source", row->source);
        json_add_number(own, "blocked", (double)row->num_blocked);
        json_add_number(own, "items", (double)row->num_items);
        json_append(rows, own);
    }
    if (sheet->audit)
        json_add(object, "audit", json_copy(sheet->audit));
}

static void add_card_means(struct cJSON *object,
                           const struct card *card,
                           const struct grid *grid)
{
    struct cJSON *means = json_add_array(object, "means");

    for (size_t m = 0; m < grid->num_models; m++) {
        struct cJSON *own = json_new_object();

        json_add_text(own, "model", grid->models[m].name);
        json_add_number(own, "card", card->means[m].card);
        json_add_number(own, "printed", card->means[m].printed);
        json_add_number(own, "recomputed", card->means[m].recomputed);
        json_append(means, own);
    }
}

static struct cJSON *card_row_json(const struct card *card,
                                   const struct card_row *row,
                                   const struct grid *grid)
{
    struct cJSON *object = json_new_object();
    struct cJSON *cells;

    json_add_text(object, "column", grid->columns[row->column].name);
    json_add_text(object, "error", card_error_name(row->error));
    cells = json_add_array(object, "cells");
    for (size_t i = 0; i < card->num_cells; i++) {
        const struct card_cell *cell = &card->cells[i];
        struct cJSON *own;

        if (cell->column != row->column)
            continue;
        own = json_new_object();
        json_add_text(own, "model", grid->models[cell->model].name);
        json_add_number(own, "card", cell->card);
        json_add_number(own, "recomputed", cell->recomputed);
        json_append(cells, own);
    }
    return object;
}

void parts_json_card(const struct card *card,
                     const struct grid *grid,
                     const struct published *board,
                     struct cJSON *root)
{
    const struct cJSON *notes = published_part(board, "card_notes");
    struct cJSON *object = json_add_object(root, "card");
    struct cJSON *errors;

    json_add_number(object, "equal_rows", (double)card->num_equal_rows);
    json_add_number(object, "equal_means", (double)card->num_equal_means);
    add_card_means(object, card, grid);
    errors = json_add_array(object, "errors");
    for (size_t i = 0; i < card->num_rows; i++)
        json_append(errors, card_row_json(card, &card->rows[i], grid));
    if (notes)
        json_add(object, "notes", json_copy(notes));
}
