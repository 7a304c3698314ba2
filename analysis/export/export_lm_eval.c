#include "analysis/export/export_file.h"
#include "analysis/export/export_name.h"
#include "analysis/export/export_source.h"
#include "analysis/export/kinds.h"
#include "analysis/measured.h"
#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* Half the width of a 95 % interval of a normal value, in standard errors. */
#define HALF_WIDTH 1.959963984540054

/* lm-eval writes "N/A" where there is no standard error. */
static void add_error(struct cJSON *object, const struct reader_score *score)
{
    const double width = score->high - score->low;

    if (isnan(width)) {
        json_add_text(object, "value_stderr,none", "N/A");
    } else {
        json_add_number(object, "value_stderr,none", width / 2 / HALF_WIDTH);
    }
}

static char *task_name(const struct reader_column *column)
{
    return text_format("trustllm_%s", column->name);
}

/* The members of the document that have one of each task. */
enum part {
    RESULTS,
    CONFIGS,
    VERSIONS,
    N_SHOT,
    HIGHER_IS_BETTER,
    N_SAMPLES,
    NUM_PARTS,
};

/* Of one column: what lm-eval says of a task. */
static void add_column(struct cJSON *parts[NUM_PARTS],
                       const struct reader *reader,
                       size_t m,
                       size_t c)
{
    const struct reader_column *column = reader_column(reader, c);
    const struct reader_score *score =
        reader_score(reader, PROFILE_PAPER, m, c);
    char *name = task_name(column);
    struct cJSON *of = json_add_object(parts[RESULTS], name);

    json_add_text(of, "alias", column->title);
    json_add_number(of, "value,none", score->value);
    add_error(of, score);
    json_add_number(of, "low,none", score->low);
    json_add_number(of, "high,none", score->high);
    of = json_add_object(parts[HIGHER_IS_BETTER], name);
    json_add_bool(of, "value", column->direction > 0);
    of = json_add_object(parts[N_SAMPLES], name);
    json_add_number(of, "original", (double)(score->num + score->num_skipped));
    json_add_number(of, "effective", (double)score->num);
    json_add_number(parts[N_SHOT], name, 0);
    json_add_number(parts[VERSIONS], name, 1);
    of = json_add_object(parts[CONFIGS], name);
    json_add_text(of, "task", name);
    json_add_text(of, "dataset_path", column->task);
    json_add_text(of, "output_type", "generate_until");
    free(name);
}

static struct cJSON *document(const struct reader *reader, size_t m)
{
    static const char *const names[NUM_PARTS] = {
        [RESULTS] = "results",
        [CONFIGS] = "configs",
        [VERSIONS] = "versions",
        [N_SHOT] = "n-shot",
        [HIGHER_IS_BETTER] = "higher_is_better",
        [N_SAMPLES] = "n-samples",
    };
    struct cJSON *root = json_new_object();
    struct cJSON *parts[NUM_PARTS];
    struct cJSON *config;

    for (size_t i = 0; i < NUM_PARTS; i++)
        parts[i] = json_add_object(root, names[i]);
    (void)json_add_object(root, "group_subtasks");
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        if (!isnan(measured_value(reader_score(reader, PROFILE_PAPER, m, c))))
            add_column(parts, reader, m, c);
    }
    config = json_add_object(root, "config");
    json_add_text(config, "model", "trustsweep");
    json_add_text(config, "model_args", reader_model(reader, m)->name);
    json_add_number(config, "bootstrap_iters", 0);
    json_add_text(root, "model_name", reader_model(reader, m)->name);
    json_add_text(root, "content_digest", reader_digest(reader));
    return root;
}

static int write_model(const struct export_source *source,
                       const char *folder,
                       size_t m,
                       struct error *err)
{
    struct cJSON *root = document(source->reader, m);
    char *digest = export_name_of(reader_digest(source->reader));
    char *name =
        text_format("%s/results_%.12s.json", source->model_files[m], digest);
    struct export_file file;
    int rc = export_file_open(&file, folder, name, err);

    if (rc == 0) {
        json_write(root, &file.pending);
        rc = export_file_close(&file, true, err);
    }
    free(name);
    free(digest);
    json_free(root);
    return rc;
}

static int write_all(struct export_source *source,
                     const struct export_params *params,
                     struct text *said,
                     struct error *err)
{
    const size_t num = reader_num_models(source->reader);

    for (size_t m = 0; m < num; m++) {
        if (write_model(source, params->folder, m, err) < 0)
            return -1;
    }
    text_addf(said,
              "lm-eval: %zu files MODEL/results_DIGEST.json, rules as "
              "published; columns without a value are left out\n",
              num);
    return 0;
}

const struct export_ops export_lm_eval = {
    .name = "lm-eval",
    .help = "MODEL/results_DIGEST.json as lm-evaluation-harness writes it, a "
            "task for each column that has a value.",
    .write = write_all,
};
