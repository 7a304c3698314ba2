#include "base/json_scan.h"

#include "base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char bom[] = "\xef\xbb\xbf";

void json_scan_init(struct json_scan *self, const char *bytes, size_t len)
{
    *self = (struct json_scan){ .bytes = bytes, .len = len };
    if (len >= 3 && memcmp(bytes, bom, 3) == 0)
        self->at = 3;
}

static enum json_token fail(struct json_scan *self, size_t at, const char *what)
{
    self->start = at;
    self->problem = what;
    return JSON_TOKEN_ERROR;
}

/* The byte at an offset; NUL past the end, which no rule below accepts. */
static char byte_at(const struct json_scan *self, size_t at)
{
    if (at < self->len)
        return self->bytes[at];
    return '\0';
}

static bool is_digit_at(const struct json_scan *self, size_t at)
{
    return byte_at(self, at) >= '0' && byte_at(self, at) <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct json_scan *self)
{
    while (self->at < self->len && is_blank(self->bytes[self->at]))
        self->at++;
}

static bool is_in_object(const struct json_scan *self)
{
    return self->depth > 0 && self->open[self->depth - 1] == '{';
}

static enum json_token finish(struct json_scan *self, enum json_token token)
{
    self->end = self->at;
    self->expect = self->depth > 0 ? JSON_EXPECT_NEXT : JSON_EXPECT_NOTHING;
    return token;
}

/* Length of an escape at a backslash; 0 and a problem when there is none. */
static size_t scan_escape(struct json_scan *self)
{
    unsigned code = 0;
    char kind = byte_at(self, self->at + 1);

    if (kind != '\0' && strchr("\"\\/bfnrt", kind) != NULL)
        return 2;
    if (kind != 'u') {
        self->problem = "a backslash begins no known escape";
        return 0;
    }
    for (size_t i = 2; i < 6; i++) {
        char c = byte_at(self, self->at + i);

        if (!isxdigit((unsigned char)c)) {
            self->problem = "\\u wants four hexadecimal digits";
            return 0;
        }
        code |= c != '0';
    }
    if (code == 0) {
        self->problem = "\\u0000 is not allowed in a string";
        return 0;
    }
    return 6;
}

/* Over bytes that a string may hold as they are, eight at a time. */
static void skip_plain(struct json_scan *self)
{
    const uint64_t ones = UINT64_MAX / 255;
    const uint64_t highs = ones * 0x80;

    while (self->len - self->at >= sizeof ones) {
        uint64_t word;
        uint64_t quote;
        uint64_t slash;

        memcpy(&word, self->bytes + self->at, sizeof word);
        quote = word ^ ones * '"';
        slash = word ^ ones * '\\';
        /* a byte below 0x20, or one that became 0, borrows into its high bit */
        if ((((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote)
             | ((slash - ones) & ~slash))
            & highs)
            return;
        self->at += sizeof word;
    }
}

static enum json_token scan_string(struct json_scan *self)
{
    self->at++;
    skip_plain(self);
    while (self->at < self->len) {
        unsigned char c = (unsigned char)self->bytes[self->at];
        size_t len = 1;

        if (c == '"') {
            self->at++;
            return finish(self, JSON_TOKEN_STRING);
        }
        if (c < 0x20) {
            return fail(self,
                        self->at,
                        "a control character in a string must be escaped");
        }
        if (c == '\\') {
            len = scan_escape(self);
            if (len == 0)
                return fail(self, self->at, self->problem);
        }
        self->at += len;
        if (c == '\\')
            skip_plain(self);
    }
    return fail(self, self->start, "a string does not end");
}

static enum json_token scan_key(struct json_scan *self)
{
    if (byte_at(self, self->at) != '"')
        return fail(self, self->at, "expected a key in double quotes");
    if (scan_string(self) == JSON_TOKEN_ERROR)
        return JSON_TOKEN_ERROR;
    skip_blanks(self);
    if (byte_at(self, self->at) != ':')
        return fail(self, self->at, "expected ':' after a key");
    self->at++;
    self->expect = JSON_EXPECT_VALUE;
    return JSON_TOKEN_KEY;
}

static bool skip_digits(struct json_scan *self)
{
    if (!is_digit_at(self, self->at))
        return false;
    while (is_digit_at(self, self->at))
        self->at++;
    return true;
}

static enum json_token scan_number(struct json_scan *self)
{
    if (byte_at(self, self->at) == '-')
        self->at++;
    if (byte_at(self, self->at) == '0' && is_digit_at(self, self->at + 1))
        return fail(self, self->start, "a number begins with a needless 0");
    if (!skip_digits(self))
        return fail(self, self->start, "expected a digit after '-'");
    if (byte_at(self, self->at) == '.') {
        self->at++;
        if (!skip_digits(self))
            return fail(self, self->start, "expected a digit after '.'");
    }
    if (byte_at(self, self->at) == 'e' || byte_at(self, self->at) == 'E') {
        self->at++;
        if (byte_at(self, self->at) == '+' || byte_at(self, self->at) == '-')
            self->at++;
        if (!skip_digits(self))
            return fail(self, self->start, "a number has an empty exponent");
    }
    return finish(self, JSON_TOKEN_NUMBER);
}

static enum json_token scan_word(struct json_scan *self)
{
    static const struct {
        const char *word;
        enum json_token token;
    } words[] = {
        { "true", JSON_TOKEN_WORD },    { "false", JSON_TOKEN_WORD },
        { "null", JSON_TOKEN_WORD },    { "NaN", JSON_TOKEN_NAN },
        { "Infinity", JSON_TOKEN_NAN }, { "-Infinity", JSON_TOKEN_NAN },
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t len = strlen(words[i].word);

        if (self->len - self->at >= len
            && memcmp(self->bytes + self->at, words[i].word, len) == 0) {
            self->at += len;
            return finish(self, words[i].token);
        }
    }
    return fail(self, self->at, "expected a value");
}

static enum json_token open_container(struct json_scan *self, char kind)
{
    if (self->depth == JSON_MAX_DEPTH)
        return fail(self, self->at, "nested more than 64 deep");
    self->open[self->depth++] = kind;
    self->at++;
    self->end = self->at;
    self->expect = JSON_EXPECT_FIRST;
    return kind == '{' ? JSON_TOKEN_OBJECT : JSON_TOKEN_ARRAY;
}

static enum json_token scan_value(struct json_scan *self)
{
    char c = byte_at(self, self->at);

    if (c == '{' || c == '[')
        return open_container(self, c);
    if (c == '"')
        return scan_string(self);
    if ((c == '-' && byte_at(self, self->at + 1) != 'I')
        || is_digit_at(self, self->at))
        return scan_number(self);
    return scan_word(self);
}

static bool is_close(const struct json_scan *self)
{
    return byte_at(self, self->at) == (is_in_object(self) ? '}' : ']');
}

static enum json_token close_container(struct json_scan *self)
{
    self->at++;
    self->depth--;
    return finish(self, JSON_TOKEN_CLOSE);
}

static enum json_token end_early(struct json_scan *self)
{
    const bool is_empty = self->expect == JSON_EXPECT_VALUE && self->depth == 0;

    return fail(self,
                self->at,
                is_empty ? "nothing is in it: a value is wanted"
                         : "the text ends too early");
}

enum json_token json_scan_next(struct json_scan *self)
{
    bool wants_key = self->expect == JSON_EXPECT_KEY;

    skip_blanks(self);
    self->start = self->at;
    if (self->expect == JSON_EXPECT_NOTHING) {
        if (self->at == self->len)
            return JSON_TOKEN_END;
        return fail(self, self->at, "something follows the end of the value");
    }
    if (self->at == self->len)
        return end_early(self);
    if (self->expect == JSON_EXPECT_FIRST || self->expect == JSON_EXPECT_NEXT) {
        if (is_close(self))
            return close_container(self);
        wants_key = is_in_object(self);
    }
    if (self->expect == JSON_EXPECT_NEXT) {
        if (self->bytes[self->at] != ',') {
            return fail(self,
                        self->at,
                        wants_key ? "expected ',' or '}'"
                                  : "expected ',' or ']'");
        }
        self->at++;
        skip_blanks(self);
        self->start = self->at;
    }
    return wants_key ? scan_key(self) : scan_value(self);
}

void json_scan_place(const char *bytes, size_t at, int *line, int *column)
{
    size_t first = 0;

    *line = 1;
    *column = 1;
    if (at >= 3 && memcmp(bytes, bom, 3) == 0)
        first = 3;
    for (size_t i = first; i < at; i++) {
        if (bytes[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)bytes[i] & 0xc0U) != 0x80U) {
            ++*column;
        }
    }
}
