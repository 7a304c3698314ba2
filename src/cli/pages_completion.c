#include "base/text.h"
#include "cli/commands.h"
#include "cli/pages.h"

#include <ctype.h>
#include <string.h>

/* The words that a usage begins with, outside of brackets: "export" and "import"
 * of "export FILE.h5|DIR [-o FILE]\nimport SHEET". */
static void add_words(struct text *out, const char *usage)
{
    int depth = 0;
    bool is_first = true; /* of an alternative */

    for (const char *at = usage; *at; at++) {
        const size_t len = strcspn(at, " |\n[]");

        depth += (*at == '[') - (*at == ']');
        if (len == 0) {
            if (*at == '|' || *at == '\n')
                is_first = true;
            continue;
        }
        if (is_first && depth == 0 && islower((unsigned char)*at)) {
            text_add(out, " ");
            text_add_len(out, at, len);
        }
        is_first = false;
        at += len - 1;
    }
}

/* "--max-tokens" of "max_tokens" */
static void add_name(struct text *out, const struct option *option)
{
    text_add(out, "--");
    for (const char *at = option->name; *at; at++)
        text_add(out, *at == '_' ? "-" : (char[2]){ *at, '\0' });
}

/* What may follow an option: its choices, a file, or something to be typed. */
static void add_value(struct text *out, const struct option *option)
{
    if (option->type == OPTION_CHOICE) {
        text_add(out, " words='");
        for (int i = 0; option->choices[i]; i++)
            text_addf(out, "%s ", option->choices[i]);
        text_add(out, "' ;;\n");
    } else if (option->type == OPTION_PATH) {
        text_add(out, " files=1 ;;\n");
    } else {
        text_add(out, " return ;;\n");
    }
}

static void add_values(struct text *out, const struct command *command)
{
    for (const struct option *option = command->options; option && option->name;
         option++) {
        if (option->type == OPTION_FLAG)
            continue;
        text_addf(out, "    %s:", command->name);
        add_name(out, option);
        if (option->letter)
            text_addf(out, "|%s:-%c", command->name, option->letter);
        text_add(out, ")");
        add_value(out, option);
    }
}

static void add_command(struct text *out, const struct command *command)
{
    text_addf(out, "    %s)", command->name);
    text_add(out, " options='--help");
    for (const struct option *option = command->options; option && option->name;
         option++) {
        text_add(out, " ");
        add_name(out, option);
    }
    text_add(out, "' words='");
    add_words(out, command->usage);
    text_add(out, "' ;;\n");
}

void pages_completion(struct text *out)
{
    const struct command *const *list = commands_list();

    text_add(out,
             "# Completion of trustsweep for bash; made by 'trustsweep docs "
             "completion'.\n_trustsweep()\n{\n"
             "    local word=${COMP_WORDS[COMP_CWORD]} options= words= files=\n"
             "    COMPREPLY=()\n"
             "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
             "        words='");
    for (int i = 0; list[i]; i++) {
        if (!list[i]->is_hidden)
            text_addf(out, " %s", list[i]->name);
    }
    text_add(out,
             "'\n    else\n    case "
             "${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]} in\n");
    for (int i = 0; list[i]; i++) {
        if (!list[i]->is_hidden)
            add_values(out, list[i]);
    }
    text_add(out, "    *)\n    files=1\n    case ${COMP_WORDS[1]} in\n");
    for (int i = 0; list[i]; i++) {
        if (!list[i]->is_hidden)
            add_command(out, list[i]);
    }
    text_add(
        out,
        "    esac\n"
        "    [ \"$COMP_CWORD\" = 2 ] || words= ;;\n"
        "    esac\n    fi\n"
        "    [[ $word == -* ]] && words=$options files=\n"
        "    mapfile -t COMPREPLY < <({ compgen -W \"$words\" -- \"$word\"\n"
        "        [ -z \"$files\" ] || compgen -f -- \"$word\"; } | sort "
        "-u)\n"
        "}\n"
        "complete -o filenames -F _trustsweep trustsweep\n");
}
