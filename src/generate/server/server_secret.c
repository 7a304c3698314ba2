#include "generate/server/server_secret.h"

#include "base/mem.h"
#include "base/secret_name.h"
#include "base/secret_value.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char space[] = " \t\r\n";

/* Where a key lies is none: --api-key-file PATH. */
static bool is_of_a_file(const char *name, size_t len)
{
    static const char file[] = "file";
    const size_t num = sizeof file - 1;

    return len >= num && memcmp(name + len - num, file, num) == 0;
}

/* How many of something: --long-prefill-token-threshold 512. */
static bool is_count(const char *value, size_t len)
{
    return len < 10 && strspn(value, "0123456789.") >= len;
}

/* Whether the words at `at`, with its value behind a '=' or a space, are one. */
static bool is_secret(const char *at, size_t len)
{
    const char *equals = memchr(at, '=', len);
    const size_t dashes = strspn(at, "-");
    const size_t end = equals ? (size_t)(equals - at) : len;
    const char *value = equals ? equals + 1 : at + len;
    size_t value_len;

    if (!equals && dashes == 0)
        return false;
    value += equals ? 0 : strspn(value, space);
    value_len = equals ? len - end - 1 : strcspn(value, space);
    return value_len > 0 && (equals || value[0] != '-') && end > dashes
           && secret_name_is(at + dashes, end - dashes)
           && !is_of_a_file(at, end) && !is_count(value, value_len);
}

int server_secret_check(const char *option,
                        const char *words,
                        struct error *err)
{
    size_t len;

    for (const char *at = words; at && *at; at += len) {
        char *word;
        bool is_login;

        at += strspn(at, space);
        len = strcspn(at, space);
        word = mem_text_len(at, len);
        is_login = secret_value_is(word);
        free(word);
        if (!is_login && !is_secret(at, len))
            continue;
        return error_set(err,
                         ERR_USAGE,
                         "%s= has a secret%s%.*s%s, which would be in every "
                         "file that names it; a server gets a key of its own "
                         "by the recipe's key_env or key_file, and a variable "
                         "of this process by its keep",
                         option,
                         is_login ? " in a URL" : " behind \"",
                         is_login ? 0 : (int)strcspn(at, " \t\r\n="),
                         at,
                         is_login ? "" : "\"");
    }
    return 0;
}
