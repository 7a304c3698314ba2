#include "analysis/published.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 16 * 1024 * 1024 };

struct published {
    struct cJSON *root;
    const struct cJSON *columns, *models, *aliases, *reasons; /* of root */
};

static int refuse(struct error *err, const char *path, const char *what)
{
    return error_set(err, ERR_FORMAT, "%s: %s", path, what);
}

static bool is_value(const struct cJSON *value)
{
    double number;

    return json_is_null(value)
           || (json_is_text(value)
               && text_to_double(json_text(value), &number));
}

static bool is_model(const struct cJSON *model, size_t num_columns)
{
    const struct cJSON *values = json_member(model, "values");
    bool is_good =
        json_member_text(model, "name") && json_count(values) == num_columns;

    for (const struct cJSON *at = json_first(values); at; at = json_next(at))
        is_good = is_good && is_value(at);
    return is_good;
}

/* [low, high] of ours less the printed value; absent: explains none. */
static bool is_range(const struct cJSON *range)
{
    const double low = json_number(json_element(range, 0));
    const double high = json_number(json_element(range, 1));

    return !range || (json_count(range) == 2 && low <= high);
}

static bool is_reason(const struct cJSON *reason)
{
    return is_range(json_member(reason, "differs"))
           && json_member_text(reason, "column")
           && json_member_text(reason, "model")
           && json_member_text(reason, "kind")
           && json_member_text(reason, "text");
}

/* Every later look-up leans on these. */
static int check(const struct published *self,
                 const char *path,
                 struct error *err)
{
    const size_t num = json_count(self->columns);
    const struct cJSON *at;

    if (!json_is_array(self->columns) || !json_is_array(self->models)
        || !json_is_object(self->aliases) || !json_is_array(self->reasons))
        return refuse(err, path, "columns, models, aliases, reasons: not all");
    for (at = json_first(self->columns); at; at = json_next(at)) {
        if (!json_is_text(at))
            return refuse(err, path, "a column's name is no text");
    }
    for (at = json_first(self->models); at; at = json_next(at)) {
        if (!is_model(at, num)) {
            return refuse(err,
                          path,
                          "a model without name or values, which are numbers "
                          "as texts or null");
        }
    }
    for (at = json_first(self->reasons); at; at = json_next(at)) {
        if (!is_reason(at)) {
            return refuse(err,
                          path,
                          "a reason lacks a member, or differs is not "
                          "[LOW, HIGH]");
        }
    }
    return 0;
}

struct published *published_read(const char *path, struct error *err)
{
    struct cJSON *root = json_read(path, MAX_FILE_BYTES, err);
    struct published *self;

    if (!root)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    *self = (struct published){ .root = root,
                                .columns = json_member(root, "columns"),
                                .models = json_member(root, "models"),
                                .aliases = json_member(root, "aliases"),
                                .reasons = json_member(root, "reasons") };
    if (check(self, path, err) < 0) {
        published_close(self);
        return NULL;
    }
    return self;
}

struct published *published_open(struct error *err)
{
    char *path = path_share("datasets/published.json", err);
    struct published *self = path ? published_read(path, err) : NULL;

    free(path);
    return self;
}

void published_close(struct published *self)
{
    if (self) {
        json_free(self->root);
        free(self);
    }
}

static const struct cJSON *find_model(const struct published *self,
                                      const char *name)
{
    for (const struct cJSON *at = json_first(self->models); at;
         at = json_next(at)) {
        if (text_equal(json_member_text(at, "name"), name))
            return at;
    }
    return NULL;
}

const char *published_model(const struct published *self, const char *name)
{
    char *low = mem_text(name);
    const struct cJSON *model;

    for (char *at = low; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    model = find_model(self, low);
    if (!model) {
        const char *other = json_member_text(self->aliases, low);

        model = other ? find_model(self, other) : NULL;
    }
    free(low);
    return model ? json_member_text(model, "name") : NULL;
}

size_t published_num_columns(const struct published *self)
{
    return json_count(self->columns);
}

const char *published_column(const struct published *self, size_t column)
{
    return json_text(json_element(self->columns, column));
}

const char *published_value(const struct published *self,
                            const char *model,
                            size_t column)
{
    const struct cJSON *values = json_member(find_model(self, model), "values");

    return json_text(json_element(values, column));
}

size_t published_num_models(const struct published *self)
{
    return json_count(self->models);
}

const char *published_model_at(const struct published *self, size_t at)
{
    return json_member_text(json_element(self->models, at), "name");
}

static const char *text_or_none(const struct cJSON *object, const char *key)
{
    const char *text = json_member_text(object, key);

    return text ? text : "";
}

struct published_facts published_facts(const struct published *self,
                                       const char *model)
{
    const struct cJSON *object = find_model(self, model);

    return (struct published_facts){
        .access = text_or_none(object, "access"),
        .creator = text_or_none(object, "creator"),
        .family = text_or_none(object, "family"),
        .version = text_or_none(object, "version"),
        .parameters_b = json_member_number(object, "parameters_b"),
        .average_rank = json_member_number(object, "average_rank"),
    };
}

const char *published_dimension(const struct published *self, size_t column)
{
    const struct cJSON *list = json_member(self->root, "dimensions");
    const char *text = json_text(json_element(list, column));

    return text ? text : "";
}

int published_direction(const struct published *self, size_t column)
{
    const struct cJSON *list = json_member(self->root, "directions");
    const double way = json_number(json_element(list, column));

    return isnan(way) ? 0 : (way > 0) - (way < 0);
}

double published_rank(const struct published *self,
                      const char *model,
                      size_t column)
{
    const struct cJSON *ranks = json_member(find_model(self, model), "ranks");

    return json_number(json_element(ranks, column));
}

const struct cJSON *published_part(const struct published *self,
                                   const char *key)
{
    return json_member(self->root, key);
}

static bool explains(const struct cJSON *reason, double difference)
{
    const struct cJSON *range = json_member(reason, "differs");

    return isnan(difference)
           || (range && json_number(json_element(range, 0)) <= difference
               && difference <= json_number(json_element(range, 1)));
}

struct published_reason published_reason(const struct published *self,
                                         const char *model,
                                         size_t column,
                                         double difference)
{
    const char *name = published_column(self, column);

    for (const struct cJSON *at = json_first(self->reasons); at;
         at = json_next(at)) {
        const char *whose = json_member_text(at, "model");

        if (text_glob(json_member_text(at, "column"), name)
            && (strcmp(whose, "*") == 0 || strcmp(whose, model) == 0)
            && explains(at, difference)) {
            return (struct published_reason){
                .kind = json_member_text(at, "kind"),
                .text = json_member_text(at, "text"),
            };
        }
    }
    return (struct published_reason){ 0 };
}
