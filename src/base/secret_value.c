#include "base/secret_value.h"

#include "base/secret_name.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Whether what stands before `at` is http or https. */
static bool is_of_web(const char *text, const char *at)
{
    return (at - text >= 4 && strncasecmp(at - 4, "http", 4) == 0)
           || (at - text >= 5 && strncasecmp(at - 5, "https", 5) == 0);
}

/* At the "://" at `at`. */
static bool has_login(const char *text, const char *at)
{
    const char *user = at + 3;
    const size_t len = strcspn(user, "/ \t'\"");
    const char *end = memchr(user, '@', len);
    const char *colon = end ? memchr(user, ':', (size_t)(end - user)) : NULL;

    if (end && !colon)
        return is_of_web(text, at) && end > user && *user != '$';
    return colon && colon + 1 < end && colon[1] != '$';
}

/* Behind the '?' or '&' of a query at `at`: NAME=VALUE. */
static bool is_parameter(const char *at)
{
    const size_t len = strcspn(at, "=&#? \t'\"");

    return at[len] == '=' && at[len + 1] && !strchr("$& \t'\"", at[len + 1])
           && secret_name_is(at, len);
}

/* In the URL whose "://" is at `at`. */
static bool has_parameter(const char *at)
{
    const char *end = at + 3 + strcspn(at + 3, " \t'\"");
    const char *query = memchr(at, '?', (size_t)(end - at));

    for (; query && query < end; query += 1 + strcspn(query + 1, "&")) {
        if (is_parameter(query + 1))
            return true;
    }
    return false;
}

bool secret_value_is(const char *text)
{
    for (const char *at = text; (at = strstr(at, "://")); at += 3) {
        if (has_login(text, at) || has_parameter(at))
            return true;
    }
    return false;
}

static bool is_of_key(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

bool secret_value_has_key(const char *text)
{
    static const struct {
        const char *begins;
        size_t least; /* letters behind it: no option's name has so many */
        bool has_dashes;
    } forms[] = { { "sk-", 16, true },
                  { "hf_", 20, false },
                  { "ghp_", 20, false },
                  { "github_pat_", 20, false },
                  { "AIza", 35, true } };

    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        const size_t len = strlen(forms[f].begins);

        for (const char *at = text; (at = strstr(at, forms[f].begins)); at++) {
            size_t num = 0;

            while (is_of_key(at[len + num])
                   && (forms[f].has_dashes || at[len + num] != '-'))
                num++;
            if (num >= forms[f].least && (at == text || !is_of_key(at[-1])))
                return true;
        }
    }
    return false;
}

static bool is_digits(const char *value, size_t len)
{
    return len > 0 && strspn(value, "0123456789.") >= len;
}

bool secret_value_is_option(const char *name,
                            size_t len,
                            const char *value,
                            size_t value_len)
{
    const size_t dashes = strspn(name, "-") < len ? strspn(name, "-") : len;
    const char *plain = name + dashes;
    const size_t num = len - dashes;

    if (value_len == 0 || !secret_name_is(plain, num))
        return false;
    if (num >= 4 && strncasecmp(plain + num - 4, "file", 4) == 0)
        return false;
    if (num >= 4
        && (strncasecmp(plain + num - 4, "_env", 4) == 0
            || strncasecmp(plain + num - 4, "-env", 4) == 0))
        return false;
    if (num == 3 && strncmp(plain, "pwd", 3) == 0 && *value == '/')
        return false;
    for (size_t i = 0; i + 5 < num; i++) { /* not at its end: that is one */
        if (strncasecmp(plain + i, "token", 5) == 0 && value_len < 10
            && is_digits(value, value_len))
            return false;
    }
    return true;
}

bool secret_value_is_bearer(const char *text)
{
    static const char begins[] = "bearer";
    const size_t len = sizeof begins - 1;
    const char *value = text + strspn(text, " \t");

    if (strncasecmp(value, begins, len) != 0)
        return false;
    value += len;
    return (*value == ' ' || *value == '\t') && value[strspn(value, " \t")];
}

bool secret_value_is_variable(const char *name, size_t len, const char *value)
{
    static const char proxy[] = "_proxy";
    const size_t end = sizeof proxy - 1;

    if (secret_name_is(name, len) || secret_value_is(value))
        return true;
    return len > end && strncasecmp(name + len - end, proxy, end) == 0
           && strncasecmp(name, "no_", 3) != 0 && !strstr(value, "://")
           && strchr(value, '@');
}
