#include "analysis/grid.h"

#include "analysis/published.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void make_cells(struct grid *grid)
{
    const size_t num = grid->num_models * grid->num_columns;

    grid->values = mem_alloc(num, sizeof *grid->values);
    grid->low = mem_alloc(num, sizeof *grid->low);
    grid->high = mem_alloc(num, sizeof *grid->high);
    grid->num = mem_alloc(num, sizeof *grid->num);
    grid->is_comparable = mem_alloc(num, sizeof *grid->is_comparable);
}

static const char *either(const char *own, const char *board)
{
    if (own && own[0])
        return own;
    return board ? board : "";
}

static void read_models(struct grid *out,
                        const struct reader *reader,
                        const struct published *board)
{
    out->num_models = reader_num_models(reader);
    out->models = mem_alloc(out->num_models, sizeof *out->models);
    for (size_t m = 0; m < out->num_models; m++) {
        const struct reader_model *from = reader_model(reader, m);
        const char *as = either(from->published_as, from->name);
        const char *name = board ? published_model(board, as) : NULL;
        const struct published_facts facts =
            name ? published_facts(board, name)
                 : (struct published_facts){ .parameters_b = (double)NAN };

        out->models[m] = (struct grid_model){
            .name = from->name,
            .access = either(facts.access, from->access),
            .creator = either(from->creator, facts.creator),
            .family = either(from->family, facts.family),
            .published_as = name,
            .parameters_b = isnan(from->parameters_b) ? facts.parameters_b
                                                      : from->parameters_b,
            .at = m,
        };
    }
}

static void read_columns(struct grid *out, const struct reader *reader)
{
    const size_t num = reader_num_columns(reader);

    out->columns = mem_alloc(num, sizeof *out->columns);
    for (size_t c = 0; c < num; c++) {
        const struct reader_column *from = reader_column(reader, c);
        const int direction = out->profile == PROFILE_PAPER
                                  ? from->direction
                                  : from->direction_corrected;

        if (!from->is_ranked || direction == 0)
            continue;
        out->columns[out->num_columns++] = (struct grid_column){
            .name = from->name,
            .title = from->title,
            .dimension = from->dimension,
            .direction = direction,
            .at = c,
        };
    }
}

void grid_of_results(struct grid *out,
                     const struct reader *reader,
                     enum profile profile,
                     const struct published *board)
{
    *out = (struct grid){ .profile = profile };
    read_models(out, reader, board);
    read_columns(out, reader);
    make_cells(out);
    for (size_t m = 0; m < out->num_models; m++) {
        for (size_t c = 0; c < out->num_columns; c++) {
            const size_t at = out->columns[c].at;
            const struct reader_score *score =
                reader_score(reader, profile, m, at);
            const size_t i = grid_at(out, m, c);

            out->values[i] = score->value;
            out->low[i] = score->low;
            out->high[i] = score->high;
            out->num[i] = score->num;
            out->is_comparable[i] =
                profile == PROFILE_PAPER && reader_is_comparable(reader, m, at);
        }
    }
}

static void board_cells(struct grid *out, const struct published *board)
{
    for (size_t m = 0; m < out->num_models; m++) {
        for (size_t c = 0; c < out->num_columns; c++) {
            const size_t i = grid_at(out, m, c);
            const char *printed =
                published_value(board, out->models[m].name, c);

            out->low[i] = (double)NAN;
            out->high[i] = (double)NAN;
            if (!printed || !text_to_double(printed, &out->values[i]))
                out->values[i] = (double)NAN;
            out->is_comparable[i] = printed != NULL;
        }
    }
}

void grid_of_board(struct grid *out, const struct published *board)
{
    const size_t num = published_num_models(board);

    *out = (struct grid){ .profile = PROFILE_PAPER };
    out->models = mem_alloc(num, sizeof *out->models);
    for (size_t m = 0; m < num; m++) {
        const char *name = published_model_at(board, m);
        const struct published_facts facts = published_facts(board, name);

        if (isnan(facts.average_rank))
            continue; /* taken in later, never ranked */
        out->models[out->num_models++] = (struct grid_model){
            .name = name,
            .access = facts.access,
            .creator = facts.creator,
            .family = facts.family,
            .published_as = name,
            .parameters_b = facts.parameters_b,
            .at = m,
        };
    }
    out->num_columns = published_num_columns(board);
    out->columns = mem_alloc(out->num_columns, sizeof *out->columns);
    for (size_t c = 0; c < out->num_columns; c++) {
        out->columns[c] = (struct grid_column){
            .name = published_column(board, c),
            .title = published_column(board, c),
            .dimension = published_dimension(board, c),
            .direction = published_direction(board, c),
            .at = c,
        };
    }
    make_cells(out);
    board_cells(out, board);
}

void grid_release(struct grid *grid)
{
    free(grid->models);
    free(grid->columns);
    free(grid->values);
    free(grid->low);
    free(grid->high);
    free(grid->num);
    free(grid->is_comparable);
    *grid = (struct grid){ 0 };
}

size_t grid_at(const struct grid *grid, size_t model, size_t column)
{
    if (model >= grid->num_models || column >= grid->num_columns)
        BUG("model %zu, column %zu", model, column);
    return model * grid->num_columns + column;
}

size_t grid_column(const struct grid *grid, const char *name)
{
    size_t c = 0;

    while (c < grid->num_columns && strcmp(grid->columns[c].name, name) != 0)
        c++;
    return c;
}

size_t grid_coverage(const struct grid *grid, size_t model)
{
    size_t num = 0;

    for (size_t c = 0; c < grid->num_columns; c++)
        num += isnan(grid->values[grid_at(grid, model, c)]) ? 0 : 1;
    return num;
}
