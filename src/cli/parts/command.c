#include "cli/parts/command.h"

#include "base/mem.h"
#include "base/terminal.h"
#include "cli/parts/way_out.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

int command_fail_as(const char *name, const struct error *err)
{
    struct error shown = *err;

    way_out_add(&shown);
    terminal_leave_line();
    fprintf(stderr, "trustsweep %s: %s\n", name, shown.text);
    return error_exit_status(err);
}

int command_fail(const struct command *command, const struct error *err)
{
    return command_fail_as(command->name, err);
}

/* The first word of the next way behind `at`; NULL: no more.  Ways of a usage
 * are parted by lines and bars, and begin in small letters. */
static const char *next_way(const char *at)
{
    while ((at = strpbrk(at, "|\n"))) {
        at += strspn(at, "|\n ");
        if (*at >= 'a' && *at <= 'z')
            return at;
    }
    return NULL;
}

/* The way that begins with `word`; NULL: none. */
static const char *find_way(const char *usage, const char *word)
{
    const char *at = usage;

    while (at
           && (strcspn(at, " |\n") != strlen(word)
               || strncmp(at, word, strlen(word)) != 0))
        at = next_way(at);
    return at;
}

/* "export, import" */
static void list_ways(const char *usage, struct text *out)
{
    size_t had = 0;

    for (const char *at = usage; at; at = next_way(at)) {
        const size_t len = strcspn(at, " |\n");

        if (out->len > 0 && out->len - had == len
            && strncmp(text_data(out) + had, at, len) == 0)
            continue; /* one of two lines */
        text_add(out, out->len > 0 ? ", " : "");
        had = out->len;
        text_add_len(out, at, len);
    }
}

/* Names the word that is not there: which of several ways is wanted, or the
 * operand that stands at its place in the usage. */
static void miss_operand(const char *usage,
                         const struct operands *given,
                         struct error *err)
{
    const char *at = usage;
    struct text ways = { 0 };

    if (*at >= 'a' && *at <= 'z') {
        at = given->num > 0 ? find_way(usage, given->names[0]) : NULL;
        list_ways(usage, &ways);
    } else if (*at == '-') { /* options before it */
        at = strrchr(usage, ' ') + 1;
    }
    for (int i = 0; at && *usage != '-' && i < given->num; i++) {
        at += strcspn(at, " \n");
        at += strspn(at, " \n");
    }
    if (at) {
        (void)error_set(err,
                        ERR_USAGE,
                        "%.*s is missing",
                        (int)strcspn(at, " \n"),
                        at);
    } else if (given->num == 0) {
        (void)error_set(err,
                        ERR_USAGE,
                        "what to do is missing: %s",
                        text_data(&ways));
    } else {
        (void)error_set(err,
                        ERR_USAGE,
                        "'%s' is none of: %s",
                        given->names[0],
                        text_data(&ways));
    }
    text_release(&ways);
}

/* An empty word is nearly always a variable that is not set.  As a path it would
 * be the working directory, or nothing that a message could name. */
static int refuse_empty(const struct option *table,
                        const void *out,
                        const struct operands *operands,
                        struct error *err)
{
    for (int i = 0; i < operands->num; i++) {
        if (!operands->names[i][0]) {
            return error_set(err,
                             ERR_USAGE,
                             "argument %d is empty, as a variable that is not "
                             "set is; say what was meant",
                             i + 1);
        }
    }
    for (; table->name; table++) {
        const char *const *text =
            (const void *)((const char *)out + table->offset);

        if (table->type == OPTION_PATH && *text && !**text) {
            return error_set(err,
                             ERR_USAGE,
                             "--%s is empty, as a variable that is not set is; "
                             "say a path, or leave it out",
                             table->name);
        }
    }
    return 0;
}

static const struct option no_options[] = { { .name = NULL } };

int command_parse(const struct command *command,
                  int argc,
                  char **argv,
                  void *out,
                  struct operands *operands)
{
    const struct option *table =
        command->options ? command->options : no_options;
    const int min = command->min_operands;
    const int max = command->max_operands;
    const struct option *missing;
    struct error err = { 0 };
    int status = -1;
    bool is_wrong;

    if (wants_help(argc, argv)) {
        struct text help = { 0 };

        command_help(command, &help);
        fputs(text_data(&help), stdout);
        text_release(&help);
        return EXIT_GOOD;
    }
    options_defaults(table, out);
    operands->names = mem_alloc((size_t)argc, sizeof *operands->names);
    operands->num =
        options_parse(table, argc - 1, argv + 1, out, operands->names, &err);
    if (operands->num >= 0 && operands->num < min) {
        miss_operand(command->usage, operands, &err);
        is_wrong = true;
    } else if (operands->num > max) {
        error_set(&err,
                  ERR_USAGE,
                  "'%s' is one argument too many",
                  operands->names[max]);
        is_wrong = true;
    } else if (operands->num >= 0 && (missing = options_missing(table, out))) {
        error_set(&err, ERR_USAGE, "--%s is missing", missing->name);
        is_wrong = true;
    } else {
        is_wrong =
            operands->num < 0 || refuse_empty(table, out, operands, &err) < 0;
    }
    if (is_wrong) {
        struct text usage = { 0 };

        status = command_fail(command, &err);
        command_usage(command, &usage);
        fprintf(stderr,
                "%s'trustsweep %s --help' says more.\n",
                text_data(&usage),
                command->name);
        text_release(&usage);
        options_release(table, out);
        command_release_operands(operands);
    }
    return status;
}

void command_release_operands(struct operands *operands)
{
    free(operands->names);
    *operands = (struct operands){ 0 };
}
