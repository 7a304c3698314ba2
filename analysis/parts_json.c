#include "analysis/parts_json.h"

#include "analysis/pair_tests.h"
#include "base/json.h"
#include "store/schema.h"

#include <math.h>

static const char *model_name(const struct grid *grid, size_t model)
{
    return grid->models[model].name;
}

/* { "value", "low", "high" } */
static void add_share(struct cJSON *object,
                      const char *key,
                      const struct share *share)
{
    struct cJSON *own = json_add_object(object, key);

    json_add_number(own, "value", share->value);
    json_add_number(own, "low", share->low);
    json_add_number(own, "high", share->high);
}

static void add_interval(struct cJSON *object,
                         const char *key,
                         struct interval interval)
{
    struct cJSON *own = json_add_array(object, key);

    json_append_number(own, interval.low);
    json_append_number(own, interval.high);
}

static struct cJSON *pair_json(const struct pair_test *pair,
                               const struct grid *grid)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "a", model_name(grid, pair->a));
    json_add_text(object, "b", model_name(grid, pair->b));
    json_add_number(object, "difference", pair->difference);
    json_add_number(object, "low", pair->low);
    json_add_number(object, "high", pair->high);
    json_add_number(object, "p", pair->p);
    json_add_number(object, "p_holm", pair->holm);
    json_add_number(object, "p_bh", pair->bh);
    json_add_number(object, "detectable", pair->detectable);
    json_add_bool(object, "exact", pair->method == PAIR_SIGNS);
    json_add_text(object, "method", pair_tests_method_name(pair->method));
    json_add_number(object, "units", (double)pair->num_units);
    return object;
}

void parts_json_pairs(const struct pair_tests *pairs,
                      const struct grid *grid,
                      struct cJSON *root)
{
    struct cJSON *list = json_add_array(root, "pairs");

    json_add_bool(root, "pairs_are_partial", pairs->is_partial);
    for (size_t i = 0; i < pairs->num_families; i++) {
        const struct pair_family *family = &pairs->families[i];
        struct cJSON *object = json_new_object();
        struct cJSON *tests;

        json_add_text(object, "of", family->name);
        json_add_text(object, "kind", family->is_scope ? "scope" : "column");
        json_add_number(object, "num", (double)family->num_pairs);
        json_add_number(object, "apart_holm", (double)family->num_apart);
        json_add_number(object, "apart_bh", (double)family->num_apart_bh);
        json_add_number(object, "detectable", family->detectable);
        tests = json_add_array(object, "tests");
        for (size_t k = 0; k < family->num_pairs; k++)
            json_append(tests, pair_json(&family->pairs[k], grid));
        json_append(list, object);
    }
}

/* What only results files know: intervals, questions, how it was chosen. */
static void add_measured(struct cJSON *object,
                         const struct utility_measure *measure,
                         const struct grid *grid)
{
    struct cJSON *models = json_add_object(object, "models");

    for (size_t m = 0; m < grid->num_models; m++) {
        struct cJSON *model;

        if (measure->methods[m] == METHOD_NONE)
            continue;
        model = json_add_object(models, model_name(grid, m));
        json_add_number(model, "value", measure->values[m]);
        json_add_number(model, "low", measure->low[m]);
        json_add_number(model, "high", measure->high[m]);
        json_add_number(model, "questions", (double)measure->num[m]);
        json_add_text(model, "method", schema_method_name(measure->methods[m]));
    }
}

void parts_json_utility(const struct utility *utility,
                        const struct grid *grid,
                        struct cJSON *root)
{
    struct cJSON *list = json_add_array(root, "utility");

    for (size_t i = 0; i < utility->num_measures; i++) {
        const struct utility_measure *measure = &utility->measures[i];
        struct cJSON *object = json_new_object();
        struct cJSON *values;

        json_add_text(object, "measure", measure->name);
        json_add_text(object, "source", measure->source);
        json_add_text(object, "kind", utility_kind_name(measure->kind));
        if (measure->kind == UTILITY_MEASURED)
            add_measured(object, measure, grid);
        values = json_add_object(object, "values");
        for (size_t m = 0; m < grid->num_models; m++) {
            if (!isnan(measure->values[m])) {
                json_add_number(values,
                                model_name(grid, m),
                                measure->values[m]);
            }
        }
        json_append(list, object);
    }
}

static void add_correlation(struct cJSON *object,
                            enum correlation_kind kind,
                            const struct correlation_value *value,
                            const struct grid *grid)
{
    struct cJSON *own = json_add_object(object, correlation_trust_name(kind));

    json_add_number(own, "value", value->value);
    add_interval(own, "models", value->models);
    add_interval(own, "families", value->families);
    add_interval(own, "items", value->items);
    json_add_number(own, "p", value->test.p);
    json_add_bool(own, "exact", value->test.is_exact);
    json_add_number(own, "without_low", value->without_low);
    json_add_number(own, "without_high", value->without_high);
    json_add_text(own, "influential", model_name(grid, value->influential));
}

void parts_json_correlation(const struct correlation_trust *correlation,
                            const struct ranking *ranking,
                            const struct utility *utility,
                            struct cJSON *root)
{
    const struct grid *grid = ranking->grid;
    struct cJSON *list = json_add_array(root, "trust_utility");

    for (size_t i = 0; i < correlation->num_rows; i++) {
        const struct correlation_row *row = &correlation->rows[i];
        struct cJSON *object = json_new_object();
        struct cJSON *points;

        json_add_text(object, "scope", ranking->scopes[row->scope].name);
        json_add_text(object, "measure", utility->measures[row->measure].name);
        json_add_number(object, "num", (double)row->num);
        json_add_number(object, "families", (double)row->num_families);
        for (int k = 0; k < NUM_CORRELATION_KINDS; k++) {
            add_correlation(object,
                            (enum correlation_kind)k,
                            &row->kinds[k],
                            grid);
        }
        json_add_number(object, "like_size_pairs", (double)row->num_pairs);
        json_add_number(object, "like_size_concordant", row->concordant);
        points = json_add_array(object, "points");
        for (size_t p = 0; p < row->num; p++) {
            struct cJSON *point = json_new_object();

            json_add_text(point, "model", model_name(grid, row->models[p]));
            json_add_number(point, "mean_rank", -row->trust[p]);
            json_add_number(point, "utility", row->utility[p]);
            json_append(points, point);
        }
        json_append(list, object);
    }
}

static void add_side(struct cJSON *object,
                     const char *key,
                     const struct access_side *side)
{
    struct cJSON *own = json_add_object(object, key);

    json_add_number(own, "num_proprietary", (double)side->num_proprietary);
    json_add_number(own, "num_open", (double)side->num_open);
    json_add_number(own, "mean_proprietary", side->mean_proprietary);
    json_add_number(own, "mean_open", side->mean_open);
    json_add_number(own, "shift", side->shift.value);
    add_interval(own, "shift_interval", side->shift.interval);
    json_add_number(own, "shift_level", side->shift.level);
    json_add_number(own, "delta", side->delta.value);
    add_interval(own, "delta_interval", side->delta.interval);
    json_add_number(own, "p", side->test.p);
    json_add_number(own, "least_p", side->test.least);
    json_add_bool(own, "exact", side->test.is_exact);
    json_add_number(own, "detectable", side->detectable);
}

void parts_json_access(const struct access_gap *gap, struct cJSON *root)
{
    struct cJSON *list = json_add_array(root, "access");

    for (size_t s = 0; s < gap->num_scopes; s++) {
        const struct access_scope *scope = &gap->scopes[s];
        struct cJSON *object = json_new_object();

        json_add_text(object, "scope", scope->name);
        json_add_number(object, "num_columns", (double)scope->num_columns);
        add_side(object, "models", &scope->models);
        add_side(object, "families", &scope->families);
        json_append(list, object);
    }
}

static void add_types(struct cJSON *object,
                      const struct over_alignment *over_alignment,
                      const struct grid *grid)
{
    struct cJSON *types = json_add_array(object, "harmless_types");

    for (size_t t = 0; t < over_alignment->num_types; t++) {
        const struct over_alignment_type *type = &over_alignment->types[t];
        struct cJSON *own = json_new_object();
        struct cJSON *shares;

        json_add_text(own, "type", type->name);
        shares = json_add_object(own, "shares");
        for (size_t m = 0; m < grid->num_models; m++) {
            if (!isnan(type->shares[m].value))
                add_share(shares, model_name(grid, m), &type->shares[m]);
        }
        json_append(types, own);
    }
}

/* Of the board: what its intervals stand on. */
static void add_designs(struct cJSON *object)
{
    struct cJSON *list = json_add_array(object, "worth");

    for (size_t i = 0; i < OVER_ALIGNMENT_DESIGNS; i++) {
        const struct over_alignment_design *design = &over_alignment_designs[i];
        struct cJSON *own = json_new_object();

        json_add_text(own, "of", design->of);
        json_add_number(own, "prompts", design->prompts);
        json_add_number(own, "clusters", design->clusters);
        json_add_number(own, "worth", design->worth);
        json_append(list, own);
    }
}

void parts_json_over_alignment(const struct over_alignment *over_alignment,
                               const struct grid *grid,
                               struct cJSON *root)
{
    struct cJSON *object = json_add_object(root, "over_alignment");
    struct cJSON *rows;

    json_add_text(object,
                  "index",
                  OVER_ALIGNMENT_HARMLESS " / " OVER_ALIGNMENT_HARMFUL
                                          ": harmless prompts refused for each "
                                          "harmful one refused; 0: only what "
                                          "is harmful, 1: no difference");
    if (grid->num_readers == 0)
        add_designs(object);
    rows = json_add_array(object, "rows");
    for (size_t i = 0; i < over_alignment->num_rows; i++) {
        const struct over_alignment_row *row = &over_alignment->rows[i];
        struct cJSON *own = json_new_object();

        json_add_text(own, "model", model_name(grid, row->model));
        add_share(own, "harmless", &row->harmless);
        add_share(own, "harmful", &row->harmful);
        add_share(own, "attacked", &row->attacked);
        add_share(own, "index", &row->index);
        json_add_bool(own, "frontier", row->is_on_frontier);
        json_append(rows, own);
    }
    add_types(object, over_alignment, grid);
}

static struct cJSON *column_json(const struct spread_column *column,
                                 const struct grid *grid)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "column", grid->columns[column->column].name);
    json_add_number(object, "num_models", (double)column->num_models);
    json_add_number(object, "best", column->best);
    json_add_number(object, "median", column->median);
    json_add_number(object, "worst", column->worst);
    json_add_number(object, "range", column->range);
    json_add_number(object, "sd", column->sd);
    json_add_number(object, "error", column->error);
    json_add_number(object, "signal", column->signal);
    json_add_number(object, "separated", column->separated);
    return object;
}

void parts_json_spread(const struct spread *spread,
                       const struct grid *grid,
                       struct cJSON *root)
{
    struct cJSON *object = json_add_object(root, "spread");
    struct cJSON *dimensions = json_add_array(object, "dimensions");
    struct cJSON *columns = json_add_array(object, "columns");
    struct cJSON *advice = json_add_array(object, "improve_first");

    for (size_t i = 0; i < spread->num_dimensions; i++) {
        const struct spread_dimension *dimension = &spread->dimensions[i];
        struct cJSON *own = json_new_object();

        json_add_text(own, "dimension", dimension->name);
        json_add_number(own, "num_columns", (double)dimension->num_columns);
        json_add_number(own, "range", dimension->range);
        json_add_number(own, "signal", dimension->signal);
        json_add_number(own, "separated", dimension->separated);
        json_append(dimensions, own);
    }
    for (size_t c = 0; c < spread->num_columns; c++)
        json_append(columns, column_json(&spread->columns[c], grid));
    for (size_t m = 0; m < grid->num_models; m++) {
        struct cJSON *own = json_new_object();
        struct cJSON *list;

        json_add_text(own, "model", model_name(grid, m));
        list = json_add_array(own, "columns");
        for (size_t i = 0; i < spread->advice[m].num; i++) {
            struct cJSON *one = json_new_object();

            json_add_text(one,
                          "column",
                          grid->columns[spread->advice[m].columns[i]].name);
            json_add_number(one, "ranks_behind", spread->advice[m].excess[i]);
            json_append(list, one);
        }
        json_append(advice, own);
    }
}
