#include "evaluate/pattern_ascii.h"

#include "base/text.h"
#include "trustsweep/bug.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *range; /* its part of ASCII */
} properties[] = {
    { "\\p{L}", "A-Za-z" },
    { "\\p{Latin}", "A-Za-z" },
    { "\\p{Ll}", "a-z" },
    { "\\p{N}", "0-9" },
};

bool pattern_is_ascii(const char *text)
{
    size_t len = strlen(text);
    uint64_t all = 0;
    uint64_t word;

    for (; len >= sizeof word; len -= sizeof word, text += sizeof word) {
        memcpy(&word, text, sizeof word);
        all |= word;
    }
    for (; len > 0; len--)
        all |= (unsigned char)*text++;
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* Returns how many bytes of the pattern it stands for. */
static size_t add_property(struct text *out, const char *at, bool is_in_class)
{
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        const size_t len = strlen(properties[i].name);

        if (strncmp(at, properties[i].name, len) != 0)
            continue;
        text_add(out, is_in_class ? "" : "[");
        text_add(out, properties[i].range);
        text_add(out, is_in_class ? "" : "]");
        return len;
    }
    BUG("no ASCII form of the property at '%s'", at);
}

/* "\x{...}": no other number is written with braces. */
static size_t add_character(struct text *out, const char *at)
{
    const char *end = strchr(at, '}');

    if (!end)
        BUG("no end of the character at '%s'", at);
    if (strtoul(at + strlen("\\x{"), NULL, 16) < 0x80) {
        text_add_len(out, at, (size_t)(end - at) + 1);
    } else {
        text_add(out, "\\x00");
    }
    return (size_t)(end - at) + 1;
}

static size_t add_escape(struct text *out, const char *at, bool is_in_class)
{
    if (at[1] == 'p' || at[1] == 'P')
        return add_property(out, at, is_in_class);
    if (at[1] == 'x' && at[2] == '{')
        return add_character(out, at);
    text_add_len(out, at, 2);
    return 2;
}

char *pattern_ascii(const char *pattern)
{
    struct text out = { 0 };
    bool is_in_class = false;

    while (*pattern) {
        if (*pattern == '\\') {
            pattern += add_escape(&out, pattern, is_in_class);
            continue;
        }
        if (!is_in_class && *pattern == '[') {
            /* a "]" that comes first is one of the class */
            const size_t len = 1 + strspn(pattern + 1, "^")
                               + (pattern[1 + strspn(pattern + 1, "^")] == ']');

            is_in_class = true;
            text_add_len(&out, pattern, len);
            pattern += len;
            continue;
        }
        if (*pattern == ']')
            is_in_class = false;
        text_add_len(&out, pattern++, 1);
    }
    return text_take(&out);
}
