#include "analysis/board.h"
#include "analysis/measured.h"
#include "analysis/role_wait.h"
#include "analysis/validation.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/state.h"

#include <math.h>
#include <stddef.h>

/* Of a rate of refusals under `corrected`: what labels of people make of it. */
static void add_labels(struct cJSON *object,
                       const struct validation *validation,
                       const size_t at[2])
{
    const struct validation_cell *cell =
        validation_at(validation, at[0], at[1]);
    struct cJSON *labels;

    json_add_bool(object, "validated", cell && !isnan(cell->rate.value));
    if (!cell)
        return;
    labels = json_add_object(object, "by_labels");
    json_add_number(labels, "value", cell->rate.value);
    json_add_number(labels, "low", cell->rate.interval.low);
    json_add_number(labels, "high", cell->rate.interval.high);
    json_add_number(labels, "within_low", cell->rate.within.low);
    json_add_number(labels, "within_high", cell->rate.within.high);
    json_add_number(labels, "num", (double)cell->num_labelled);
    if (cell->lack)
        json_add_text(labels, "reason", cell->lack);
}

struct source {
    const struct reader *reader;
    const struct validation *validation;
    struct role_wait wait;
};

static void add_score(struct cJSON *list,
                      const struct source *source,
                      enum profile profile,
                      const size_t at[2])
{
    const struct reader *reader = source->reader;
    const struct reader_score *score =
        reader_score(reader, profile, at[0], at[1]);
    const struct reader_column *column = reader_column(reader, at[1]);
    struct cJSON *object = json_new_object();
    struct cJSON *states;
    struct text reason = { 0 };

    json_add_text(object, "model", reader_model(reader, at[0])->name);
    json_add_text(object, "column", column->name);
    json_add_number(object, "value", measured_value(score));
    json_add_number(object, "low", score->low);
    json_add_number(object, "high", score->high);
    json_add_number(object, "within_low", score->within_low);
    json_add_number(object, "within_high", score->within_high);
    json_add_number(object, "se_items", score->se_items);
    json_add_number(object, "se_sampling", score->se_sampling);
    json_add_number(object, "num", (double)score->num);
    json_add_number(object, "num_skipped", (double)score->num_skipped);
    json_add_number(object, "num_recorded", (double)score->num_recorded);
    json_add_number(object, "num_asked", (double)score->num_asked);
    states = json_add_object(object, "states");
    for (int s = 0; s < NUM_STATES; s++) {
        json_add_number(states,
                        state_name((enum state)s),
                        (double)score->states[s]);
    }
    json_add_bool(object,
                  "comparable",
                  profile == PROFILE_PAPER
                      && reader_is_comparable(reader, at[0], at[1]));
    if (isnan(measured_value(score))) {
        board_reason(&reason, &source->wait, column, score);
        json_add_text(object, "reason", text_data(&reason));
        text_release(&reason);
    }
    if (board_wants_labels(column, profile))
        add_labels(object, source->validation, at);
    json_append(list, object);
}

void board_json_models(struct cJSON *root, const struct reader *reader)
{
    struct cJSON *list = json_add_array(root, "models");

    for (size_t m = 0; m < reader_num_models(reader); m++) {
        const struct reader_model *model = reader_model(reader, m);
        struct cJSON *object = json_new_object();

        json_add_text(object, "name", model->name);
        json_add_text(object, "access", model->access);
        json_add_text(object, "creator", model->creator);
        json_add_text(object, "family", model->family);
        json_add_text(object, "published_as", model->published_as);
        json_add_number(object, "parameters_b", model->parameters_b);
        json_append(list, object);
    }
}

struct cJSON *board_json_column(const struct reader_column *column)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "name", column->name);
    json_add_text(object, "title", column->title);
    json_add_text(object, "dimension", column->dimension);
    json_add_text(object, "section", column->section);
    json_add_text(object, "task", column->task);
    json_add_text(object, "unit", column->unit);
    json_add_text(object, "unit_corrected", column->unit_corrected);
    json_add_text(object, "parent", column->parent);
    json_add_text(object, "cluster", column->cluster);
    json_add_text(object, "evaluator", column->evaluator);
    json_add_text(object, "metric", column->metric);
    json_add_text(object, "estimand", column->estimand);
    json_add_text(object, "source", column->source);
    json_add_text(object, "needs", column->needs);
    json_add_number(object, "direction", column->direction);
    json_add_number(object, "direction_corrected", column->direction_corrected);
    json_add_bool(object, "is_ranked", column->is_ranked);
    return object;
}

static void add_columns(struct cJSON *root, const struct reader *reader)
{
    struct cJSON *list = json_add_array(root, "columns");

    for (size_t c = 0; c < reader_num_columns(reader); c++)
        json_append(list, board_json_column(reader_column(reader, c)));
}

void board_json_add(struct cJSON *root,
                    const struct reader *reader,
                    const struct validation *validation)
{
    struct source source = { .reader = reader, .validation = validation };
    struct cJSON *scores;

    role_wait_read(&source.wait, reader);
    json_add_text(root, "content_digest", reader_digest(reader));
    board_json_models(root, reader);
    add_columns(root, reader);
    scores = json_add_object(root, "scores");
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct cJSON *list =
            json_add_array(scores, profile_name((enum profile)p));

        for (size_t m = 0; m < reader_num_models(reader); m++) {
            for (size_t c = 0; c < reader_num_columns(reader); c++) {
                const size_t at[] = { m, c };

                add_score(list, &source, (enum profile)p, at);
            }
        }
    }
    role_wait_release(&source.wait);
}
