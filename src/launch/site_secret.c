#include "launch/site_secret.h"

#include "trustsweep/error.h"

#include <ctype.h>
#include <string.h>

enum { MAX_WORD = 64 };

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++) {
        if (strcmp(word, *list) == 0)
            return true;
    }
    return false;
}

static bool ends_with(const char *word, const char *const *list)
{
    const size_t len = strlen(word);

    for (; *list; list++) {
        const size_t num = strlen(*list);

        if (len >= num && strcmp(word + len - num, *list) == 0)
            return true;
    }
    return false;
}

/* In capitals. */
static bool is_secret_word(const char *word)
{
    static const char *const words[] = {
        "KEY",  "KEYS",  "AUTH",       "PAT",         "PWD",
        "CRED", "CREDS", "CREDENTIAL", "CREDENTIALS", NULL,
    };
    static const char *const ends[] = {
        "TOKEN",  "SECRET",   "SECRETS",   "PASSPHRASE", "APIKEY",
        "PASSWD", "PASSWORD", "PASSWORDS", "PASS",       NULL,
    };
    static const char *const harmless[] = { "BYPASS", "COMPASS", NULL };

    return is_one_of(word, words)
           || (ends_with(word, ends) && !is_one_of(word, harmless));
}

bool site_secret_is_name(const char *name, size_t len)
{
    char word[MAX_WORD + 1];
    size_t num = 0;

    for (size_t i = 0; i <= len; i++) {
        const int byte = i < len ? (unsigned char)name[i] : '_';

        if (isalnum(byte)) {
            if (num < MAX_WORD)
                word[num++] = (char)toupper(byte);
            continue;
        }
        word[num] = '\0';
        if (is_secret_word(word))
            return true;
        num = 0;
    }
    return false;
}

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

/* "://user:password@" at `text`. */
static bool has_password(const char *text)
{
    const size_t len = strcspn(text + 3, "/ \t'\"");
    const char *at = memchr(text + 3, '@', len);
    const char *colon =
        at ? memchr(text + 3, ':', (size_t)(at - text - 3)) : NULL;

    return colon && colon + 1 < at && colon[1] != '$';
}

int site_secret_check(const char *text, struct error *err)
{
    for (const char *at = text; *at; at++) {
        const char *name = at;

        if (strncmp(at, "://", 3) == 0 && has_password(at)) {
            return error_set(err,
                             ERR_USAGE,
                             "a URL with a password: the batch system stores "
                             "scripts; read it from a file that only you can "
                             "read, as in \"$(cat FILE)\"");
        }
        if (*at != '=')
            continue;
        while (name > text && is_of_name(name[-1]))
            name--;
        if (!site_secret_is_name(name, (size_t)(at - name))
            || !is_plain_value(at + 1))
            continue;
        return error_set(err,
                         ERR_USAGE,
                         "%.*s: the batch system stores scripts; read its "
                         "value from a file that only you can read, as in "
                         "%.*s=\"$(cat FILE)\"",
                         (int)(at - name),
                         name,
                         (int)(at - name),
                         name);
    }
    return 0;
}
