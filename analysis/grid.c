#include "analysis/grid.h"

#include "analysis/chosen.h"
#include "analysis/measured.h"
#include "analysis/published.h"
#include "base/json.h"
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
    grid->error = mem_alloc(num, sizeof *grid->error);
    grid->num = mem_alloc(num, sizeof *grid->num);
    grid->is_comparable = mem_alloc(num, sizeof *grid->is_comparable);
}

static const char *either(const char *own, const char *board)
{
    if (own && own[0])
        return own;
    return board ? board : "";
}

static struct grid_model describe(const struct reader_model *from,
                                  const struct published *board)
{
    const char *as = either(from->published_as, from->name);
    const char *name = board ? published_model(board, as) : NULL;
    const struct published_facts facts =
        name ? published_facts(board, name)
             : (struct published_facts){ .parameters_b = (double)NAN };

    return (struct grid_model){
        .name = from->name,
        .plain = from->name,
        .access = either(from->access, facts.access),
        .creator = either(from->creator, facts.creator),
        .family = either(from->family, facts.family),
        .published_as = name,
        .parameters_b =
            isnan(from->parameters_b) ? facts.parameters_b : from->parameters_b,
    };
}

/* Names of several files get the file's number. */
static void tell_apart(struct grid *out)
{
    bool *is_double = mem_alloc(out->num_models, sizeof *is_double);

    for (size_t m = 0; m < out->num_models; m++) {
        for (size_t k = 0; k < out->num_models; k++) {
            is_double[m] =
                is_double[m]
                || (k != m
                    && text_equal(out->models[m].name, out->models[k].name));
        }
    }
    out->names = mem_alloc(out->num_models, sizeof(char *));
    for (size_t m = 0; m < out->num_models; m++) {
        struct grid_model *model = &out->models[m];

        if (is_double[m]) {
            out->names[m] = text_format("%s@%zu", model->name, model->file + 1);
            model->name = out->names[m];
        }
    }
    free(is_double);
}

static void read_models(struct grid *out, const struct published *board)
{
    size_t num = 0;

    for (size_t f = 0; f < out->num_readers; f++)
        num += reader_num_models(out->readers[f]);
    out->models = mem_alloc(num, sizeof *out->models);
    for (size_t f = 0; f < out->num_readers; f++) {
        for (size_t m = 0; m < reader_num_models(out->readers[f]); m++) {
            struct grid_model *model = &out->models[out->num_models++];

            *model = describe(reader_model(out->readers[f], m), board);
            model->file = f;
            model->at = m;
        }
    }
    tell_apart(out);
}

static size_t find_place(const struct reader *reader, const char *name)
{
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        if (text_equal(reader_column(reader, c)->name, name))
            return c;
    }
    return GRID_NO_COLUMN;
}

static double weight_of(const struct chosen *job, const char *dimension)
{
    const double weight =
        json_number(json_member(json_member(job->job, "weights"), dimension));

    return weight >= 0 ? weight : 1;
}

static void read_columns(struct grid *out)
{
    const struct reader *first = out->readers[0];
    const size_t num = reader_num_columns(first);
    struct chosen job;

    chosen_read(&job, first);
    out->columns = mem_alloc(num, sizeof *out->columns);
    for (size_t c = 0; c < num; c++) {
        const struct reader_column *from = reader_column(first, c);
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
            .weight = weight_of(&job, from->dimension),
        };
    }
    chosen_release(&job);
    out->places =
        mem_alloc(out->num_readers * out->num_columns, sizeof *out->places);
    for (size_t f = 0; f < out->num_readers; f++) {
        for (size_t c = 0; c < out->num_columns; c++) {
            out->places[f * out->num_columns + c] =
                find_place(out->readers[f], out->columns[c].name);
        }
    }
}

static void read_cell(struct grid *out, size_t m, size_t c)
{
    const struct grid_model *model = &out->models[m];
    const struct reader *reader = out->readers[model->file];
    const size_t at = grid_place(out, model->file, c);
    const size_t i = grid_at(out, m, c);
    const struct reader_score *score;

    if (at == GRID_NO_COLUMN) {
        out->values[i] = (double)NAN;
        out->low[i] = (double)NAN;
        out->high[i] = (double)NAN;
        return;
    }
    score = reader_score(reader, out->profile, model->at, at);
    out->values[i] = measured_value(score);
    out->low[i] = score->low;
    out->high[i] = score->high;
    out->error[i] = score->se_judge > 0 ? score->se_judge : 0;
    out->num[i] = score->num;
    out->is_comparable[i] = out->profile == PROFILE_PAPER
                            && reader_is_comparable(reader, model->at, at);
}

void grid_of_results(struct grid *out,
                     const struct reader *const *readers,
                     size_t num_readers,
                     enum profile profile,
                     const struct published *board)
{
    *out = (struct grid){ .profile = profile,
                          .readers = readers,
                          .num_readers = num_readers };
    read_models(out, board);
    read_columns(out);
    make_cells(out);
    for (size_t m = 0; m < out->num_models; m++) {
        for (size_t c = 0; c < out->num_columns; c++)
            read_cell(out, m, c);
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
            .plain = name,
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
            .weight = 1,
        };
    }
    make_cells(out);
    board_cells(out, board);
}

void grid_release(struct grid *grid)
{
    for (size_t m = 0; grid->names && m < grid->num_models; m++)
        free(grid->names[m]);
    free((void *)grid->names);
    free(grid->places);
    free(grid->models);
    free(grid->columns);
    free(grid->values);
    free(grid->low);
    free(grid->high);
    free(grid->error);
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

size_t grid_place(const struct grid *grid, size_t file, size_t column)
{
    if (file >= grid->num_readers || column >= grid->num_columns)
        BUG("column %zu of file %zu", column, file);
    return grid->places[file * grid->num_columns + column];
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
