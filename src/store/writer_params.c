#include "store/writer_params.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/stream.h"
#include "trustsweep/bug.h"

#include <stdlib.h>

/* One value of each of `num` structs of `stride` bytes into a dataset. */
static int put_member(hid_t file,
                      const char *path,
                      const void *member,
                      size_t stride,
                      size_t num,
                      struct error *err)
{
    struct stream *stream = stream_open(file, path, err);
    const unsigned char *at = member;
    int rc = stream ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < num; i++)
        rc = stream_add(stream, at + i * stride, 1, err);
    if (rc == 0)
        rc = stream_flush(stream, err);
    stream_close(stream);
    return rc;
}

struct member {
    const char *path;
    size_t offset;
};

#define MEMBER(path, type, name)          \
    {                                     \
        path, offsetof(struct type, name) \
    }

static const struct member model_members[] = {
    MEMBER("/model", writer_model, name),
    MEMBER("/models/access", writer_model, access),
    MEMBER("/models/creator", writer_model, creator),
    MEMBER("/models/family", writer_model, family),
    MEMBER("/models/published_as", writer_model, published_as),
    MEMBER("/models/backend", writer_model, backend),
    MEMBER("/models/identity", writer_model, identity),
    MEMBER("/models/parameters_b", writer_model, parameters_b),
};

static const struct member column_members[] = {
    MEMBER("/column", writer_column, name),
    MEMBER("/columns/title", writer_column, title),
    MEMBER("/columns/dimension", writer_column, dimension),
    MEMBER("/columns/section", writer_column, section),
    MEMBER("/columns/task", writer_column, task),
    MEMBER("/columns/unit", writer_column, unit),
    MEMBER("/columns/unit_corrected", writer_column, unit_corrected),
    MEMBER("/columns/parent", writer_column, parent),
    MEMBER("/columns/cluster", writer_column, cluster),
    MEMBER("/columns/by", writer_column, by),
    MEMBER("/columns/field", writer_column, field),
    MEMBER("/columns/evaluator", writer_column, evaluator),
    MEMBER("/columns/metric", writer_column, metric),
    MEMBER("/columns/estimand", writer_column, estimand),
    MEMBER("/columns/source", writer_column, source),
    MEMBER("/columns/needs", writer_column, needs),
};

static const struct member task_members[] = {
    MEMBER("/task", writer_task, name),
    MEMBER("/tasks/dimension", writer_task, dimension),
    MEMBER("/tasks/section", writer_task, section),
    MEMBER("/tasks/sha256", writer_task, sha256),
};

struct table {
    const struct member *members;
    size_t num_members;
    const void *rows;
    size_t stride;
    size_t num_rows;
};

static int put_table(hid_t file, const struct table *table, struct error *err)
{
    for (size_t i = 0; i < table->num_members; i++) {
        const unsigned char *rows = table->rows;

        if (table->num_rows == 0)
            break;
        if (put_member(file,
                       table->members[i].path,
                       rows + table->members[i].offset,
                       table->stride,
                       table->num_rows,
                       err)
            < 0)
            return -1;
    }
    return 0;
}

static char *labels_text(const char *const *labels)
{
    struct cJSON *array = json_new_array();
    struct text out = { 0 };

    for (size_t i = 0; labels && labels[i]; i++)
        json_append_text(array, labels[i]);
    json_write_line(array, &out);
    json_free(array);
    return text_take(&out);
}

static int put_labels(hid_t file,
                      const struct writer_params *params,
                      struct error *err)
{
    char **texts = mem_alloc(params->num_columns, sizeof(char *));
    int rc;

    for (size_t i = 0; i < params->num_columns; i++)
        texts[i] = labels_text(params->columns[i].labels);
    rc = stream_put(file, "/columns/labels", texts, params->num_columns, err);
    for (size_t i = 0; i < params->num_columns; i++)
        free(texts[i]);
    free((void *)texts);
    return rc;
}

/* What is no text of the columns, in the types of the file. */
static int put_numbers(hid_t file,
                       const struct writer_params *params,
                       struct error *err)
{
    const size_t num = params->num_columns;
    int32_t *ways = mem_alloc(num, sizeof *ways);
    int32_t *corrected = mem_alloc(num, sizeof *corrected);
    uint8_t *is_ranked = mem_alloc(num, sizeof *is_ranked);
    int rc;

    for (size_t i = 0; i < num; i++) {
        ways[i] = params->columns[i].direction;
        corrected[i] = params->columns[i].direction_corrected;
        is_ranked[i] = params->columns[i].is_ranked;
    }
    rc = stream_put(file, "/columns/direction", ways, num, err);
    if (rc == 0) {
        rc = stream_put(file,
                        "/columns/direction_corrected",
                        corrected,
                        num,
                        err);
    }
    if (rc == 0)
        rc = stream_put(file, "/columns/is_ranked", is_ranked, num, err);
    free(ways);
    free(corrected);
    free(is_ranked);
    return rc;
}

static int put_repeats(hid_t file, size_t num, struct error *err)
{
    uint32_t *numbers = mem_alloc(num, sizeof *numbers);
    int rc;

    for (uint32_t i = 0; i < num; i++)
        numbers[i] = i;
    rc = stream_put(file, "/repeat", numbers, num, err);
    free(numbers);
    return rc;
}

int params_write(hid_t file,
                 const struct writer_params *params,
                 struct error *err)
{
    const struct table tables[] = {
        { model_members,
          ARRAY_LEN(model_members),
          params->models,
          sizeof *params->models,
          params->num_models },
        { column_members,
          ARRAY_LEN(column_members),
          params->columns,
          sizeof *params->columns,
          params->num_columns },
        { task_members,
          ARRAY_LEN(task_members),
          params->tasks,
          sizeof *params->tasks,
          params->num_tasks },
    };

    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        if (put_table(file, &tables[i], err) < 0)
            return -1;
    }
    if (put_labels(file, params, err) < 0 || put_numbers(file, params, err) < 0)
        return -1;
    return put_repeats(file, params->num_repeats, err);
}
