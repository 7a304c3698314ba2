#include "generate/server/server_secret.h"

#include "base/mem.h"
#include "base/secret_value.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char space[] = " \t\r\n";

/* The word at `at` without dashes and quotes around it; free(). */
static char *name_at(const char *at, size_t len)
{
    static const char around[] = "-'\"";
    const size_t begin = strspn(at, around);

    while (len > begin && strchr(around, at[len - 1]))
        len--;
    return mem_text_len(at + begin, len > begin ? len - begin : 0);
}

/* Whether the word at `at`, with its value behind a '=' or a space, is one. */
static bool is_secret(const char *at, size_t len)
{
    const char *equals = memchr(at, '=', len);
    const char *value = equals ? equals + 1 : at + len;
    char *name = name_at(at, equals ? (size_t)(equals - at) : len);
    size_t value_len;
    bool is_one;

    value += equals ? 0 : strspn(value, space);
    value_len = equals ? len - (size_t)(value - at) : strcspn(value, space);
    is_one = (equals || at[strspn(at, "'\"")] == '-')
             && (equals || value[0] != '-')
             && secret_value_is_option(name, strlen(name), value, value_len);
    free(name);
    return is_one;
}

/* "Bearer" of a header, with something behind it. */
static bool is_bearer(const char *word, const char *behind)
{
    char *name = name_at(word, strlen(word));
    const bool is_one =
        strcasecmp(name, "Bearer") == 0 && behind[strspn(behind, space)];

    free(name);
    return is_one;
}

/* What is wrong with the word at `at`, for a message; free(); NULL: nothing.  A key
 * itself is not in it. */
static char *fault_of(const char *at, size_t len)
{
    char *word = mem_text_len(at, len);
    char *out = NULL;

    if (secret_value_is(word)) {
        out = mem_text("has a secret in a URL");
    } else if (secret_value_has_key(word)) {
        out = mem_text("has what looks like a provider's key");
    } else if (is_bearer(word, at + len)) {
        out = mem_text("has a secret behind \"Bearer\"");
    } else if (is_secret(at, len)) {
        out = text_format("has a secret behind \"%.*s\"",
                          (int)strcspn(word, "="),
                          word);
    }
    free(word);
    return out;
}

int server_secret_check(const char *option,
                        const char *words,
                        struct error *err)
{
    size_t len;

    for (const char *at = words; at && *at; at += len) {
        char *fault;

        at += strspn(at, space);
        len = strcspn(at, space);
        fault = fault_of(at, len);
        if (!fault)
            continue;
        (void)error_set(err,
                        ERR_USAGE,
                        "%s= %s, which would be in every file that names it; a "
                        "server gets a key of its own by the recipe's key_env "
                        "or key_file, and a variable of this process by its "
                        "keep",
                        option,
                        fault);
        free(fault);
        return -1;
    }
    return 0;
}
