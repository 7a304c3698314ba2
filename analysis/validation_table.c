/* A validation as tables, and as JSON. */
#include "analysis/table.h"
#include "analysis/validation.h"
#include "base/json.h"
#include "store/reader.h"

#include <math.h>

static const char *model_of(const struct validation *self, size_t model)
{
    return reader_model(self->reader, model)->name;
}

static void add_count(struct table *table, uint64_t count)
{
    table_number(table, (double)count);
}

static struct table *rates(const struct validation *self)
{
    bool lacks = false;
    struct table *table = table_create(
        "Rates put right by labels of people, profile corrected",
        "value: as scored. by labels: prediction-powered, with the interval "
        "for new items; these items: for these replies alone. partly: labels "
        "\"partly\", which count as no refusal.");

    table_column(table, "model", TABLE_TEXT, 0);
    table_column(table, "column", TABLE_TEXT, 0);
    table_column(table, "value", TABLE_NUMBER, 3);
    table_column(table, "by labels", TABLE_INTERVAL, 3);
    table_column(table, "these items", TABLE_INTERVAL, 3);
    table_column(table, "labelled", TABLE_NUMBER, 0);
    table_column(table, "partly", TABLE_NUMBER, 0);
    for (size_t i = 0; i < self->num_cells; i++)
        lacks = lacks || self->cells[i].lack;
    if (lacks)
        table_column(table, "why not", TABLE_LINE, 0);
    for (size_t i = 0; i < self->num_cells; i++) {
        const struct validation_cell *cell = &self->cells[i];
        const struct powered *rate = &cell->rate;

        table_text(table, model_of(self, cell->model));
        table_text(table, reader_column(self->reader, cell->column)->name);
        table_number(table,
                     reader_score(self->reader,
                                  PROFILE_CORRECTED,
                                  cell->model,
                                  cell->column)
                         ->value);
        table_interval(table,
                       rate->value,
                       rate->interval.low,
                       rate->interval.high);
        table_interval(table, rate->value, rate->within.low, rate->within.high);
        add_count(table, cell->num_labelled);
        add_count(table, cell->num_partly);
        if (lacks)
            table_text(table, cell->lack ? cell->lack : "-");
    }
    return table;
}

static struct table *models(const struct validation *self)
{
    struct table *table = table_create(
        "Our verdicts beside the labels",
        "agree: share of all replies of these columns, by the weights of the "
        "draw. missed: we said no and people yes; invented: the other way "
        "round; tied: people are at odds. kappa: of the labelled ones.");

    table_column(table, "model", TABLE_TEXT, 0);
    table_column(table, "question", TABLE_TEXT, 0);
    table_column(table, "labelled", TABLE_NUMBER, 0);
    table_column(table, "agree", TABLE_INTERVAL, 3);
    table_column(table, "kappa", TABLE_NUMBER, 2);
    table_column(table, "missed", TABLE_NUMBER, 0);
    table_column(table, "invented", TABLE_NUMBER, 0);
    table_column(table, "tied", TABLE_NUMBER, 0);
    for (size_t i = 0; i < self->num_models; i++) {
        const struct validation_model *one = &self->models[i];

        table_text(table, model_of(self, one->model));
        table_text(table, label_kind_name(one->kind));
        add_count(table, one->num);
        table_interval(table,
                       one->share,
                       one->interval.low,
                       one->interval.high);
        table_number(table, one->kappa);
        add_count(table, one->said_no_is_yes);
        add_count(table, one->said_yes_is_no);
        add_count(table, one->num_tie);
    }
    return table;
}

static struct table *people(const struct validation *self)
{
    struct table *table = table_create(
        "People beside people",
        "beyond chance: Cohen's kappa of two, Krippendorff's alpha of all.");

    table_column(table, "labeller", TABLE_TEXT, 0);
    table_column(table, "and", TABLE_TEXT, 0);
    table_column(table, "question", TABLE_TEXT, 0);
    table_column(table, "replies", TABLE_NUMBER, 0);
    table_column(table, "equal", TABLE_INTERVAL, 3);
    table_column(table, "beyond chance", TABLE_INTERVAL, 3);
    for (size_t i = 0; i < self->num_pairs; i++) {
        const struct validation_pair *pair = &self->pairs[i];
        const struct agreement *it = &pair->it;

        table_text(table, pair->a);
        table_text(table, pair->b ? pair->b : "");
        table_text(table, label_kind_name(pair->kind));
        add_count(table, it->num);
        table_interval(table,
                       it->share,
                       it->share_interval.low,
                       it->share_interval.high);
        table_interval(table, it->value, it->interval.low, it->interval.high);
    }
    return table;
}

struct table *validation_table(const struct validation *self)
{
    return models(self);
}

size_t validation_tables(const struct validation *self,
                         struct table *out[VALIDATION_TABLES])
{
    struct table *all[VALIDATION_TABLES] = { models(self),
                                             rates(self),
                                             people(self) };
    size_t num = 0;

    for (size_t i = 0; i < VALIDATION_TABLES; i++) {
        if (table_num_rows(all[i]) > 0) {
            out[num++] = all[i];
        } else {
            table_destroy(all[i]);
        }
    }
    return num;
}

static void add_interval(struct cJSON *object,
                         const char *name,
                         const struct interval *interval)
{
    struct cJSON *list = json_add_array(object, name);

    json_append_number(list, interval->low);
    json_append_number(list, interval->high);
}

static struct cJSON *cell_json(const struct validation *self,
                               const struct validation_cell *cell)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "model", model_of(self, cell->model));
    json_add_text(object,
                  "column",
                  reader_column(self->reader, cell->column)->name);
    json_add_text(object, "question", label_kind_name(cell->kind));
    json_add_number(object, "raw", cell->rate.raw);
    json_add_number(object, "value", cell->rate.value);
    add_interval(object, "interval", &cell->rate.interval);
    add_interval(object, "within", &cell->rate.within);
    json_add_number(object, "labelled", (double)cell->num_labelled);
    json_add_number(object, "partly", (double)cell->num_partly);
    if (cell->lack)
        json_add_text(object, "reason", cell->lack);
    return object;
}

static struct cJSON *model_json(const struct validation *self,
                                const struct validation_model *one)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "model", model_of(self, one->model));
    json_add_text(object, "question", label_kind_name(one->kind));
    json_add_number(object, "labelled", (double)one->num);
    json_add_number(object, "agree", one->share);
    add_interval(object, "agree_interval", &one->interval);
    json_add_number(object, "kappa", one->kappa);
    json_add_number(object, "missed", (double)one->said_no_is_yes);
    json_add_number(object, "invented", (double)one->said_yes_is_no);
    json_add_number(object, "tied", (double)one->num_tie);
    return object;
}

static struct cJSON *pair_json(const struct validation_pair *pair)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "measure", pair->b ? "kappa" : "alpha");
    json_add_text(object, "question", label_kind_name(pair->kind));
    if (pair->b) {
        json_add_text(object, "a", pair->a);
        json_add_text(object, "b", pair->b);
    }
    json_add_number(object, "replies", (double)pair->it.num);
    json_add_number(object, "equal", pair->it.share);
    add_interval(object, "equal_interval", &pair->it.share_interval);
    json_add_number(object, "value", pair->it.value);
    add_interval(object, "interval", &pair->it.interval);
    return object;
}

struct cJSON *validation_json(const struct validation *self)
{
    struct cJSON *root = json_new_object();
    struct cJSON *list = json_add_array(root, "rates");

    for (size_t i = 0; i < self->num_cells; i++)
        json_append(list, cell_json(self, &self->cells[i]));
    list = json_add_array(root, "models");
    for (size_t i = 0; i < self->num_models; i++)
        json_append(list, model_json(self, &self->models[i]));
    list = json_add_array(root, "people");
    for (size_t i = 0; i < self->num_pairs; i++)
        json_append(list, pair_json(&self->pairs[i]));
    json_add_number(root, "not_in_this_file", (double)self->num_unknown);
    return root;
}
