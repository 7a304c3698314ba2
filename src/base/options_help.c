#include "base/options.h"
#include "base/options_member.h"
#include "base/text.h"

#include <string.h>

/* "-o, --output DIR" */
static void add_name(struct text *out, const struct option *option)
{
    char name[OPTIONS_NAME_LEN];

    options_dashed(option->name, name);
    if (option->letter)
        text_addf(out, "-%c, ", option->letter);
    text_addf(out, "--%s", name);
    if (option->type != OPTION_FLAG)
        text_addf(out, " %s", option->value ? option->value : "VALUE");
}

/* The sentence, with choices and default behind it.  A negative default stands
 * for "not given", which the sentence explains. */
static void add_sentence(struct text *out, const struct option *option)
{
    const char *fallback = option->fallback;

    text_add(out, option->help ? option->help : "");
    for (size_t i = 0; option->choices && option->choices[i]; i++)
        text_addf(out, "%s%s", i ? ", " : " One of: ", option->choices[i]);
    if (option->choices)
        text_add(out, ".");
    if (fallback && fallback[0] != '-' && strcmp(fallback, "nan") != 0)
        text_addf(out, " (default: %s)", fallback);
}

void options_help(const struct option *table, int width, struct text *out)
{
    enum { INDENT = 6 };

    for (; table->name; table++) {
        struct text help = { 0 };

        text_add(out, "  ");
        add_name(out, table);
        text_addf(out, "\n%*s", INDENT, "");
        add_sentence(&help, table);
        text_wrap(out, text_data(&help), INDENT, width);
        text_add(out, "\n");
        text_release(&help);
    }
}
