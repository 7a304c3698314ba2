#include "base/file.h"
#include "base/json.h"
#include "base/json_parts.h"
#include "base/json_scan.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cJSON copies a number into 64 bytes before it reads it. */
enum { LONGEST_NUMBER = 60 };

/* A copy of the text with what cJSON cannot read replaced; made only when
 * there is something to replace. */
struct repair {
    const char *bytes; /* borrowed */
    size_t copied;     /* bytes[0 .. copied) are in `out` */
    struct text out;
};

static void replace(struct repair *self,
                    size_t start,
                    size_t end,
                    const char *with)
{
    text_add_len(&self->out, self->bytes + self->copied, start - self->copied);
    text_add(&self->out, with);
    self->copied = end;
}

static void repair_number(struct repair *self, size_t start, size_t end)
{
    char shorter[40];
    char *digits;

    if (end - start <= LONGEST_NUMBER)
        return;
    digits = mem_text_len(self->bytes + start, end - start);
    /* NaN and infinity cannot come out: a number has no such spelling but one
     * too large for a double, which is no number here either */
    snprintf(shorter, sizeof shorter, "%.17g", strtod(digits, NULL));
    replace(self, start, end, strchr(shorter, 'n') ? "null" : shorter);
    free(digits);
}

/* The four digits after \u, checked by the scanner. */
static unsigned long code_unit(const char *digits)
{
    char text[5];

    memcpy(text, digits, 4);
    text[4] = '\0';
    return strtoul(text, NULL, 16);
}

static bool is_low_escape(const char *at, size_t left)
{
    return left >= 6 && at[0] == '\\' && at[1] == 'u'
           && (code_unit(at + 2) & 0xfc00UL) == 0xdc00UL;
}

/* Half a surrogate pair (a text cut in the middle of one, as Python writes it)
 * has no UTF-8; it becomes U+FFFD. */
static void repair_string(struct repair *self, size_t start, size_t end)
{
    const char *bytes = self->bytes;

    for (size_t at = start; at + 1 < end; at++) {
        unsigned long unit;

        if (bytes[at] != '\\')
            continue;
        at++;
        if (bytes[at] != 'u')
            continue;
        unit = code_unit(bytes + at + 1);
        if ((unit & 0xfc00UL) == 0xd800UL
            && is_low_escape(bytes + at + 5, end - (at + 5))) {
            at += 10;
            continue;
        }
        if ((unit & 0xf800UL) == 0xd800UL)
            replace(self, at - 1, at + 5, "\\ufffd");
        at += 4;
    }
}

/* Where the bytes come from, for errors. */
struct origin {
    const char *name;
    size_t lines; /* of it before them */
};

static int refuse(const struct origin *origin,
                  const char *bytes,
                  size_t at,
                  const char *problem,
                  struct error *err)
{
    int line;
    int column;

    json_scan_place(bytes, at, &line, &column);
    return error_set(err,
                     ERR_FORMAT,
                     "%s:%zu:%d: %s",
                     origin->name,
                     origin->lines + (size_t)line,
                     column,
                     problem);
}

static int check_utf8(const char *bytes,
                      size_t len,
                      const struct origin *origin,
                      struct error *err)
{
    char problem[64];
    size_t valid = text_valid_utf8(bytes, len);

    if (valid == len)
        return 0;
    (void)snprintf(problem,
                   sizeof problem,
                   "byte 0x%02x is not valid UTF-8",
                   (unsigned)(unsigned char)bytes[valid]);
    return refuse(origin, bytes, valid, problem, err);
}

/* Check every token; fill `repair`. */
static int scan_all(struct json_scan *scan,
                    struct repair *repair,
                    const struct origin *origin,
                    struct error *err)
{
    enum json_token token;

    do {
        token = json_scan_next(scan);
        if (token == JSON_TOKEN_NAN) {
            replace(repair, scan->start, scan->end, "null");
        } else if (token == JSON_TOKEN_NUMBER) {
            repair_number(repair, scan->start, scan->end);
        } else if (token == JSON_TOKEN_STRING || token == JSON_TOKEN_KEY) {
            repair_string(repair, scan->start, scan->end);
        }
    } while (token != JSON_TOKEN_END && token != JSON_TOKEN_ERROR);
    if (token == JSON_TOKEN_END)
        return 0;
    return refuse(origin, scan->bytes, scan->start, scan->problem, err);
}

static struct cJSON *parse(const char *bytes,
                           size_t len,
                           const struct origin *origin,
                           struct error *err)
{
    struct json_scan scan;
    struct repair repair = { .bytes = bytes };
    struct cJSON *value = NULL;

    if (check_utf8(bytes, len, origin, err) < 0)
        return NULL;
    json_scan_init(&scan, bytes, len);
    repair.copied = scan.at; /* past the byte-order mark */
    if (scan_all(&scan, &repair, origin, err) < 0)
        goto out;
    json_memory_use();
    if (repair.out.len > 0) {
        replace(&repair, len, len, "");
        value = cJSON_ParseWithLength(repair.out.data, repair.out.len);
    } else {
        value =
            cJSON_ParseWithLength(bytes + repair.copied, len - repair.copied);
    }
    if (value == NULL)
        refuse(origin, bytes, 0, "this JSON cannot be read", err);

out:
    text_release(&repair.out);
    return value;
}

struct cJSON *json_parse(const char *bytes,
                         size_t len,
                         const char *name,
                         struct error *err)
{
    const struct origin origin = { .name = name };

    return parse(bytes, len, &origin, err);
}

struct cJSON *json_parse_line(const char *bytes,
                              size_t len,
                              const char *path,
                              size_t line,
                              struct error *err)
{
    const struct origin origin = { .name = path, .lines = line - 1 };

    return parse(bytes, len, &origin, err);
}

struct cJSON *json_read(const char *path, size_t max_bytes, struct error *err)
{
    struct text bytes = { 0 };
    struct cJSON *value = NULL;

    if (file_read(path, max_bytes, &bytes, err) == 0)
        value = json_parse(text_data(&bytes), bytes.len, path, err);
    text_release(&bytes);
    return value;
}
