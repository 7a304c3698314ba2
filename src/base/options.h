/*
 * options.h - one table: parser, checks, --help, docs and JSON Schema.
 *
 * A table describes the members of a struct.  The same table reads a JSON
 * object of a job file, `key=value,...` arguments of a backend spec, or the
 * options of a command line, and prints what it accepts.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct error;

enum option_type {
    OPTION_FLAG = 1, /* bool;     JSON true/false, `--name`             */
    OPTION_INT,      /* int64_t                                         */
    OPTION_DOUBLE,   /* double                                          */
    OPTION_TEXT,     /* char *, owned by the struct                     */
    OPTION_PATH,     /* char *, the same: a file or folder              */
    OPTION_CHOICE,   /* char *; one of `choices`                        */
    OPTION_ANY,      /* JSON only: checked and stored by the caller     */
};

struct option {
    const char *name; /* "max_tokens"; on a command line "--max-tokens" */
    enum option_type type;
    size_t offset;        /* offsetof(struct ..., member)                   */
    const char *fallback; /* default as text; NULL = unset: 0, NULL, false  */
    bool is_required;
    double min, max;  /* INT, DOUBLE; both 0 = no limits                */
    const char *unit; /* "tokens", "s"; may be NULL                     */
    const char *const *choices; /* CHOICE: NULL-terminated                  */
    const char *value; /* what to call the value in help: "DIR"          */
    const char *help;  /* a sentence                                     */
    char letter;       /* 'o': the command line takes -o, too; 0 = none  */
};

/* A table ends with an option whose name is NULL. */

/* Set every member of `out` to its default. */
void options_defaults(const struct option *table, void *out);

/* The first text that must be given and was not, or NULL; job files have a check
 * of their own, which names the place. */
const struct option *options_missing(const struct option *table, void *out);

/* Free the members a table owns; sets them to NULL. */
void options_release(const struct option *table, void *out);

/*
 * Set one member from text.
 *
 * errors  ERR_USAGE "max_tokens: 'x' is not a whole number"
 */
int options_set(const struct option *option,
                const char *text,
                void *out,
                struct error *err);

/* Set one member from a JSON value; as above, wrong types are errors. */
int options_set_json(const struct option *option,
                     const struct cJSON *value,
                     void *out,
                     struct error *err);

/* Whether an option has limits; and a limit as people write it: whole numbers
 * with all their digits. */
enum { OPTIONS_NUMBER_LEN = 32 };
bool options_has_range(const struct option *option);
void options_number(double number, char out[OPTIONS_NUMBER_LEN]);

/* The option of that name (`len` bytes), or NULL. */
const struct option *options_find(const struct option *table,
                                  const char *name,
                                  size_t len);

/* The known name that begins so, or the nearest one, for "did you mean"; or
 * NULL. */
const char *options_nearest(const struct option *table, const char *name);

/*
 * Parse a command line: --name VALUE, --name=VALUE, --flag, `--` ends options;
 * -o VALUE and -oVALUE where the option has a letter.
 * Underscores in names are dashes on the command line.
 *
 * rest     gets what is no option; room for argc, borrowed from argv
 * returns  how many words `rest` got, or -1
 * errors   ERR_USAGE names the option and the nearest known one
 */
int options_parse(const struct option *table,
                  int argc,
                  char **argv,
                  void *out,
                  char **rest,
                  struct error *err);

/* The other way round: a word, `--name=VALUE` or `--flag`, for each member that is
 * not its default.  NULL-terminated; options_words_free() */
char **options_words(const struct option *table, void *from);
void options_words_free(char **words); /* accepts NULL */

/* Parse "key=value,key=value" (`,` in a value is written `\,`); a key that is
 * given twice is an error. */
int options_parse_args(const struct option *table,
                       const char *args,
                       void *out,
                       struct error *err);

/* Append an argument with its commas written `\,`. */
void options_add_arg(struct text *args, const char *arg);

/* Help: "  -o, --name VALUE", below it the sentence with its default, wrapped
 * at `width`. */
void options_help(const struct option *table, int width, struct text *out);

#endif
