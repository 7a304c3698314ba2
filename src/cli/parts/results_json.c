#include "cli/parts/results_json.h"

#include "base/json.h"
#include "store/reader.h"

#include <math.h>

void results_json_add(struct cJSON *root, const struct reader *reader)
{
    const size_t num_models = reader_num_models(reader);
    const size_t num_columns = reader_num_columns(reader);
    struct cJSON *models;
    struct cJSON *columns;
    size_t num_scores = 0;

    json_add_text(root, "digest", reader_digest(reader));
    models = json_add_array(root, "models");
    for (size_t m = 0; m < num_models; m++)
        json_append_text(models, reader_model(reader, m)->name);
    columns = json_add_array(root, "columns");
    for (size_t c = 0; c < num_columns; c++)
        json_append_text(columns, reader_column(reader, c)->name);
    for (size_t m = 0; m < num_models; m++) {
        for (size_t c = 0; c < num_columns; c++) {
            const struct reader_score *score =
                reader_score(reader, PROFILE_PAPER, m, c);

            num_scores += score && !isnan(score->value);
        }
    }
    json_add_number(root, "scores", (double)num_scores);
}
