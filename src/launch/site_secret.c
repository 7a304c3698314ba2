#include "launch/site_secret.h"

#include "base/secret_name.h"
#include "base/secret_value.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <string.h>

static bool is_of_name(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || byte == '-';
}

/* Whether a value stands there: not nothing, and not what a shell puts there
 * ($'TEXT' and $"TEXT" are texts). */
static bool is_plain_value(const char *value)
{
    if (value[0] == '$' && (value[1] == '\'' || value[1] == '"'))
        return true;
    if (*value == '"')
        value++;
    return *value && !strchr("$` \t;\"", *value);
}

/* "NAME": "VALUE" of JSON, or Bearer VALUE of HTTP, at `at`; the name. */
static const char *named_otherwise(const char *text,
                                   const char *at,
                                   size_t *len)
{
    static const char bearer[] = "Bearer ";
    const char *name = at;

    if (strncmp(at, bearer, sizeof bearer - 1) == 0
        && is_plain_value(at + sizeof bearer - 1)) {
        *len = sizeof bearer - 2;
        return at;
    }
    if (*at != ':' || at == text || at[-1] != '"')
        return NULL;
    for (name--; name > text && is_of_name(name[-1]);)
        name--;
    *len = (size_t)(at - 1 - name);
    at += 1 + strspn(at + 1, " ");
    return *at == '"' && at[1] != '"' && is_plain_value(at)
                   && secret_name_is(name, *len)
               ? name
               : NULL;
}

static int refuse(const char *name, size_t len, struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "%.*s: the batch system stores scripts; read its value "
                     "from a file that only you can read, as in %.*s=\"$(cat "
                     "FILE)\"",
                     (int)len,
                     name,
                     (int)len,
                     name);
}

/* What stands as NAME=VALUE, or as --NAME VALUE, at its '=' or blank. */
static int check_named(const char *text, const char *at, struct error *err)
{
    const char *value = at + (*at == ' ' ? strspn(at, " ") : 1);
    const char *plain = value + strspn(value, "\"'");
    const char *name = at;
    size_t len;

    if (*at != '=' && *at != ' ')
        return 0;
    while (name > text && is_of_name(name[-1]))
        name--;
    len = (size_t)(at - name);
    if (*at == ' ' && (strncmp(name, "--", 2) != 0 || *value == '-'))
        return 0;
    return is_plain_value(value)
                   && secret_value_is_option(name,
                                             len,
                                             plain,
                                             strcspn(plain, " \t;\"'&|"))
               ? refuse(name, len, err)
               : 0;
}

int site_secret_check(const char *text, struct error *err)
{
    if (secret_value_is(text) || secret_value_has_key(text)) {
        return error_set(err,
                         ERR_USAGE,
                         "a URL with a password or token, or a provider's key: "
                         "the batch system stores scripts; read it from a file "
                         "that only you can read, as in \"$(cat FILE)\"");
    }
    for (const char *at = text; *at; at++) {
        size_t len = 0;
        const char *name = named_otherwise(text, at, &len);

        if (name)
            return refuse(name, len, err);
        if (check_named(text, at, err) < 0)
            return -1;
    }
    return 0;
}
