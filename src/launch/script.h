/*
 * script.h - a batch script from a template: settings for @NAME@.
 *
 * A line with a setting that has no value is left out; one with a setting that
 * has several stands once for each.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stddef.h>

struct error;
struct text;

struct script_setting {
    const char *name; /* borrowed */
    char *value;      /* owned; NULL = it has none */
};

struct script {
    struct script_setting *settings; /* [num]; a name may stand again */
    size_t num;
    size_t cap;
};

/* One more value; NULL makes the name known, without one.  As it is: what goes
 * into shell is quoted by the caller. */
void script_add(struct script *self, const char *name, const char *value);
void script_add_number(struct script *self, const char *name, long long value);
void script_release(struct script *self);

/*
 * what    the template's name, for errors
 * errors  ERR_USAGE: a @NAME@ that no setting has, with its line; a value that
 *         does not fit a line of #SBATCH (white space, quotes, line ends)
 */
int script_fill(const struct script *self,
                const char *template_text,
                const char *what,
                struct text *out,
                struct error *err);

/* Add one word as a shell reads it. */
void script_quote(const char *word, struct text *out);

#endif
