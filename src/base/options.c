#include "base/options.h"

#include "base/options_member.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAMES = 128 };

static void clear(const struct option *option, void *out)
{
    void *at = options_member(option, out);

    switch (option->type) {
    case OPTION_FLAG:
        *(bool *)at = false;
        break;
    case OPTION_INT:
        *(int64_t *)at = 0;
        break;
    case OPTION_DOUBLE:
        *(double *)at = 0;
        break;
    case OPTION_TEXT:
    case OPTION_PATH:
    case OPTION_CHOICE:
        *(char **)at = NULL;
        break;
    case OPTION_ANY:
        break;
    }
}

void options_defaults(const struct option *table, void *out)
{
    for (const struct option *option = table; option->name; option++) {
        struct error err = { 0 };

        clear(option, out);
        if (!option->fallback || option->type == OPTION_ANY)
            continue;
        if (option->type == OPTION_DOUBLE
            && strcmp(option->fallback, "nan") == 0) {
            *(double *)options_member(option, out) = (double)NAN;
        } else if (option->type == OPTION_INT && option->fallback[0] == '-'
                   && text_to_int64(option->fallback,
                                    options_member(option, out))) {
            /* may be below the least that can be given: nothing was */
        } else if (options_set(option, option->fallback, out, &err) < 0) {
            BUG("default of %s: %s", option->name, err.text);
        }
    }
}

/* Whether the member is a text that the struct owns. */
static bool owns_text(const struct option *option)
{
    return option->type == OPTION_TEXT || option->type == OPTION_PATH
           || option->type == OPTION_CHOICE;
}

void options_release(const struct option *table, void *out)
{
    for (const struct option *option = table; option->name; option++) {
        if (owns_text(option))
            options_set_text(option, out, NULL);
    }
}

const struct option *options_missing(const struct option *table, void *out)
{
    for (; table->name; table++) {
        if (table->is_required && owns_text(table)
            && !*(char **)options_member(table, out))
            return table;
    }
    return NULL;
}

void *options_member(const struct option *option, void *out)
{
    return (char *)out + option->offset;
}

void options_set_text(const struct option *option, void *out, char *text)
{
    char **at = options_member(option, out);

    free(*at);
    *at = text;
}

static bool same_name(const char *name, const char *given, size_t len)
{
    if (strlen(name) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool is_dash = name[i] == '_' && given[i] == '-';

        if (name[i] != given[i] && !is_dash)
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
    const char *longer = NULL;
    size_t num_longer = 0;
    size_t num = 0;

    for (; table->name && num < MAX_NAMES; table++) {
        names[num++] = table->name;
        if (name[0] && text_starts(table->name, name)) {
            longer = table->name;
            num_longer++;
        }
    }
    return num_longer == 1 ? longer : text_nearest(name, names, num);
}
