#include "base/json.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/options_member.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void options_number(double number, char out[OPTIONS_NUMBER_LEN])
{
    bool is_whole = number == floor(number) && fabs(number) < 1e16;

    (void)snprintf(out, OPTIONS_NUMBER_LEN, is_whole ? "%.0f" : "%g", number);
}

bool options_has_range(const struct option *option)
{
    return option->min != 0 || option->max != 0;
}

static int check_range(const struct option *option,
                       double number,
                       struct error *err)
{
    char given[OPTIONS_NUMBER_LEN];
    char min[OPTIONS_NUMBER_LEN];
    char max[OPTIONS_NUMBER_LEN];

    if (!options_has_range(option)
        || (number >= option->min && number <= option->max))
        return 0;
    options_number(number, given);
    options_number(option->min, min);
    options_number(option->max, max);
    return error_set(err,
                     ERR_USAGE,
                     "%s: %s is not between %s and %s",
                     option->name,
                     given,
                     min,
                     max);
}

static int set_int(const struct option *option,
                   const char *text,
                   void *out,
                   struct error *err)
{
    int64_t number;

    if (!text_to_int64(text, &number)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: '%s' is not a whole number",
                         option->name,
                         text);
    }
    if (check_range(option, (double)number, err) < 0)
        return -1;
    *(int64_t *)options_member(option, out) = number;
    return 0;
}

static int set_double(const struct option *option,
                      const char *text,
                      void *out,
                      struct error *err)
{
    double number;

    if (!text_to_double(text, &number)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: '%s' is not a number",
                         option->name,
                         text);
    }
    if (check_range(option, number, err) < 0)
        return -1;
    *(double *)options_member(option, out) = number;
    return 0;
}

static int set_flag(const struct option *option,
                    const char *text,
                    void *out,
                    struct error *err)
{
    bool yes = strcmp(text, "true") == 0;

    if (!yes && strcmp(text, "false") != 0) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: '%s' is neither true nor false",
                         option->name,
                         text);
    }
    *(bool *)options_member(option, out) = yes;
    return 0;
}

static int set_choice(const struct option *option,
                      const char *text,
                      void *out,
                      struct error *err)
{
    struct text list = { 0 };
    const char *const *choices = option->choices;

    for (size_t i = 0; choices[i]; i++) {
        if (strcmp(choices[i], text) == 0) {
            options_set_text(option, out, mem_text(text));
            text_release(&list);
            return 0;
        }
        text_addf(&list, "%s%s", i ? ", " : "", choices[i]);
    }
    error_set(err,
              ERR_USAGE,
              "%s: '%s' is none of: %s",
              option->name,
              text,
              text_data(&list));
    text_release(&list);
    return -1;
}

int options_set(const struct option *option,
                const char *text,
                void *out,
                struct error *err)
{
    switch (option->type) {
    case OPTION_INT:
        return set_int(option, text, out, err);
    case OPTION_DOUBLE:
        return set_double(option, text, out, err);
    case OPTION_FLAG:
        return set_flag(option, text, out, err);
    case OPTION_CHOICE:
        return set_choice(option, text, out, err);
    case OPTION_TEXT:
    case OPTION_PATH:
        options_set_text(option, out, mem_text(text));
        return 0;
    case OPTION_ANY:
        break;
    }
    BUG("%s is not to be set from text", option->name);
}

static int wrong_type(const struct option *option,
                      const struct cJSON *value,
                      const char *wanted,
                      struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "%s: %s where %s is wanted",
                     option->name,
                     json_type_name(value),
                     wanted);
}

static int set_json_number(const struct option *option,
                           const struct cJSON *value,
                           void *out,
                           struct error *err)
{
    double number = json_number(value);

    if (!json_is_number(value)) {
        return wrong_type(option,
                          value,
                          option->type == OPTION_INT ? "whole number"
                                                     : "number",
                          err);
    }
    if (check_range(option, number, err) < 0)
        return -1;
    if (option->type == OPTION_DOUBLE) {
        *(double *)options_member(option, out) = number;
        return 0;
    }
    if (number < -9e15 || number > 9e15 || (double)(int64_t)number != number) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: %g is not a whole number",
                         option->name,
                         number);
    }
    *(int64_t *)options_member(option, out) = (int64_t)number;
    return 0;
}

int options_set_json(const struct option *option,
                     const struct cJSON *value,
                     void *out,
                     struct error *err)
{
    if (option->type == OPTION_INT || option->type == OPTION_DOUBLE)
        return set_json_number(option, value, out, err);
    if (option->type == OPTION_FLAG) {
        if (!json_is_bool(value))
            return wrong_type(option, value, "true or false", err);
        *(bool *)options_member(option, out) = json_bool(value, false);
        return 0;
    }
    if (option->type == OPTION_ANY)
        return 0;
    if (!json_is_text(value))
        return wrong_type(option, value, "text", err);
    return options_set(option, json_text(value), out, err);
}
