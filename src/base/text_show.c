#include "base/text_show.h"

#include "base/text.h"

#include <string.h>

size_t text_show_hidden(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;

    if ((byte[0] > 0 && byte[0] < 0x20) || byte[0] == 0x7f)
        return 1;
    if (byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0)
        return 2; /* U+0080 to U+009F */
    if (byte[0] == 0xe2
        && ((byte[1] == 0x80 && byte[2] >= 0xa8 && byte[2] <= 0xae)
            || (byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9)))
        return 3; /* U+2028 to U+202E, U+2066 to U+2069 */
    return 0;
}

bool text_show_hides(const char *text)
{
    for (; *text; text++) {
        if (text_show_hidden(text) > 0)
            return true;
    }
    return false;
}

void text_show_plain(struct text *out, const char *text)
{
    while (*text) {
        const size_t len = text_show_hidden(text);

        if (len > 0) {
            text_add(out, "?");
        } else {
            text_add_len(out, text, 1);
        }
        text += len > 0 ? len : 1;
    }
}

void text_show_clean(char *text, char with)
{
    char *out = text;

    while (*text) {
        const size_t len = text_show_hidden(text);

        if (len > 0) {
            *out++ = with;
        } else {
            *out++ = *text;
        }
        text += len > 0 ? len : 1;
    }
    *out = '\0';
}

static void add_field(struct text *out, const char *bytes, size_t len)
{
    static const char formula[] = { '=', '+', '-', '@', '\t', '\r' };

    if (len > 0 && memchr(formula, bytes[0], sizeof formula))
        text_add(out, "'");
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '"')
            text_add(out, "\"");
        text_add_len(out, &bytes[i], 1);
    }
}

void text_show_quoted(struct text *out, const char *bytes, size_t len)
{
    text_add(out, "\"");
    add_field(out, bytes, len);
    text_add(out, "\"");
}

void text_show_field(struct text *out, const char *text)
{
    const size_t len = strlen(text);

    if (strcspn(text, ",\"\r\n") < len) {
        text_show_quoted(out, text, len);
    } else {
        add_field(out, text, len);
    }
}
