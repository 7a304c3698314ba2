#include "base/text.h"
#include "generate/http/http_dialect.h"
#include "trustsweep/error.h"

#include <stddef.h>

/* The one list. */
static const struct http_dialect *const dialects[] = {
    &http_dialect_openai, &http_dialect_azure,       &http_dialect_anthropic,
    &http_dialect_gemini, &http_dialect_perspective, NULL,
};

const struct http_dialect *http_dialects_find(const char *name,
                                              struct error *err)
{
    struct text known = { 0 };

    for (size_t i = 0; dialects[i]; i++) {
        if (text_equal(dialects[i]->name, name))
            return dialects[i];
    }
    for (size_t i = 0; dialects[i]; i++)
        text_addf(&known, "%s%s", i ? ", " : "", dialects[i]->name);
    (void)error_set(err,
                    ERR_USAGE,
                    "no dialect '%.40s'; there are: %s",
                    name,
                    text_data(&known));
    text_release(&known);
    return NULL;
}
