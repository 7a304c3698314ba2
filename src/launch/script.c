#include "launch/script.h"

#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz_";
static const char plain_bytes[] = "abcdefghijklmnopqrstuvwxyz_-+=:,./%@^"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

void script_add(struct script *self, const char *name, const char *value)
{
    self->settings = mem_reserve(self->settings,
                                 &self->cap,
                                 self->num + 1,
                                 sizeof *self->settings);
    self->settings[self->num++] =
        (struct script_setting){ .name = name, .value = mem_text(value) };
}

void script_add_number(struct script *self, const char *name, long long value)
{
    char *text = text_format("%lld", value);

    script_add(self, name, text);
    free(text);
}

void script_release(struct script *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->settings[i].value);
    free(self->settings);
    *self = (struct script){ 0 };
}

void script_quote(const char *word, struct text *out)
{
    if (*word && !word[strspn(word, plain_bytes)]) {
        text_add(out, word);
        return;
    }
    text_add(out, "'");
    for (; *word; word++) {
        if (*word == '\'') {
            text_add(out, "'\\''");
        } else {
            text_add_len(out, word, 1);
        }
    }
    text_add(out, "'");
}

/* The name in "@name@" at `at`, its length in `len`; or false. */
static bool is_setting(const char *at, size_t *len)
{
    *len = *at == '@' ? strspn(at + 1, name_bytes) : 0;
    return *len > 0 && at[1 + *len] == '@';
}

/* The value number `index` of a name, counting from 0. */
static const char *value_of(const struct script *self,
                            const char *name,
                            size_t len,
                            size_t index,
                            bool *is_known)
{
    *is_known = false;
    for (size_t i = 0; i < self->num; i++) {
        const struct script_setting *one = &self->settings[i];

        if (strncmp(one->name, name, len) != 0 || one->name[len] != '\0')
            continue;
        *is_known = true;
        if (one->value && index-- == 0)
            return one->value;
    }
    return NULL;
}

/* What an option line cannot hold: Slurm cuts at white space of every kind, and a
 * comment sign or a quote means something to it. */
static bool is_of_option(const char *value)
{
    for (; *value; value++) {
        if (isspace((unsigned char)*value) || iscntrl((unsigned char)*value)
            || strchr("\"'\\#", *value))
            return false;
    }
    return true;
}

static int check_option(const char *line, const char *value, struct error *err)
{
    if (!text_starts(line, "#SBATCH") || is_of_option(value))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "'%s' holds white space or a quote, which a line of "
                     "#SBATCH cannot: rename it, or reach it by a link without "
                     "(--output for the run directory, \"name\" for a job's)",
                     value);
}

/* One line with the values of that index.  1 = added, 0 = one has no value. */
static int fill_line(const struct script *self,
                     const char *line,
                     size_t index,
                     struct text *out,
                     struct error *err)
{
    size_t before = out->len;

    for (const char *at = line; *at;) {
        bool is_known;
        const char *value;
        size_t len;

        if (!is_setting(at, &len)) {
            text_add_len(out, at++, 1);
            continue;
        }
        value = value_of(self, at + 1, len, index, &is_known);
        if (!is_known) {
            return error_set(
                err,
                ERR_USAGE,
                "there is no setting %.*s; slurm/sweep.sbatch has all of "
                "them",
                (int)len + 2,
                at);
        }
        if (!value) {
            out->len = before;
            if (out->data)
                out->data[before] = '\0';
            return 0;
        }
        if (check_option(line, value, err) < 0)
            return -1;
        text_add(out, value);
        at += len + 2;
    }
    text_add(out, "\n");
    return 1;
}

static bool has_setting(const char *line)
{
    size_t len;

    for (; *line; line++) {
        if (is_setting(line, &len))
            return true;
    }
    return false;
}

int script_fill(const struct script *self,
                const char *template_text,
                const char *what,
                struct text *out,
                struct error *err)
{
    int number = 0;

    while (*template_text) {
        size_t len = strcspn(template_text, "\n");
        char *line = mem_text_len(template_text, len);
        bool repeats = has_setting(line);
        size_t index = 0;
        int rc;

        number++;
        do {
            rc = fill_line(self, line, index++, out, err);
        } while (rc == 1 && repeats);
        free(line);
        if (rc < 0)
            return error_wrap(err, "%s:%d", what, number);
        template_text += len;
        template_text += *template_text == '\n';
    }
    return 0;
}
