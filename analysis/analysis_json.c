#include "analysis/analysis_json.h"

#include "analysis/analysis.h"
#include "analysis/parts_json.h"
#include "analysis/rank_json.h"
#include "base/json.h"
#include "store/reader.h"

enum { JSON_VERSION = 1 };

static void add_source(struct cJSON *root, const struct analysis *analysis)
{
    const struct analysis_options *options = &analysis->options;

    json_add_text(root, "format", "trustsweep-analysis");
    json_add_number(root, "version", JSON_VERSION);
    json_add_text(root, "kind", analysis->is_board ? "published" : "results");
    json_add_text(root, "profile", profile_name(analysis->grid.profile));
    if (!analysis->is_board) {
        struct cJSON *digests;

        json_add_text(root,
                      "content_digest",
                      reader_digest(analysis->grid.readers[0]));
        digests = json_add_array(root, "files");
        for (size_t f = 0; f < analysis->grid.num_readers; f++)
            json_append_text(digests, reader_digest(analysis->grid.readers[f]));
        json_add_number(root, "resamples", (double)analysis->draws.num);
        json_add_number(root, "seed", (double)options->seed);
        json_add_number(root,
                        "undefined_draws",
                        (double)analysis->draws.num_undefined);
    }
}

static void add_models(struct cJSON *root, const struct analysis *analysis)
{
    const struct grid *grid = &analysis->grid;
    struct cJSON *list = json_add_array(root, "models");

    for (size_t m = 0; m < grid->num_models; m++) {
        const struct grid_model *model = &grid->models[m];
        struct cJSON *object = json_new_object();

        json_add_text(object, "name", model->name);
        json_add_text(object, "access", model->access);
        json_add_text(object, "creator", model->creator);
        json_add_text(object, "family", model->family);
        json_add_number(object, "parameters_b", model->parameters_b);
        json_add_text(object,
                      "published_as",
                      model->published_as ? model->published_as : "");
        json_add_number(object, "coverage", (double)grid_coverage(grid, m));
        json_add_bool(object, "in_rankings", analysis->ranking.is_in[m]);
        json_append(list, object);
    }
}

static void add_columns(struct cJSON *root, const struct analysis *analysis)
{
    const struct grid *grid = &analysis->grid;
    struct cJSON *list = json_add_array(root, "columns");

    for (size_t c = 0; c < grid->num_columns; c++) {
        const struct grid_column *column = &grid->columns[c];
        struct cJSON *object = json_new_object();

        json_add_text(object, "name", column->name);
        json_add_text(object, "title", column->title);
        json_add_text(object, "dimension", column->dimension);
        json_add_number(object, "direction", column->direction);
        json_add_number(object, "weight", column->weight);
        if (!analysis->is_board) {
            json_add_number(object,
                            "units",
                            (double)analysis->draws.num_units[c]);
        }
        json_append(list, object);
    }
}

static void add_parts(struct cJSON *root, const struct analysis *analysis)
{
    const struct grid *grid = &analysis->grid;
    struct cJSON *summary = json_add_array(root, "summary");

    for (size_t i = 0; i < analysis->summary.num; i++)
        json_append_text(summary, analysis->summary.sentences[i]);
    rank_json(&analysis->ranking, root);
    parts_json_pairs(&analysis->pairs, grid, root);
    parts_json_utility(&analysis->utility, grid, root);
    parts_json_correlation(&analysis->correlation,
                           &analysis->ranking,
                           &analysis->utility,
                           root);
    parts_json_access(&analysis->access, root);
    parts_json_over_alignment(&analysis->over_alignment, grid, root);
    parts_json_spread(&analysis->spread, grid, root);
    parts_json_statements(&analysis->statements, root);
    parts_json_sheet(&analysis->sheet, grid, root);
    parts_json_compare(&analysis->compare, grid, root);
    parts_json_series(&analysis->series, grid, root);
    parts_json_placed(&analysis->placed, grid, root);
    if (analysis->is_board)
        parts_json_card(&analysis->card, grid, analysis->board, root);
}

int analysis_json(const struct reader *const *readers,
                  size_t num_readers,
                  const struct analysis_options *options,
                  struct cJSON **out,
                  struct error *err)
{
    struct analysis analysis;
    struct cJSON *root;

    if (analysis_make(&analysis, readers, num_readers, options, err) < 0)
        return -1;
    root = json_new_object();
    add_source(root, &analysis);
    add_models(root, &analysis);
    add_columns(root, &analysis);
    add_parts(root, &analysis);
    analysis_release(&analysis);
    *out = root;
    return 0;
}
