/* What --help prints, in lines of HELP_WIDTH wherever its texts are broken. */
#include "base/mem.h"
#include "base/text.h"
#include "cli/parts/command.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_WIDTH = 80 };

/* Bytes that stay in one line: up to a blank that is in no brackets and stands
 * before no option's value. */
static size_t piece_of(const char *usage)
{
    bool has_value = usage[0] != '-';
    size_t len = 0;
    int depth = 0;

    for (; usage[len] && usage[len] != '\n'; len++) {
        depth += usage[len] == '[';
        depth -= usage[len] == ']';
        if (usage[len] != ' ' || depth > 0)
            continue;
        if (has_value || usage[len + 1] < 'A' || usage[len + 1] > 'Z')
            break;
        has_value = true;
    }
    return len;
}

void command_usage(const struct command *command, struct text *out)
{
    const char *at = command->usage;
    size_t indent;
    size_t column;

    text_addf(out, "usage: trustsweep %s", command->name);
    indent = strlen("usage: trustsweep ") + strlen(command->name);
    column = indent;
    while (*at) {
        const bool is_new = *at == '\n';
        size_t len;

        at += strspn(at, "\n ");
        len = piece_of(at);
        if ((is_new && *at != '[' && *at != '-')
            || column + 1 + len > HELP_WIDTH) {
            text_addf(out, "\n%*s", (int)indent, "");
            column = indent;
        }
        text_addf(out, " %.*s", (int)len, at);
        column += 1 + len;
        at += len;
        at += *at == ' ';
    }
    text_add(out, "\n");
}

/* A line of a help text, up to its end. */
struct line {
    const char *text;
    size_t len;
    size_t indent;
    size_t hang; /* where the text of "NAME  text" begins, as lines that go on
                    with it do; of a paragraph its indent; 0: neither */
};

static struct line line_at(const char *text)
{
    struct line out = { .text = text, .len = strcspn(text, "\n") };

    out.indent = strspn(text, " ");
    out.hang = out.indent;
    for (size_t i = out.indent; i + 1 < out.len; i++) {
        if (text[i] == ' ' && text[i + 1] == ' ') {
            out.hang = i + strspn(text + i, " ");
            return out;
        }
    }
    return out;
}

/* Whether `next` goes on with what `line` began: words of one paragraph, or of the
 * text behind a name.  Lines that are set in without one, as examples, stand
 * alone. */
static bool goes_on(const struct line *line, const struct line *next)
{
    const bool is_named = line->hang > line->indent;

    return next->len > 0 && next->hang == next->indent
           && (is_named || line->indent == 0) && next->indent == line->hang;
}

static void add_help(const char *help, struct text *out)
{
    while (*help) {
        const struct line line = line_at(help);
        struct text words = { 0 };

        text_add_len(out, line.text, line.hang);
        text_add_len(&words, line.text + line.hang, line.len - line.hang);
        for (help += line.len; *help;) {
            const struct line next = line_at(help + 1);

            if (line.len == 0 || !goes_on(&line, &next))
                break;
            text_add(&words, " ");
            text_add_len(&words,
                         next.text + next.indent,
                         next.len - next.indent);
            help = next.text + next.len;
        }
        text_wrap(out, text_data(&words), (int)line.hang, HELP_WIDTH);
        text_add(out, "\n");
        help += *help == '\n';
        text_release(&words);
    }
}

void command_help(const struct command *command, struct text *out)
{
    command_usage(command, out);
    text_add(out, "\n");
    add_help(command->help, out);
    if (command->options && command->options[0].name) {
        text_add(out, "\noptions:\n");
        options_help(command->options, HELP_WIDTH, out);
    }
}
