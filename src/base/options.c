#include "base/options.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAMES = 128, MAX_NAME = 64 };

/* The member an option describes. */
static void *member(const struct option *option, void *out)
{
    return (char *)out + option->offset;
}

static bool owns_text(const struct option *option)
{
    return option->type == OPTION_TEXT || option->type == OPTION_PATH
           || option->type == OPTION_CHOICE;
}

static void set_text(const struct option *option, void *out, char *text)
{
    char **at = member(option, out);

    free(*at);
    *at = text;
}

void options_defaults(const struct option *table, void *out)
{
    for (const struct option *option = table; option->name; option++) {
        struct error err = { 0 };

        if (owns_text(option))
            *(char **)member(option, out) = NULL;
        else if (option->type == OPTION_INT)
            *(int64_t *)member(option, out) = 0;
        else if (option->type == OPTION_DOUBLE)
            *(double *)member(option, out) = 0;
        else if (option->type == OPTION_FLAG)
            *(bool *)member(option, out) = false;
        if (option->fallback && option->type != OPTION_ANY
            && strcmp(option->fallback, "nan") == 0
            && option->type == OPTION_DOUBLE) {
            *(double *)member(option, out) = (double)NAN;
        } else if (option->fallback && option->type != OPTION_ANY
                   && options_set(option, option->fallback, NULL, out, &err)
                          < 0) {
            BUG("default of %s: %s", option->name, err.text);
        }
    }
}

void options_release(const struct option *table, void *out)
{
    for (const struct option *option = table; option->name; option++) {
        if (owns_text(option))
            set_text(option, out, NULL);
    }
}

static int check_range(const struct option *option,
                       double number,
                       struct error *err)
{
    if ((option->min == 0 && option->max == 0)
        || (number >= option->min && number <= option->max))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s: %g is not between %g and %g",
                     option->name,
                     number,
                     option->min,
                     option->max);
}

static int set_int(const struct option *option,
                   const char *text,
                   void *out,
                   struct error *err)
{
    int64_t number;

    if (!text_to_int64(text, &number))
        return error_set(err,
                         ERR_USAGE,
                         "%s: '%s' is not a whole number",
                         option->name,
                         text);
    if (check_range(option, (double)number, err) < 0)
        return -1;
    *(int64_t *)member(option, out) = number;
    return 0;
}

static int set_double(const struct option *option,
                      const char *text,
                      void *out,
                      struct error *err)
{
    double number;

    if (!text_to_double(text, &number))
        return error_set(err,
                         ERR_USAGE,
                         "%s: '%s' is not a number",
                         option->name,
                         text);
    if (check_range(option, number, err) < 0)
        return -1;
    *(double *)member(option, out) = number;
    return 0;
}

static int set_flag(const struct option *option,
                    const char *text,
                    void *out,
                    struct error *err)
{
    bool yes = strcmp(text, "true") == 0;

    if (!yes && strcmp(text, "false") != 0)
        return error_set(err,
                         ERR_USAGE,
                         "%s: '%s' is neither true nor false",
                         option->name,
                         text);
    *(bool *)member(option, out) = yes;
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
            set_text(option, out, mem_text(text));
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
                const char *folder,
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
        set_text(option, out, mem_text(text));
        return 0;
    case OPTION_PATH:
        set_text(option,
                 out,
                 folder ? path_join(folder, text) : mem_text(text));
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
                     "%s: a %s where a %s is wanted",
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

    if (!json_is_number(value))
        return wrong_type(option,
                          value,
                          option->type == OPTION_INT ? "whole number"
                                                     : "number",
                          err);
    if (check_range(option, number, err) < 0)
        return -1;
    if (option->type == OPTION_DOUBLE) {
        *(double *)member(option, out) = number;
        return 0;
    }
    if (number < -9e15 || number > 9e15 || (double)(int64_t)number != number) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: %g is not a whole number",
                         option->name,
                         number);
    }
    *(int64_t *)member(option, out) = (int64_t)number;
    return 0;
}

int options_set_json(const struct option *option,
                     const struct cJSON *value,
                     const char *folder,
                     void *out,
                     struct error *err)
{
    if (option->type == OPTION_INT || option->type == OPTION_DOUBLE)
        return set_json_number(option, value, out, err);
    if (option->type == OPTION_FLAG) {
        if (!json_is_bool(value))
            return wrong_type(option, value, "true or false", err);
        *(bool *)member(option, out) = json_bool(value, false);
        return 0;
    }
    if (option->type == OPTION_ANY)
        return 0;
    if (!json_is_text(value))
        return wrong_type(option, value, "text", err);
    return options_set(option, json_text(value), folder, out, err);
}

static bool same_name(const char *name, const char *given, size_t len)
{
    if (strlen(name) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = given[i] == '-' ? '_' : given[i];

        if (name[i] != c && name[i] != given[i])
            return false;
    }
    return true;
}

const struct option *options_find(const struct option *table,
                                  const char *name,
                                  size_t len)
{
    for (; table->name; table++) {
        if (same_name(table->name, name, len))
            return table;
    }
    return NULL;
}

const char *options_nearest(const struct option *table, const char *name)
{
    const char *names[MAX_NAMES];
    size_t num = 0;

    for (; table->name && num < MAX_NAMES; table++)
        names[num++] = table->name;
    return text_nearest(name, names, num);
}

/* "max_tokens" as a command line writes it: "max-tokens". */
static void dashed(const char *name, char out[MAX_NAME])
{
    size_t i = 0;

    for (; name[i] && i + 1 < MAX_NAME; i++)
        out[i] = (char)(name[i] == '_' ? '-' : name[i]);
    out[i] = '\0';
}

static int unknown_option(const struct option *table,
                          const char *given,
                          size_t len,
                          struct error *err)
{
    char *name = mem_text_len(given, len);
    const char *nearest = options_nearest(table, name);
    char spelled[MAX_NAME] = "";

    if (nearest)
        dashed(nearest, spelled);
    error_set(err,
              ERR_USAGE,
              nearest ? "no option '--%s'; did you mean '--%s'?"
                      : "no option '--%s'",
              name,
              spelled);
    free(name);
    return -1;
}

/* One option at argv[*at]; moves *at on when its value is the next word. */
static int parse_option(const struct option *table,
                        int argc,
                        char **argv,
                        int *at,
                        void *out,
                        struct error *err)
{
    const char *given = argv[*at] + 2;
    size_t len = strcspn(given, "=");
    const struct option *option = options_find(table, given, len);
    const char *value = given[len] == '=' ? given + len + 1 : NULL;

    if (!option)
        return unknown_option(table, given, len, err);
    if (!value && option->type == OPTION_FLAG)
        value = "true";
    if (!value && *at + 1 < argc)
        value = argv[++*at];
    if (!value)
        return error_set(err, ERR_USAGE, "--%s wants a value", given);
    return options_set(option, value, NULL, out, err);
}

int options_parse(const struct option *table,
                  int argc,
                  char **argv,
                  void *out,
                  char **rest,
                  int *num_rest,
                  struct error *err)
{
    bool is_over = false;

    *num_rest = 0;
    for (int i = 0; i < argc; i++) {
        if (is_over || argv[i][0] != '-' || argv[i][1] == '\0') {
            rest[(*num_rest)++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            is_over = true;
        } else if (argv[i][1] != '-') {
            return error_set(err,
                             ERR_USAGE,
                             "no option '%s'; options are written --name",
                             argv[i]);
        } else if (parse_option(table, argc, argv, &i, out, err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Read up to an unescaped ','; returns what follows it or the end. */
static const char *take_arg(const char *args, struct text *out)
{
    while (*args && *args != ',') {
        if (args[0] == '\\' && args[1] == ',')
            args++;
        text_add_len(out, args++, 1);
    }
    return *args ? args + 1 : args;
}

int options_parse_args(const struct option *table,
                       const char *args,
                       void *out,
                       struct error *err)
{
    struct text arg = { 0 };
    int rc = 0;

    while (*args && rc == 0) {
        text_clear(&arg);
        args = take_arg(args, &arg);
        const char *text = text_data(&arg);
        size_t len = strcspn(text, "=");
        const struct option *option = options_find(table, text, len);

        if (!option) {
            char *name = mem_text_len(text, len);
            const char *nearest = options_nearest(table, name);

            rc = error_set(err,
                           ERR_USAGE,
                           nearest ? "no argument '%s'; did you mean '%s'?"
                                   : "no argument '%s'",
                           name,
                           nearest ? nearest : "");
            free(name);
        } else if (text[len] != '=' && option->type != OPTION_FLAG) {
            rc = error_set(err, ERR_USAGE, "%s wants =VALUE", option->name);
        } else {
            rc = options_set(option,
                             text[len] == '=' ? text + len + 1 : "true",
                             NULL,
                             out,
                             err);
        }
    }
    text_release(&arg);
    return rc;
}

/* Add words of `help` from column `at`, wrapped at `width`. */
static void add_wrapped(struct text *out, const char *help, int at, int width)
{
    int column = at;

    while (*help) {
        int len = (int)strcspn(help, " ");

        if (column + len + 1 > width && column > at) {
            text_addf(out, "\n%*s", at, "");
            column = at;
        }
        text_addf(out, "%s%.*s", column > at ? " " : "", len, help);
        column += len + (column > at ? 1 : 0);
        help += len + (help[len] == ' ' ? 1 : 0);
    }
    text_add(out, "\n");
}

void options_help(const struct option *table, int width, struct text *out)
{
    enum { INDENT = 6 };

    for (; table->name; table++) {
        struct text help = { 0 };
        char name[MAX_NAME];

        dashed(table->name, name);
        text_addf(out,
                  "  --%s%s%s\n%*s",
                  name,
                  table->type == OPTION_FLAG ? "" : " ",
                  table->type == OPTION_FLAG ? ""
                  : table->value             ? table->value
                                             : "VALUE",
                  INDENT,
                  "");
        text_add(&help, table->help ? table->help : "");
        for (size_t i = 0; table->choices && table->choices[i]; i++)
            text_addf(&help, "%s%s", i ? ", " : " One of: ", table->choices[i]);
        if (table->choices)
            text_add(&help, ".");
        if (table->fallback && table->fallback[0] != '-')
            text_addf(&help, " (default: %s)", table->fallback);
        add_wrapped(out, text_data(&help), INDENT, width);
        text_release(&help);
    }
}
