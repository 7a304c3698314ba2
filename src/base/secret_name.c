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

/* Of the word at `at`. */
static size_t alnum_len(const char *at, const char *end)
{
    size_t len = 0;

    while (at + len < end && isalnum((unsigned char)at[len]))
        len++;
    return len;
}

/* Of tokens of a text: how many, or which. */
static bool counts_tokens(const char *word, size_t len, const char *before)
{
    static const char *const tokens[] = { "TOKENS", NULL };
    static const char *const token[] = { "TOKEN", "TOKENS", NULL };
    static const char *const counts[] = { "MAX", "MIN", "NUM", NULL };
    static const char *const kinds[] = {
        "BOS", "CLS",     "EOS",  "MASK", "PAD",
        "SEP", "SPECIAL", "STOP", "UNK",  NULL,
    };
    size_t num;

    while (before < word) {
        num = alnum_len(before, word);
        if ((is_one_of(word, len, tokens) && is_one_of(before, num, counts))
            || (before + num + 1 == word && is_one_of(word, len, token)
                && is_one_of(before, num, kinds)))
            return true;
        before += num + 1;
    }
    return false;
}

static bool is_secret_word(const char *word, size_t len)
{
    static const char *const words[] = {
        "KEYS",          "AUTH",   "PAT",    "PWD",     "CRED", "CREDS",
        "AUTHORIZATION", "BEARER", "COOKIE", "COOKIES", "JWT",  NULL,
    };
    static const char *const ends[] = {
        "KEY",         "TOKEN",      "TOKENS",   "SECRET",  "SECRETS",
        "APIKEYS",     "PASSPHRASE", "PASSWD",   "PASS",    "PASSWORD",
        "PASSWORDS",   "CREDENTIAL", "PASSCODE", "USERPWD", "ACCESSKEYS",
        "CREDENTIALS", NULL,
    };
    static const char *const harmless[] = {
        "BYPASS", "COMPASS", "DONKEY", "HOTKEY", "MONKEY", "TURKEY", NULL,
    };

    return is_one_of(word, len, words)
           || (ends_with_one_of(word, len, ends)
               && !is_one_of(word, len, harmless));
}

/* Where a shell is and was. */
static bool is_of_shell(const char *name, size_t len)
{
    return (len == 3 && memcmp(name, "PWD", 3) == 0)
           || (len == 6 && memcmp(name, "OLDPWD", 6) == 0);
}

bool secret_name_is(const char *name, size_t len)
{
    const char *const end = name + len;

    if (is_of_shell(name, len))
        return false;
    for (const char *at = name; at < end;) {
        const size_t whole = alnum_len(at, end);
        size_t num = whole;

        while (num > 0 && isdigit((unsigned char)at[num - 1]))
            num--;
        if (is_secret_word(at, num) && !counts_tokens(at, num, name))
            return true;
        at += whole + 1;
    }
    return false;
}
