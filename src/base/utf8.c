#include "base/utf8.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

enum { BAD = 0xFFFD };

uint32_t utf8_next(const char *text, size_t len, size_t *at)
{
    const unsigned char *b = (const unsigned char *)text + *at;
    size_t left = len - *at;
    size_t more = b[0] < 0xC0 ? 0 : b[0] < 0xE0 ? 1 : b[0] < 0xF0 ? 2 : 3;
    uint32_t point = more ? b[0] & (0x3FU >> more) : b[0];

    if (left > more + 1)
        left = more + 1;
    if (b[0] >= 0x80 && text_valid_utf8(text + *at, left) != more + 1) {
        ++*at;
        return BAD;
    }
    for (size_t i = 1; i <= more; i++)
        point = point << 6 | (b[i] & 0x3FU);
    *at += more + 1;
    return point;
}

bool utf8_is_space(uint32_t point)
{
    return (point >= 0x09 && point <= 0x0D) || (point >= 0x1C && point <= 0x20)
           || point == 0x85 || point == 0xA0 || point == 0x1680
           || (point >= 0x2000 && point <= 0x200A) || point == 0x2028
           || point == 0x2029 || point == 0x202F || point == 0x205F
           || point == 0x3000;
}

/* Capitals that lie so far before their small letters; `step` 2 where the two
 * take turns. */
static const struct {
    uint16_t from;
    uint16_t to;
    uint16_t step;
    int16_t distance;
} capitals[] = {
    { 'A', 'Z', 1, 32 },       { 0x00C0, 0x00D6, 1, 32 },
    { 0x00D8, 0x00DE, 1, 32 }, { 0x0100, 0x012E, 2, 1 },
    { 0x0132, 0x0136, 2, 1 },  { 0x0139, 0x0147, 2, 1 },
    { 0x014A, 0x0176, 2, 1 },  { 0x0178, 0x0178, 1, -121 },
    { 0x0179, 0x017D, 2, 1 },  { 0x0386, 0x0386, 1, 38 },
    { 0x0388, 0x038A, 1, 37 }, { 0x038C, 0x038C, 1, 64 },
    { 0x038E, 0x038F, 1, 63 }, { 0x0391, 0x03A1, 1, 32 },
    { 0x03A3, 0x03AB, 1, 32 }, { 0x0400, 0x040F, 1, 80 },
    { 0x0410, 0x042F, 1, 32 }, { 0x0460, 0x0480, 2, 1 },
    { 0x048A, 0x04BE, 2, 1 },  { 0x04C1, 0x04CD, 2, 1 },
    { 0x04D0, 0x052E, 2, 1 },  { 0x1E00, 0x1E94, 2, 1 },
    { 0x1EA0, 0x1EFE, 2, 1 },
};

static uint32_t lower(uint32_t point)
{
    for (size_t i = 0; i < sizeof capitals / sizeof *capitals; i++) {
        if (point >= capitals[i].from && point <= capitals[i].to
            && (point - capitals[i].from) % capitals[i].step == 0)
            return (uint32_t)((int32_t)point + capitals[i].distance);
    }
    return point;
}

/* The letters U+00C0 to U+017F without what is on them; "." has none. */
static const char plain[] =
    "AAAAAA.CEEEEIIII.NOOOOO.OUUUUY..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi..JjKk.LlLlLl."
    ".LlNnNnNn...OoOoOo..RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZz.";

/* 0: nothing is left of a mark that stands over the letter before. */
static uint32_t without_accent(uint32_t point)
{
    if (point >= 0xC0 && point < 0xC0 + sizeof plain - 1
        && plain[point - 0xC0] != '.')
        return (unsigned char)plain[point - 0xC0];
    return point >= 0x0300 && point <= 0x036F ? 0 : point;
}

/* Of a point below U+10000, as all are that changed; returns how many bytes. */
static size_t put(char *out, uint32_t point)
{
    const size_t num = point < 0x80 ? 1 : point < 0x800 ? 2 : 3;
    const uint32_t marks[] = { 0, 0xC0, 0xE0 };

    out[0] = (char)(marks[num - 1] | point >> 6 * (num - 1));
    for (size_t i = 1; i < num; i++)
        out[i] = (char)(0x80 | (point >> 6 * (num - 1 - i) & 0x3F));
    return num;
}

/* No small letter takes more bytes than its capital. */
static char *change(const char *text, bool folds)
{
    const size_t len = strlen(text);
    char *out = mem_alloc(len + 1, 1);
    size_t num = 0;

    for (size_t at = 0; at < len;) {
        const size_t from = at;
        uint32_t old;
        uint32_t new;

        if ((unsigned char)text[at] < 0x80) {
            const char c = text[at++];
            out[num++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
            continue;
        }
        old = utf8_next(text, len, &at);
        new = lower(folds ? without_accent(old) : old);
        if (new == old) {
            memcpy(out + num, text + from, at - from);
            num += at - from;
        } else if (new) {
            num += put(out + num, new);
        }
    }
    return out;
}

char *utf8_lower(const char *text)
{
    return change(text, false);
}

char *utf8_fold(const char *text)
{
    return change(text, true);
}
