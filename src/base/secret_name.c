#include "base/secret_name.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool ends_with(const char *word, size_t len, const char *end)
{
    const size_t num = strlen(end);

    return len >= num && strncasecmp(word + len - num, end, num) == 0;
}

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
    for (; *list; list++) {
        if (strlen(*list) == len && ends_with(word, len, *list))
            return true;
    }
    return false;
}

static bool ends_with_one_of(const char *word,
                             size_t len,
                             const char *const *list)
{
    for (; *list; list++) {
        if (ends_with(word, len, *list))
            return true;
    }
    return false;
}

static bool is_secret_word(const char *word, size_t len)
{
    static const char *const words[] = {
        "KEYS",          "AUTH",   "PAT",    "PWD",     "CRED", "CREDS",
        "AUTHORIZATION", "BEARER", "COOKIE", "COOKIES", NULL,
    };
    static const char *const ends[] = {
        "KEY",       "TOKEN",      "TOKENS",      "SECRET", "SECRETS",
        "APIKEYS",   "PASSPHRASE", "PASSWD",      "PASS",   "PASSWORD",
        "PASSWORDS", "CREDENTIAL", "CREDENTIALS", NULL,
    };
    static const char *const harmless[] = {
        "BYPASS", "COMPASS", "DONKEY", "HOTKEY", "MONKEY", "TURKEY", NULL,
    };

    while (len > 0 && isdigit((unsigned char)word[len - 1]))
        len--;
    return is_one_of(word, len, words)
           || (ends_with_one_of(word, len, ends)
               && !is_one_of(word, len, harmless));
}

bool secret_name_is(const char *name, size_t len)
{
    size_t start = 0;

    for (size_t i = 0; i <= len; i++) {
        if (i < len && isalnum((unsigned char)name[i]))
            continue;
        if (is_secret_word(name + start, i - start))
            return true;
        start = i + 1;
    }
    return false;
}
