#include "analysis/utility_read.h"

#include "analysis/published.h"
#include "analysis/utility_strangers.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 64 << 20 };

static bool is_called(const struct grid_model *model, const char *name)
{
    return text_equal(model->name, name) || text_equal(model->plain, name);
}

/* Whose figure it is.  A published one is of all models that the board calls
 * so; another one of the model of that name, and where none is, of these. */
struct meant {
    const char *name;
    const char *published_as; /* NULL: nobody's */
    bool is_own;
};

static struct meant who(const struct utility_reading *reading, const char *name)
{
    const struct grid *grid = reading->grid;
    struct meant out = { name, published_model(reading->board, name), false };

    for (size_t m = 0; m < grid->num_models; m++) {
        out.is_own = out.is_own
                     || (reading->kind != UTILITY_PUBLISHED
                         && is_called(&grid->models[m], name));
    }
    return out;
}

static bool is_meant(const struct meant *meant, const struct grid_model *model)
{
    if (meant->is_own)
        return is_called(model, meant->name);
    return meant->published_as
           && text_equal(model->published_as, meant->published_as);
}

/* Whether a model of the grid has that name, or one that the board knows. */
static bool has_model(const struct utility_reading *reading, const char *name)
{
    const struct meant meant = who(reading, name);

    for (size_t m = 0; m < reading->grid->num_models; m++) {
        if (is_meant(&meant, &reading->grid->models[m]))
            return true;
    }
    return false;
}

void utility_read_note(const struct utility_reading *reading, const char *name)
{
    if (reading->strangers) {
        utility_strangers_add(reading->strangers,
                              name,
                              has_model(reading, name));
    }
}

/* The measure of that name and kind, made where it is new; NULL: too many. */
static struct utility_measure *measure_of(const struct utility_reading *reading,
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

int utility_read_put(const struct utility_reading *reading,
                     const char *measure,
                     const char *source,
                     const char *name,
                     double value)
{
    struct utility_measure *to = measure_of(reading, measure, source);
    const struct meant meant = who(reading, name);

    if (!to)
        return -1;
    for (size_t m = 0; m < reading->grid->num_models; m++) {
        if (!is_meant(&meant, &reading->grid->models[m]))
            continue;
        if (!isnan(value) && !isnan(to->values[m])) {
            return error_set(reading->err,
                             ERR_FORMAT,
                             "%s: a second value of '%s' for model '%s'; keep "
                             "one",
                             reading->path,
                             measure,
                             reading->grid->models[m].name);
        }
        if (!isnan(value)) /* an empty cell takes no figure away */
            to->values[m] = value;
    }
    return 0;
}

int utility_read_table(const struct utility_reading *reading,
                       const struct cJSON *root)
{
    const struct cJSON *measures = json_member(root, "measures");
    const struct cJSON *values = json_member(root, "values");
    const char *source = json_member_text(root, "source");

    for (const struct cJSON *at = json_first(values); at; at = json_next(at)) {
        size_t i = 0;

        utility_read_note(reading, json_key(at));
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
            if (utility_read_put(reading,
                                 json_text(name),
                                 source ? source : reading->path,
                                 json_key(at),
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

static int read_lm_eval(const struct utility_reading *reading,
                        const struct cJSON *root)
{
    const char *name =
        reading->model ? reading->model : json_member_text(root, "model_name");
    const struct cJSON *results = json_member(root, "results");
    size_t num = 0;

    if (!name) {
        return error_set(reading->err,
                         ERR_USAGE,
                         "%s: no model_name in it; say MODEL=%s",
                         reading->path,
                         reading->path);
    }
    if (!has_model(reading, name) && strrchr(name, '/'))
        name = strrchr(name, '/') + 1;
    utility_read_note(reading, name);
    for (const struct cJSON *at = json_first(results); at; at = json_next(at)) {
        const double value = task_value(at);

        num += isnan(value) ? 0 : 1;
        if (!isnan(value)
            && utility_read_put(reading,
                                json_key(at),
                                "lm-evaluation-harness",
                                name,
                                value)
                   < 0)
            return -1;
    }
    if (num == 0) {
        return error_set(reading->err,
                         ERR_FORMAT,
                         "%s: no task in it has a number as acc, acc_norm or "
                         "exact_match",
                         reading->path);
    }
    return 0;
}

static int read_json(const struct utility_reading *reading)
{
    struct cJSON *root = json_read(reading->path, MAX_BYTES, reading->err);
    int rc;

    if (!root)
        return -1;
    if (json_is_object(json_member(root, "values"))
        && json_is_array(json_member(root, "measures"))) {
        rc = utility_read_table(reading, root);
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

int utility_read_file(struct utility_reading *reading,
                      const char *spec,
                      size_t len)
{
    struct utility_strangers strangers = { 0 };
    char *own = mem_text_len(spec, len);
    char *equal = file_exists(own) ? NULL : strchr(own, '=');
    int rc;

    if (equal)
        *equal = '\0';
    reading->strangers = &strangers;
    reading->model = equal ? own : NULL;
    reading->path = equal ? equal + 1 : own;
    rc = text_ends(reading->path, ".csv") ? utility_read_csv(reading)
                                          : read_json(reading);
    if (rc == 0 && reading->notes)
        utility_strangers_say(&strangers, reading, reading->notes);
    utility_strangers_release(&strangers);
    reading->strangers = NULL;
    free(own);
    return rc;
}
