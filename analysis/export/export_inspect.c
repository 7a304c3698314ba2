#include "analysis/export/export_file.h"
#include "analysis/export/export_inspect_sample.h"
#include "analysis/export/export_name.h"
#include "analysis/export/export_source.h"
#include "analysis/export/kinds.h"
#include "analysis/measured.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reader_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* When the last unit of the cell was done; the epoch where nobody knows. */
static void format_time(const struct export_source *source,
                        const int64_t *finished_ms,
                        size_t first,
                        char out[32])
{
    const size_t end = export_source_cell_end(source, first);
    int64_t last = 0;
    struct tm parts;
    time_t seconds;

    for (size_t u = first; u < end; u++)
        last = finished_ms[u] > last ? finished_ms[u] : last;
    seconds = (time_t)(last / 1000);
    if (!gmtime_r(&seconds, &parts)
        || strftime(out, 32, "%Y-%m-%dT%H:%M:%S+00:00", &parts) == 0)
        (void)snprintf(out, 32, "1970-01-01T00:00:00+00:00");
}

static void add_metric(struct cJSON *metrics, const char *name, double value)
{
    struct cJSON *metric;

    if (!isfinite(value))
        return;
    metric = json_add_object(metrics, name);
    json_add_text(metric, "name", name);
    json_add_number(metric, "value", value);
}

static void add_results(struct cJSON *root,
                        const struct export_source *source,
                        size_t first,
                        size_t num)
{
    const struct reader *reader = source->reader;
    const size_t model = source->rows.unit_model[first];
    const char *task = source->rows.tasks[source->task[first]];
    struct cJSON *results = json_add_object(root, "results");
    struct cJSON *scores;

    json_add_number(results, "total_samples", (double)num);
    json_add_number(results, "completed_samples", (double)num);
    scores = json_add_array(results, "scores");
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        const struct reader_column *column = reader_column(reader, c);
        const struct reader_score *score =
            reader_score(reader, PROFILE_PAPER, model, c);
        struct cJSON *of, *metrics;

        if (strcmp(column->task, task) != 0 || isnan(measured_value(score)))
            continue;
        of = json_new_object();
        json_add_text(of, "name", column->name);
        json_add_text(of, "scorer", column->evaluator);
        json_add_number(of, "scored_samples", (double)score->num);
        json_add_number(of, "unscored_samples", (double)score->num_skipped);
        metrics = json_add_object(of, "metrics");
        add_metric(metrics, column->metric, score->value);
        add_metric(metrics, "low", score->low);
        add_metric(metrics, "high", score->high);
        json_append(scores, of);
    }
}

static void add_spec(struct cJSON *root,
                     const struct export_source *source,
                     const char *created,
                     size_t first,
                     size_t num)
{
    const struct reader *reader = source->reader;
    const char *task = source->rows.tasks[source->task[first]];
    const char *model =
        reader_model(reader, source->rows.unit_model[first])->name;
    const double epochs = (double)reader_num_repeats(reader);
    struct cJSON *spec = json_add_object(root, "eval");
    struct cJSON *part;
    char *full = text_format("trustllm/%s", task);

    json_add_text(spec, "created", created);
    json_add_text(spec, "task", full);
    json_add_text(spec, "model", model);
    free(full);
    part = json_add_object(spec, "dataset");
    json_add_text(part, "name", task);
    json_add_number(part, "samples", epochs > 0 ? (double)num / epochs : 0);
    part = json_add_object(spec, "config");
    json_add_number(part, "epochs", epochs);
    part = json_add_object(spec, "metadata");
    json_add_text(part, "content_digest", reader_digest(reader));
}

/* The document without its samples, on one line, its last brace cut off. */
static void add_head(struct text *out,
                     const struct export_source *source,
                     const char *created,
                     size_t first,
                     size_t num)
{
    struct cJSON *root = json_new_object();

    json_add_number(root, "version", 2);
    json_add_text(root, "status", "success");
    add_spec(root, source, created, first, num);
    add_results(root, source, first, num);
    json_write_line(root, out);
    out->data[--out->len] = '\0';
    json_free(root);
}

static int write_cell(struct export_source *source,
                      const char *folder,
                      const int64_t *finished_ms,
                      size_t first,
                      struct error *err)
{
    const size_t end = export_source_cell_end(source, first);
    char *task = export_name_of(source->rows.tasks[source->task[first]]);
    char *path = text_format("%s/%s.json",
                             export_source_model_file(source, first),
                             task);
    struct export_file file;
    char created[32];
    int rc = export_file_open(&file, folder, path, err);

    free(path);
    free(task);
    if (rc < 0)
        return -1;
    format_time(source, finished_ms, first, created);
    add_head(&file.pending, source, created, first, end - first);
    text_add(&file.pending, ", \"samples\": [\n");
    for (size_t u = first; rc == 0 && u < end; u++) {
        text_add(&file.pending, u > first ? ",\n" : "");
        rc = export_inspect_sample(source, u, &file.pending, err);
        if (rc == 0)
            rc = export_file_flush(&file, err);
    }
    text_add(&file.pending, "\n]}\n");
    return export_file_close(&file, rc == 0, err);
}

static int write_all(struct export_source *source,
                     const struct export_params *params,
                     struct text *said,
                     struct error *err)
{
    int64_t *finished_ms =
        reader_data_load(source->reader, "/timing/finished_ms", err);
    size_t num = 0;
    int rc = finished_ms ? 0 : -1;

    for (size_t unit = 0; rc == 0 && unit < source->rows.num_units; num++) {
        rc = write_cell(source, params->folder, finished_ms, unit, err);
        unit = export_source_cell_end(source, unit);
        export_progress(params, unit, source->rows.num_units);
    }
    free(finished_ms);
    if (rc == 0) {
        text_addf(said,
                  "inspect: %zu logs MODEL/DIMENSION_FILE.json, rules as "
                  "published\n",
                  num);
    }
    return rc;
}

const struct export_ops export_inspect = {
    .name = "inspect",
    .help = "MODEL/DIMENSION_FILE.json, a log of Inspect (inspect_ai) for "
            "each model and task.",
    .write = write_all,
};
