#include "base/mem.h"
#include "base/options.h"
#include "base/options_member.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* A member as a command line writes it; NULL: not given.  free() */
static char *value_of(const struct option *option, void *from)
{
    const void *member = options_member(option, from);

    switch (option->type) {
    case OPTION_FLAG:
        return *(const bool *)member ? mem_text("") : NULL;
    case OPTION_INT:
        return text_format("%" PRId64, *(const int64_t *)member);
    case OPTION_DOUBLE:
        return text_format("%.17g", *(const double *)member);
    case OPTION_TEXT:
    case OPTION_PATH:
    case OPTION_CHOICE:
        return mem_text(*(char *const *)member);
    case OPTION_ANY:
        break;
    }
    return NULL;
}

static bool is_default(const struct option *option, const char *value)
{
    const bool is_number =
        option->type == OPTION_INT || option->type == OPTION_DOUBLE;
    const char *usual =
        option->fallback ? option->fallback : (is_number ? "0" : NULL);

    return usual && text_equal(value, usual);
}

char **options_words(const struct option *table, void *from)
{
    char **words = NULL;
    size_t num = 0;
    size_t cap = 0;

    words = mem_reserve(words, &cap, 1, sizeof *words);
    for (; table->name; table++) {
        char name[OPTIONS_NAME_LEN];
        char *value = value_of(table, from);

        if (value && !is_default(table, value)) {
            options_dashed(table->name, name);
            words = mem_reserve(words, &cap, num + 2, sizeof *words);
            words[num++] = table->type == OPTION_FLAG
                               ? text_format("--%s", name)
                               : text_format("--%s=%s", name, value);
        }
        free(value);
    }
    words[num] = NULL;
    return words;
}

void options_words_free(char **words)
{
    for (char **word = words; word && *word; word++)
        free(*word);
    free(words);
}
