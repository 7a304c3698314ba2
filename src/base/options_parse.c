#include "base/mem.h"
#include "base/options.h"
#include "base/options_member.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

void options_dashed(const char *name, char out[OPTIONS_NAME_LEN])
{
    size_t i = 0;

    for (; name[i] && i + 1 < OPTIONS_NAME_LEN; i++)
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
    char spelled[OPTIONS_NAME_LEN] = "";

    if (nearest)
        options_dashed(nearest, spelled);
    error_set(err,
              ERR_USAGE,
              nearest ? "no option '--%s'; did you mean '--%s'?"
                      : "no option '--%s'",
              name,
              spelled);
    free(name);
    return -1;
}

/* A command line on its way. */
struct words {
    char **argv; /* [argc] */
    int argc;
    int at;
};

/* Set an option to `value`, or to the next word when there is none; that
 * one is then passed over. */
static int set_option(const struct option *option,
                      const char *value,
                      struct words *words,
                      void *out,
                      struct error *err)
{
    const char *given = words->argv[words->at];
    struct error why = { 0 };

    if (!value && option->type == OPTION_FLAG)
        value = "true";
    if (!value && words->at + 1 < words->argc)
        value = words->argv[++words->at];
    if (!value)
        return error_set(err, ERR_USAGE, "%s wants a value", given);
    if (options_set(option, value, out, &why) == 0)
        return 0;
    /* that names the option as job files do; here it is written --name */
    for (size_t i = 0; i < strlen(option->name); i++) {
        if (why.text[i] == '_')
            why.text[i] = '-';
    }
    return error_set(err, why.code, "--%.400s", why.text);
}

/* "--name", "--name=VALUE" */
static int parse_name(const struct option *table,
                      struct words *words,
                      void *out,
                      struct error *err)
{
    const char *given = words->argv[words->at] + 2;
    size_t len = strcspn(given, "=");
    const struct option *option = options_find(table, given, len);
    const char *value = given[len] == '=' ? given + len + 1 : NULL;

    if (!option)
        return unknown_option(table, given, len, err);
    return set_option(option, value, words, out, err);
}

/* "-o", "-oVALUE" */
static int parse_letter(const struct option *table,
                        struct words *words,
                        void *out,
                        struct error *err)
{
    const char *given = words->argv[words->at] + 1;
    const char *value = given[1] ? given + 1 : NULL;

    for (; table->name && table->letter != given[0]; table++)
        ;
    if (!table->name || (value && table->type == OPTION_FLAG)) {
        return error_set(err,
                         ERR_USAGE,
                         "no option '%s'; long ones are written --name",
                         words->argv[words->at]);
    }
    return set_option(table, value, words, out, err);
}

int options_parse(const struct option *table,
                  int argc,
                  char **argv,
                  void *out,
                  char **rest,
                  struct error *err)
{
    struct words words = { .argv = argv, .argc = argc };
    bool is_over = false;
    int num_rest = 0;

    for (; words.at < argc; words.at++) {
        char *word = argv[words.at];
        int rc = 0;

        if (is_over || word[0] != '-' || word[1] == '\0') {
            rest[num_rest++] = word;
        } else if (strcmp(word, "--") == 0) {
            is_over = true;
        } else if (word[1] == '-') {
            rc = parse_name(table, &words, out, err);
        } else {
            rc = parse_letter(table, &words, out, err);
        }
        if (rc < 0)
            return -1;
    }
    return num_rest;
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

static int refuse_arg(const struct option *table,
                      const char *arg,
                      size_t len,
                      struct error *err)
{
    char *name = mem_text_len(arg, len);
    const char *nearest = options_nearest(table, name);
    struct text known = { 0 };

    for (const struct option *at = table; at->name; at++)
        text_addf(&known, "%s%s", at == table ? "" : ", ", at->name);
    if (nearest) {
        error_set(err,
                  ERR_USAGE,
                  "no argument '%s'; did you mean '%s'?",
                  name,
                  nearest);
    } else if (known.len > 0) {
        error_set(err,
                  ERR_USAGE,
                  "no argument '%.80s'; known: %s",
                  name,
                  text_data(&known));
    } else {
        error_set(err, ERR_USAGE, "no argument '%.80s'; it takes none", name);
    }
    text_release(&known);
    free(name);
    return -1;
}

/* `seen`: by place in the table, what was given before. */
static int parse_arg(const struct option *table,
                     const char *arg,
                     bool *seen,
                     void *out,
                     struct error *err)
{
    size_t len = strcspn(arg, "=");
    const struct option *option = options_find(table, arg, len);

    if (!option)
        return refuse_arg(table, arg, len, err);
    if (seen[option - table]) {
        return error_set(err,
                         ERR_USAGE,
                         "%s is given twice; leave one of the two out",
                         option->name);
    }
    seen[option - table] = true;
    if (arg[len] != '=' && option->type != OPTION_FLAG)
        return error_set(err, ERR_USAGE, "%s wants =VALUE", option->name);
    return options_set(option,
                       arg[len] == '=' ? arg + len + 1 : "true",
                       out,
                       err);
}

int options_parse_args(const struct option *table,
                       const char *args,
                       void *out,
                       struct error *err)
{
    struct text arg = { 0 };
    size_t num = 0;
    bool *seen;
    int rc = 0;

    while (table[num].name)
        num++;
    seen = mem_alloc(num + 1, sizeof *seen);
    while (*args && rc == 0) {
        text_clear(&arg);
        args = take_arg(args, &arg);
        rc = parse_arg(table, text_data(&arg), seen, out, err);
    }
    free(seen);
    text_release(&arg);
    return rc;
}

void options_add_arg(struct text *args, const char *arg)
{
    for (; *arg; arg++) {
        if (*arg == ',')
            text_add(args, "\\");
        text_add_len(args, arg, 1);
    }
}
