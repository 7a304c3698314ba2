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

/* Whether a value stands there: not nothing, and not what a shell puts there. */
static bool is_plain_value(const char *value)
{
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

int site_secret_check(const char *text, struct error *err)
{
    if (secret_value_is(text)) {
        return error_set(err,
                         ERR_USAGE,
                         "a URL with a password or token: the batch system "
                         "stores scripts; read it from a file that only you "
                         "can read, as in \"$(cat FILE)\"");
    }
    for (const char *at = text; *at; at++) {
        const char *name = at;
        size_t len = 0;

        if (named_otherwise(text, at, &len))
            return refuse(named_otherwise(text, at, &len), len, err);
        if (*at != '=')
            continue;
        while (name > text && is_of_name(name[-1]))
            name--;
        len = (size_t)(at - name);
        if (secret_name_is(name, len) && is_plain_value(at + 1))
            return refuse(name, len, err);
    }
    return 0;
}
