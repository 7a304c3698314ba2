#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum style { STYLE_INDENTED = 1, STYLE_LINE, STYLE_CANONICAL };

/* A member or element; `index` keeps equal keys in their order. */
struct child {
    const struct cJSON *value;
    size_t index;
};

/* A container that is being written. */
struct frame {
    struct child *children; /* [num]; owned */
    size_t num;
    size_t at;
    bool is_object;
};

struct writer {
    struct text *out;
    enum style style;
    struct frame *frames; /* [depth] */
    size_t depth;
    size_t cap;
};

static void write_escape(unsigned char c, struct text *out)
{
    static const char from[] = "\"\\\b\f\n\r\t";
    static const char to[] = "\"\\bfnrt";
    const char *known = c ? strchr(from, c) : NULL;

    if (known) {
        text_addf(out, "\\%c", to[known - from]);
    } else {
        text_addf(out, "\\u%04x", (unsigned)c);
    }
}

static void write_valid(const char *bytes, size_t len, struct text *out)
{
    size_t plain = 0; /* bytes[plain .. i) need no escape */

    text_add_len(out, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        text_add_len(out, bytes + plain, i - plain);
        write_escape(c, out);
        plain = i + 1;
    }
    text_add_len(out, bytes + plain, len - plain);
    text_add_len(out, "\"", 1);
}

void json_write_text(const char *bytes, size_t len, struct text *out)
{
    struct text valid = { 0 };

    if (text_valid_utf8(bytes, len) == len) {
        write_valid(bytes, len, out);
        return;
    }
    text_add_utf8(&valid, bytes, len);
    write_valid(text_data(&valid), valid.len, out);
    text_release(&valid);
}

/* The fewest digits that read back equal: what needs at most 15 digits shows
 * them at 15, and 17 always suffice. */
static void write_number(double number, struct text *out)
{
    size_t start = out->len;
    double back;

    if (!isfinite(number)) {
        text_add(out, "null");
        return;
    }
    if (fabs(number) < 1e15 && number == floor(number)) {
        text_addf(out, "%lld", (long long)number);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        out->len = start;
        text_addf(out, "%.*g", digits, number);
        if (text_to_double(out->data + start, &back) && back == number)
            return;
    }
}

static void write_scalar(const struct cJSON *value, struct text *out)
{
    if (json_is_text(value)) {
        json_write_text(value->valuestring, strlen(value->valuestring), out);
    } else if (json_is_number(value)) {
        write_number(value->valuedouble, out);
    } else if (json_is_bool(value)) {
        text_add(out, json_bool(value, false) ? "true" : "false");
    } else {
        text_add(out, "null");
    }
}

static int compare_children(const void *a, const void *b)
{
    const struct child *left = a;
    const struct child *right = b;
    int order = strcmp(left->value->string, right->value->string);

    if (order != 0)
        return order;
    return (left->index > right->index) - (left->index < right->index);
}

static void new_line(struct writer *self)
{
    if (self->style != STYLE_INDENTED)
        return;
    text_add(self->out, "\n");
    for (size_t i = 0; i < self->depth; i++)
        text_add(self->out, "  ");
}

static void push(struct writer *self, const struct cJSON *value)
{
    size_t num = json_count(value);
    struct frame frame = { .num = num, .is_object = json_is_object(value) };
    size_t i = 0;

    text_add(self->out, frame.is_object ? "{" : "[");
    frame.children = mem_alloc(num, sizeof *frame.children);
    for (const struct cJSON *at = value->child; at; at = at->next, i++)
        frame.children[i] = (struct child){ at, i };
    if (frame.is_object && self->style == STYLE_CANONICAL && num > 1)
        qsort(frame.children, num, sizeof *frame.children, compare_children);
    self->frames = mem_reserve(self->frames,
                               &self->cap,
                               self->depth + 1,
                               sizeof *self->frames);
    self->frames[self->depth++] = frame;
}

static void pop(struct writer *self)
{
    struct frame *frame = &self->frames[--self->depth];

    if (frame->num > 0)
        new_line(self);
    text_add(self->out, frame->is_object ? "}" : "]");
    free(frame->children);
}

/* What stands between the children, and the key of the next one. */
static const struct cJSON *next_child(struct writer *self)
{
    struct frame *frame = &self->frames[self->depth - 1];
    const struct cJSON *value = frame->children[frame->at].value;

    if (frame->at++ > 0)
        text_add(self->out, self->style == STYLE_LINE ? ", " : ",");
    new_line(self);
    if (frame->is_object) {
        json_write_text(value->string, strlen(value->string), self->out);
        text_add(self->out, self->style == STYLE_CANONICAL ? ":" : ": ");
    }
    return value;
}

static void write_as(const struct cJSON *value,
                     enum style style,
                     struct text *out)
{
    struct writer writer = { .out = out, .style = style };

    for (;;) {
        if (json_is_object(value) || json_is_array(value)) {
            push(&writer, value);
        } else {
            write_scalar(value, out);
        }
        while (writer.depth > 0
               && writer.frames[writer.depth - 1].at
                      == writer.frames[writer.depth - 1].num)
            pop(&writer);
        if (writer.depth == 0)
            break;
        value = next_child(&writer);
    }
    free(writer.frames);
}

void json_write(const struct cJSON *value, struct text *out)
{
    write_as(value, STYLE_INDENTED, out);
    text_add(out, "\n");
}

int json_save(const struct cJSON *value, const char *path, struct error *err)
{
    struct text text = { 0 };
    int rc;

    json_write(value, &text);
    rc = file_write(path, text_data(&text), text.len, err);
    text_release(&text);
    return rc;
}

void json_write_line(const struct cJSON *value, struct text *out)
{
    write_as(value, STYLE_LINE, out);
}

void json_canonical(const struct cJSON *value, struct text *out)
{
    write_as(value, STYLE_CANONICAL, out);
}

struct hash128 json_hash(const struct cJSON *value)
{
    struct text bytes = { 0 };
    struct hash128 hash;

    json_canonical(value, &bytes);
    hash = hash_bytes(text_data(&bytes), bytes.len);
    text_release(&bytes);
    return hash;
}
