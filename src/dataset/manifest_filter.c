#include "dataset/manifest_filter.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/manifest_object.h"
#include "trustsweep/item.h"

#include <stdlib.h>

enum { ALL_PROFILES = (1 << NUM_PROFILES) - 1 };

static struct filter *add(struct column *column,
                          const char *field,
                          unsigned profiles)
{
    const size_t num = column->num_filters++;

    column->filters = mem_resize(column->filters,
                                 column->num_filters,
                                 sizeof *column->filters);
    column->filters[num] =
        (struct filter){ .field = mem_text(field), .profiles = profiles };
    return &column->filters[num];
}

static void add_value(struct filter *filter, const char *value)
{
    const size_t num = filter->num_values++;

    filter->values =
        mem_resize(filter->values, filter->num_values, sizeof *filter->values);
    filter->values[num] = mem_text(value);
}

/* A text, or a number as item_key() spells it; false when it is neither. */
static bool read_value(const struct cJSON *value, struct filter *out)
{
    if (json_is_text(value)) {
        add_value(out, json_text(value));
        return true;
    }
    if (!json_is_number(value))
        return false;
    char *text = text_format("%.15g", json_number(value) + 0.0);

    add_value(out, text);
    free(text);
    return true;
}

static bool read_values(const struct cJSON *value, struct filter *out)
{
    if (!json_is_array(value))
        return read_value(value, out);
    for (const struct cJSON *at = json_first(value); at; at = json_next(at)) {
        if (!read_value(at, out))
            return false;
    }
    return out->num_values > 0;
}

int manifest_filter_read(const struct manifest_place *place,
                         const struct cJSON *object,
                         const char *pointer,
                         unsigned profiles,
                         struct column *out)
{
    for (const struct cJSON *at = json_first(object); at; at = json_next(at)) {
        struct filter *filter = add(out, json_key(at), profiles);
        const struct cJSON *values = at;

        if (json_is_object(at) && json_count(at) == 1
            && json_member(at, "not")) {
            filter->is_exclusion = true;
            values = json_member(at, "not");
        }
        if (!read_values(values, filter)) {
            return manifest_refuse(place,
                                   pointer,
                                   "'%.80s' must be a text, a list of texts, "
                                   "or {\"not\": one of these}",
                                   json_key(at));
        }
    }
    return 0;
}

void manifest_filter_add(struct column *column,
                         const char *field,
                         const char *value)
{
    add_value(add(column, field, ALL_PROFILES), value);
}

void manifest_filter_copy(struct column *column, const struct column *from)
{
    for (size_t i = 0; i < from->num_filters; i++) {
        const struct filter *old = &from->filters[i];
        struct filter *filter = add(column, old->field, old->profiles);

        filter->is_exclusion = old->is_exclusion;
        for (size_t v = 0; v < old->num_values; v++)
            add_value(filter, old->values[v]);
    }
}

static bool lets_through(const struct filter *filter, const char *value)
{
    for (size_t i = 0; value && i < filter->num_values; i++) {
        if (text_equal(filter->values[i], value))
            return !filter->is_exclusion;
    }
    return filter->is_exclusion;
}

bool manifest_filter_excludes(const struct column *column,
                              const char *field,
                              const char *value)
{
    unsigned excluding = 0;

    for (size_t i = 0; i < column->num_filters; i++) {
        const struct filter *filter = &column->filters[i];

        if (text_equal(filter->field, field) && !lets_through(filter, value))
            excluding |= filter->profiles;
    }
    return excluding == ALL_PROFILES;
}

bool manifest_filter_takes(const struct filter *filter, const struct item *item)
{
    char buf[ITEM_KEY];

    return lets_through(filter, item_key(item, filter->field, buf, sizeof buf));
}

void manifest_filter_release(struct column *column)
{
    for (size_t i = 0; i < column->num_filters; i++) {
        struct filter *filter = &column->filters[i];

        for (size_t v = 0; v < filter->num_values; v++)
            free(filter->values[v]);
        free(filter->values);
        free(filter->field);
    }
    free(column->filters);
    column->filters = NULL;
    column->num_filters = 0;
}
