#include "generate/http/http_body.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/secret_name.h"
#include "base/secret_value.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* A value that is still to be looked at, and what it or something above it is
 * called that speaks of a secret. */
struct below {
    const struct cJSON *value;
    const char *name; /* borrowed; NULL: none */
};

/* OpenAI's parameter of that name says which requests begin alike. */
static bool is_key(const char *name)
{
    return name && !text_equal(name, "prompt_cache_key")
           && secret_name_is(name, strlen(name));
}

/* What `at` is called that is one, by its own name, that of what it is in, or
 * what it says; NULL: none. */
static const char *name_of_secret(const struct below *at)
{
    const char *text = json_text(at->value);

    if (!text || !*text)
        return NULL;
    if (at->name)
        return at->name;
    if (!secret_value_is(text) && !secret_value_has_key(text)
        && !secret_value_is_bearer(text))
        return NULL;
    return json_key(at->value) ? json_key(at->value) : "a list";
}

static const char *find_secret(const struct cJSON *root)
{
    struct below *stack = NULL; /* [num] */
    const char *found = NULL;
    size_t cap = 0;
    size_t num = 1;

    stack = mem_reserve(stack, &cap, num, sizeof *stack);
    stack[0] = (struct below){ root, NULL };
    while (num > 0 && !found) {
        const struct below top = stack[--num];

        found = name_of_secret(&top);
        for (const struct cJSON *at = json_first(top.value); at;
             at = json_next(at)) {
            const char *own = json_key(at);

            stack = mem_reserve(stack, &cap, num + 1, sizeof *stack);
            stack[num++] = (struct below){ at, is_key(own) ? own : top.name };
        }
    }
    free(stack);
    return found;
}

struct cJSON *http_body_parse(const char *text, struct error *err)
{
    struct cJSON *body = json_parse(text, strlen(text), "body=", err);
    const char *secret;

    if (!body) {
        const size_t len = strlen(text);
        const bool ends = len > 0 && text[len - 1] == '}';

        error_set(err,
                  ERR_USAGE,
                  "body= wants a JSON object; %sa comma in it is written '\\,'",
                  ends ? "" : "this one ends without its '}', and ");
        return NULL;
    }
    secret = json_is_object(body) ? find_secret(body) : NULL;
    if (json_is_object(body) && !secret)
        return body;
    if (secret) {
        error_set(err,
                  ERR_USAGE,
                  "body= has a secret in \"%.60s\", which would be in every "
                  "file that names it; a key is sent as a header, from key_env "
                  "or key_file",
                  secret);
    } else {
        error_set(err, ERR_USAGE, "body= wants a JSON object");
    }
    json_free(body);
    return NULL;
}
