#include "analysis/utility.h"

#include "analysis/published.h"
#include "analysis/utility_measured.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 64 << 20, MAX_MEASURES = 1000 };

struct reading {
    struct utility *out;
    const struct grid *grid;
    const struct published *board;
    const char *path;  /* of the file; for errors */
    const char *model; /* from "NAME=", or NULL */
    enum utility_kind kind;
    struct error *err;
};

/* The grid's number of a model by its name, or by a name the board knows; as
 * many as there are when it is none. */
static size_t find_model(const struct reading *reading, const char *name)
{
    const struct grid *grid = reading->grid;
    const char *as = published_model(reading->board, name);

    for (size_t m = 0; m < grid->num_models; m++) {
        if (text_equal(grid->models[m].name, name))
            return m;
    }
    for (size_t m = 0; m < grid->num_models && as; m++) {
        if (text_equal(grid->models[m].published_as, as))
            return m;
    }
    return grid->num_models;
}

struct utility_measure *utility_add(struct utility *out,
                                    const char *name,
                                    const char *source,
                                    enum utility_kind kind,
                                    const char *path,
                                    struct error *err)
{
    const size_t num = out->num_models;
    struct utility_measure *new;

    if (out->num_measures == MAX_MEASURES) {
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s: more than %d measures",
                        path,
                        (int)MAX_MEASURES);
        return NULL;
    }
    new = &out->measures[out->num_measures++];
    *new = (struct utility_measure){
        .name = mem_text(name),
        .source = mem_text(source),
        .kind = kind,
        .values = mem_alloc(num, sizeof *new->values),
        .low = mem_alloc(num, sizeof *new->low),
        .high = mem_alloc(num, sizeof *new->high),
        .num = mem_alloc(num, sizeof *new->num),
        .methods = mem_alloc(num, sizeof *new->methods),
    };
    for (size_t m = 0; m < num; m++) {
        new->values[m] = (double)NAN;
        new->low[m] = (double)NAN;
        new->high[m] = (double)NAN;
    }
    return new;
}

/* The measure of that name and kind, made where it is new; NULL: too many. */
static struct utility_measure *measure_of(const struct reading *reading,
                                          const char *name,
                                          const char *source)
{
    struct utility *out = reading->out;

    for (size_t i = 0; i < out->num_measures; i++) {
        if (out->measures[i].kind == reading->kind
            && text_equal(out->measures[i].name, name))
            return &out->measures[i];
    }
    return utility_add(out,
                       name,
                       source,
                       reading->kind,
                       reading->path,
                       reading->err);
}

static int put(const struct reading *reading,
               const char *measure,
               const char *source,
               size_t model,
               double value)
{
    struct utility_measure *to = measure_of(reading, measure, source);

    if (!to)
        return -1;
    if (model >= reading->grid->num_models)
        return 0;
    if (!isnan(value) && !isnan(to->values[model])) {
        return error_set(reading->err,
                         ERR_FORMAT,
                         "%s: a second value of '%s' for model '%s'; keep one",
                         reading->path,
                         measure,
                         reading->grid->models[model].name);
    }
    to->values[model] = value;
    return 0;
}

static int read_table(const struct reading *reading, const struct cJSON *root)
{
    const struct cJSON *measures = json_member(root, "measures");
    const struct cJSON *values = json_member(root, "values");
    const char *source = json_member_text(root, "source");

    for (const struct cJSON *at = json_first(values); at; at = json_next(at)) {
        const size_t model = find_model(reading, json_key(at));
        size_t i = 0;

        if (json_count(at) != json_count(measures)) {
            return error_set(reading->err,
                             ERR_FORMAT,
                             "%s: values of %s: as many as measures are needed",
                             reading->path,
                             json_key(at));
        }
        for (const struct cJSON *name = json_first(measures); name;
             name = json_next(name)) {
            if (!json_text(name)) {
                return error_set(reading->err,
                                 ERR_FORMAT,
                                 "%s: a measure's name is no text",
                                 reading->path);
            }
            if (put(reading,
                    json_text(name),
                    source ? source : reading->path,
                    model,
                    json_number(json_element(at, i++)))
                < 0)
                return -1;
        }
    }
    return 0;
}

/* One measure a task: accuracy, normalised where there is one. */
static double task_value(const struct cJSON *task)
{
    static const char *const keys[] = {
        "acc_norm,none",    "acc,none", "exact_match,strict-match",
        "exact_match,none", "acc_norm", "acc",
    };
    double value = (double)NAN;

    for (size_t i = 0; i < sizeof keys / sizeof *keys && isnan(value); i++)
        value = json_member_number(task, keys[i]);
    return value;
}

static int read_lm_eval(const struct reading *reading, const struct cJSON *root)
{
    const char *name =
        reading->model ? reading->model : json_member_text(root, "model_name");
    const struct cJSON *results = json_member(root, "results");
    size_t model;

    if (!name) {
        return error_set(reading->err,
                         ERR_USAGE,
                         "%s: no model_name in it; say MODEL=%s",
                         reading->path,
                         reading->path);
    }
    model = find_model(reading, name);
    if (model == reading->grid->num_models && strrchr(name, '/'))
        model = find_model(reading, strrchr(name, '/') + 1);
    for (const struct cJSON *at = json_first(results); at; at = json_next(at)) {
        const double value = task_value(at);

        if (!isnan(value)
            && put(reading, json_key(at), "lm-evaluation-harness", model, value)
                   < 0)
            return -1;
    }
    return 0;
}

static int read_json(const struct reading *reading)
{
    struct cJSON *root = json_read(reading->path, MAX_BYTES, reading->err);
    int rc;

    if (!root)
        return -1;
    if (json_is_object(json_member(root, "values"))
        && json_is_array(json_member(root, "measures"))) {
        rc = read_table(reading, root);
    } else if (json_is_object(json_member(root, "results"))) {
        rc = read_lm_eval(reading, root);
    } else {
        rc = error_set(reading->err,
                       ERR_FORMAT,
                       "%s: neither measures and values, nor lm-eval's results",
                       reading->path);
    }
    json_free(root);
    return rc;
}

/* Cut off the next field of a line, without blanks and quotes around it. */
static char *next_field(char **line)
{
    char *start = *line + strspn(*line, " \t\"");
    char *end = start + strcspn(start, ",");

    *line = *end ? end + 1 : end;
    *end = '\0';
    while (end > start && strchr(" \t\"\r", end[-1]))
        *--end = '\0';
    return start;
}

static size_t count_commas(const char *line)
{
    size_t num = 0;

    for (; *line; line++)
        num += *line == ',' ? 1 : 0;
    return num;
}

static int refuse_line(const struct reading *reading,
                       size_t line,
                       const char *what)
{
    return error_set(reading->err,
                     ERR_FORMAT,
                     "%s:%zu: %s",
                     reading->path,
                     line,
                     what);
}

static int read_csv_line(const struct reading *reading,
                         char **names,
                         size_t num,
                         char *line,
                         size_t number)
{
    const size_t num_commas = count_commas(line);
    size_t model;

    if (num_commas != num) {
        return refuse_line(reading,
                           number,
                           num_commas < num ? "fewer fields than the first"
                                            : "more fields than the first");
    }
    model = find_model(reading, next_field(&line));

    for (size_t i = 0; i < num; i++) {
        double value = (double)NAN;
        const char *field;

        field = next_field(&line);
        if (field[0] && !text_to_double(field, &value))
            return refuse_line(reading, number, "a field is no number");
        if (put(reading, names[i], reading->path, model, value) < 0)
            return -1;
    }
    return 0;
}

static int read_csv_text(const struct reading *reading, char *text)
{
    char **names = mem_alloc(MAX_MEASURES, sizeof(char *));
    size_t num = 0;
    size_t number = 0;
    int rc = 0;

    while (rc == 0 && *text) {
        char *line = text;

        text += strcspn(text, "\n");
        if (*text)
            *text++ = '\0';
        number++;
        if (line[strspn(line, " \t\r")] == '\0' || line[0] == '#')
            continue;
        if (num > 0) {
            rc = read_csv_line(reading, names, num, line, number);
            continue;
        }
        (void)next_field(&line);
        while (*line && num < MAX_MEASURES)
            names[num++] = next_field(&line);
        if (num == 0)
            rc = refuse_line(reading, number, "no measure beside the model");
    }
    free((void *)names);
    return rc;
}

static int read_csv(const struct reading *reading)
{
    struct text text = { 0 };
    int rc = file_read(reading->path, MAX_BYTES, &text, reading->err);

    if (rc == 0 && text.len > 0)
        rc = read_csv_text(reading, text.data);
    text_release(&text);
    return rc;
}

/* One of the list. */
static int read_file(struct reading *reading, const char *spec, size_t len)
{
    char *own = mem_text_len(spec, len);
    char *equal = strchr(own, '=');
    int rc;

    if (equal)
        *equal = '\0';
    reading->model = equal ? own : NULL;
    reading->path = equal ? equal + 1 : own;
    rc = text_ends(reading->path, ".csv") ? read_csv(reading)
                                          : read_json(reading);
    free(own);
    return rc;
}

static bool has_values(const struct utility *utility)
{
    for (size_t i = 0; i < utility->num_measures; i++) {
        for (size_t m = 0; m < utility->num_models; m++) {
            if (!isnan(utility->measures[i].values[m]))
                return true;
        }
    }
    return false;
}

const char *utility_kind_name(enum utility_kind kind)
{
    switch (kind) {
    case UTILITY_MEASURED:
        return "measured";
    case UTILITY_GIVEN:
        return "given";
    case UTILITY_PUBLISHED:
        return "published";
    }
    return "";
}

static int read_published(struct reading *reading)
{
    reading->kind = UTILITY_PUBLISHED;
    reading->path = "datasets/published.json";
    return read_table(reading, published_part(reading->board, "utility"));
}

static int read_measured(struct reading *reading)
{
    return utility_measured_add(reading->out, reading->grid, reading->err);
}

/* One of the list: a word, or a file. */
static int read_source(struct reading *reading, const char *spec, size_t len)
{
    static const char measured[] = "measured";
    static const char published[] = "published";
    int rc;

    if (len == sizeof measured - 1 && memcmp(spec, measured, len) == 0) {
        rc = read_measured(reading);
        if (rc == 0) {
            return error_set(reading->err,
                             ERR_USAGE,
                             "the results measured no utility; a job does with "
                             "\"utility\" (docs/UTILITY.md)");
        }
        return rc < 0 ? -1 : 0;
    }
    if (len == sizeof published - 1 && memcmp(spec, published, len) == 0)
        return read_published(reading);
    reading->kind = UTILITY_GIVEN;
    return read_file(reading, spec, len);
}

int utility_read(struct utility *out,
                 const struct grid *grid,
                 const struct published *board,
                 const char *path,
                 struct error *err)
{
    struct reading reading = { .out = out,
                               .grid = grid,
                               .board = board,
                               .err = err };
    int rc = 0;

    *out = (struct utility){
        .measures = mem_alloc(MAX_MEASURES, sizeof *out->measures),
        .num_models = grid->num_models,
    };
    if (!path) {
        rc = read_measured(&reading);
        rc = rc == 0 ? read_published(&reading) : rc < 0 ? -1 : 0;
    } else {
        for (const char *at = path; rc == 0 && *at;) {
            const size_t len = strcspn(at, ",");

            rc = read_source(&reading, at, len);
            at += len + (at[len] == ',');
        }
        if (rc == 0 && !has_values(out)) {
            rc = error_set(err,
                           ERR_USAGE,
                           "%s: none of its models is in the results",
                           path);
        }
    }
    if (rc < 0)
        utility_release(out);
    return rc;
}

void utility_release(struct utility *utility)
{
    for (size_t i = 0; i < utility->num_measures; i++) {
        free(utility->measures[i].name);
        free(utility->measures[i].source);
        free(utility->measures[i].values);
        free(utility->measures[i].low);
        free(utility->measures[i].high);
        free(utility->measures[i].num);
        free(utility->measures[i].methods);
    }
    free(utility->measures);
    *utility = (struct utility){ 0 };
}
