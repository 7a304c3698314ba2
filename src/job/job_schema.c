/*
 * The tables of a job as JSON Schema.  It accepts what the parser accepts but
 * for what one value cannot show: two models of one name, a variable not set.
 */
#include "base/json.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_table.h"

#include <stdarg.h>
#include <string.h>

/* "type": ["string", "null"]; the words end with NULL. */
static void set_types(struct cJSON *schema, const char *word, ...)
{
    struct cJSON *types = json_add_array(schema, "type");
    va_list words;

    va_start(words, word);
    for (; word; word = va_arg(words, const char *))
        json_append_text(types, word);
    va_end(words);
}

static const char *type_word(enum option_type type)
{
    switch (type) {
    case OPTION_FLAG:
        return "boolean";
    case OPTION_INT:
        return "integer";
    case OPTION_DOUBLE:
        return "number";
    case OPTION_TEXT:
    case OPTION_PATH:
    case OPTION_CHOICE:
    case OPTION_ANY:
        break;
    }
    return "string";
}

/* The values an option takes; `null` stands for a key left out. */
static void add_values(struct cJSON *schema, const struct option *option)
{
    set_types(schema,
              type_word(option->type),
              option->is_required ? NULL : "null",
              NULL);
    if (options_has_range(option)) {
        json_add_number(schema, "minimum", option->min);
        json_add_number(schema, "maximum", option->max);
    }
    if (option->choices) {
        struct cJSON *words = json_add_array(schema, "enum");

        for (size_t i = 0; option->choices[i]; i++)
            json_append_text(words, option->choices[i]);
        if (!option->is_required)
            json_append(words, json_parse("null", 4, "null", NULL));
    }
}

/* The member of "properties" for one key of a table. */
static struct cJSON *add_key(struct cJSON *properties,
                             const struct option *option)
{
    struct cJSON *property = json_add_object(properties, option->name);

    json_add_text(property, "description", option->help);
    return property;
}

/*
 * Say of `schema` what the keys of an object are.
 *
 * returns  "properties"; what OPTION_ANY takes is the caller's to add there
 */
static struct cJSON *add_keys(struct cJSON *schema, const struct option *table)
{
    struct cJSON *properties;
    struct cJSON *required;

    json_add_bool(schema, "additionalProperties", false);
    required = json_add_array(schema, "required");
    properties = json_add_object(schema, "properties");
    for (; table->name; table++) {
        if (table->is_required)
            json_append_text(required, table->name);
        if (table->type != OPTION_ANY)
            add_values(add_key(properties, table), table);
    }
    return properties;
}

static struct cJSON *add_any(struct cJSON *properties,
                             const struct option *table,
                             const char *name)
{
    return add_key(properties, options_find(table, name, strlen(name)));
}

static void add_generation(struct cJSON *properties, const struct option *table)
{
    struct cJSON *schema = add_any(properties, table, "generation");

    set_types(schema, "object", "null", NULL);
    (void)add_keys(schema, job_table_generation);
}

static void add_facts(struct cJSON *properties)
{
    struct cJSON *schema = add_any(properties, job_table_model, "facts");

    set_types(schema, "object", "null", NULL);
    (void)add_keys(schema, job_table_facts);
}

static void add_roles(struct cJSON *properties)
{
    struct cJSON *schema = add_any(properties, job_table, "roles");
    struct cJSON *roles;

    set_types(schema, "object", "null", NULL);
    roles = add_keys(schema, job_table_roles);
    for (const struct option *at = job_table_roles; at->name; at++) {
        struct cJSON *role = add_key(roles, at);

        set_types(role, "string", "object", "null", NULL);
        add_generation(add_keys(role, job_table_role), job_table_role);
    }
}

static void add_patterns(struct cJSON *properties,
                         const struct option *table,
                         const char *key)
{
    struct cJSON *schema = add_any(properties, table, key);

    set_types(schema, "string", "array", "null", NULL);
    set_types(json_add_object(schema, "items"), "string", NULL);
}

/* An array of objects; returns their properties. */
static struct cJSON *add_objects(struct cJSON *properties,
                                 const struct option *table,
                                 const char *key,
                                 const struct option *of)
{
    struct cJSON *schema = add_any(properties, table, key);
    struct cJSON *one;

    set_types(schema, "array", "null", NULL);
    one = json_add_object(schema, "items");
    set_types(one, "object", NULL);
    return add_keys(one, of);
}

static void add_models(struct cJSON *properties)
{
    struct cJSON *schema = add_any(properties, job_table, "models");
    struct cJSON *model;

    set_types(schema, "array", NULL);
    json_add_number(schema, "minItems", 1);
    model = json_add_object(schema, "items");
    set_types(model, "object", NULL);
    properties = add_keys(model, job_table_model);
    add_generation(properties, job_table_model);
    add_patterns(properties, job_table_model, "only");
    add_facts(properties);
    add_patterns(properties, job_table_model, "on");
    (void)add_objects(properties, job_table_model, "rates", job_table_rate);
}

static void add_utility(struct cJSON *properties)
{
    (void)add_objects(properties, job_table, "utility", job_table_utility);
}

static void add_cells(struct cJSON *properties)
{
    properties = add_objects(properties, job_table, "cells", job_table_cells);
    add_patterns(properties, job_table_cells, "models");
    add_patterns(properties, job_table_cells, "tasks");
    add_generation(properties, job_table_cells);
}

static void add_weights(struct cJSON *properties)
{
    struct cJSON *schema = add_any(properties, job_table, "weights");

    set_types(schema, "object", "null", NULL);
    (void)add_keys(schema, job_table_weights);
}

static void add_checkpoints(struct cJSON *properties)
{
    struct cJSON *schema = add_any(properties, job_table, "checkpoints");

    set_types(schema, "object", "null", NULL);
    (void)add_keys(schema, job_table_checkpoints);
}

/* Models, or where to find some. */
static void add_need(struct cJSON *schema)
{
    static const char *const keys[] = { "models", "checkpoints" };
    struct cJSON *any = json_add_array(schema, "anyOf");

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct cJSON *one = json_new_object();

        json_append_text(json_add_array(one, "required"), keys[i]);
        json_append(any, one);
    }
}

void job_write_schema(struct text *out)
{
    struct cJSON *root = json_new_object();
    struct cJSON *properties;

    json_add_text(root,
                  "$schema",
                  "https://json-schema.org/draft/2020-12/schema");
    json_add_text(root, "title", "TrustSweep job");
    json_add_text(root, "description", "docs/JOB.md has the same as a page.");
    set_types(root, "object", NULL);
    properties = add_keys(root, job_table);
    add_need(root);
    add_models(properties);
    add_patterns(properties, job_table, "only");
    add_cells(properties);
    add_weights(properties);
    add_patterns(
        add_objects(properties, job_table, "gpu_types", job_table_gpu_type),
        job_table_gpu_type,
        "hosts");
    add_checkpoints(properties);
    add_utility(properties);
    add_generation(properties, job_table);
    add_roles(properties);
    json_write(root, out);
    json_free(root);
}
