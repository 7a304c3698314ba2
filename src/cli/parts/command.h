/*
 * command.h - one subcommand: its help, its options, its function.
 *
 * Each command_NAME.c exports one `const struct command command_NAME`; the list
 * is in commands.c.  Results go to stdout; progress, logs and errors to stderr.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "base/options.h"
#include "trustsweep/error.h"

#include <stdbool.h>

enum {
    EXIT_GOOD = 0,
    EXIT_RECORDED = 1,
    EXIT_USAGE = 2,
    EXIT_FAILED = 3,
    EXIT_UNCHECKED = 4, /* of `check` */
};

/* A key of what --json prints; tests/cli/json_fields.sh compares the two. */
struct command_field {
    const char *name;  /* its path: "pieces[].kind"; keys that are names are in
                          capitals: "libraries.LIBRARY"; "run.*": all below */
    const char *means; /* what it is, its unit, when it is null or absent; with
                          Markdown's marks for code */
};

struct command {
    const char *name;
    const char *summary;          /* one line for the list of commands */
    const char *usage;            /* what follows the name: "JOB [options]" */
    const char *help;             /* paragraphs and examples, shown by --help */
    const struct option *options; /* may be NULL: none */
    const struct command_field *fields; /* of --json; NULL: none, or told in */
    const char *fields_page;            /* a page of docs/; may be NULL */
    int min_operands; /* how many are wanted besides options */
    int max_operands;
    bool is_hidden; /* not for people: left out of the list */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name;
                                          returns the exit status */
};

/* What stands on a command line besides its options. */
struct operands {
    char **names; /* [num], borrowed from argv */
    int num;
};

/*
 * Parse argv into `out` (a struct of the command's table, set to its defaults
 * first) and `operands`, as many as the command wants.
 *
 * returns  -1 to go on; else an exit status: --help was asked for and printed,
 *          or an error was printed
 */
int command_parse(const struct command *command,
                  int argc,
                  char **argv,
                  void *out,
                  struct operands *operands);
void command_release_operands(struct operands *operands);

/* Print "trustsweep NAME: text" on stderr; returns the exit status. */
int command_fail(const struct command *command, const struct error *err);
int command_fail_as(const char *name, const struct error *err);

/* How it is called, in lines of 80 columns.  Of the lines of `usage` those begin
 * anew that are a way of their own; others go on with options. */
void command_usage(const struct command *command, struct text *out);

/* The whole help text: the usage, the paragraphs of `help` broken anew, and the
 * options.  In `help` a line "NAME  text", with two blanks or more before the
 * text, and lines that begin where that text does, are one; lines that are set in
 * without a name stand as they are. */
void command_help(const struct command *command, struct text *out);

#endif
