#include "base/json.h"
#include "base/json_parts.h"
#include "base/json_scan.h"
#include "base/mem.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

/* The way down a pointer.  `depth` containers on the path are open; scanning
 * passes over whatever lies deeper beside the path. */
struct walk {
    char *segments[JSON_MAX_DEPTH]; /* [num_segments], unescaped; owned */
    size_t num_segments;
    size_t depth;
    size_t index;     /* of the next element, when the last one is an array */
    bool is_member;   /* the last key is the one that the path names */
    size_t key_start; /* of it */
};

void json_unescape_step(char *segment)
{
    char *to = segment;

    for (const char *from = segment; *from != '\0'; from++) {
        if (from[0] == '~' && (from[1] == '0' || from[1] == '1')) {
            *to++ = *++from == '0' ? '~' : '/';
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static bool split(struct walk *walk, const char *pointer)
{
    while (*pointer == '/') {
        size_t len = strcspn(pointer + 1, "/");

        if (walk->num_segments == JSON_MAX_DEPTH)
            return false;
        walk->segments[walk->num_segments] = mem_text_len(pointer + 1, len);
        json_unescape_step(walk->segments[walk->num_segments++]);
        pointer += 1 + len;
    }
    return *pointer == '\0';
}

static bool key_equals(const struct json_scan *scan, const char *segment)
{
    struct cJSON *key;
    bool is_equal;

    json_memory_use();
    key = cJSON_ParseWithLength(scan->bytes + scan->start,
                                scan->end - scan->start);
    is_equal = key != NULL && text_equal(key->valuestring, segment);
    cJSON_Delete(key);
    return is_equal;
}

/* Whether the value that begins now, directly in the innermost container of the
 * path, is the next step of it. */
static bool is_step(struct walk *walk, const struct json_scan *scan)
{
    int64_t wanted;

    if (walk->depth == 0)
        return true;
    if (scan->open[walk->depth - 1] == '{')
        return walk->is_member;
    return text_to_int64(walk->segments[walk->depth - 1], &wanted)
           && wanted >= 0 && (uint64_t)wanted == walk->index++;
}

enum outcome { GO_ON = 0, FOUND, ABSENT };

/* One token directly in the innermost container of the path. */
static enum outcome take(struct walk *walk,
                         const struct json_scan *scan,
                         enum json_token token)
{
    if (token == JSON_TOKEN_CLOSE)
        return ABSENT;
    if (token == JSON_TOKEN_KEY) {
        walk->is_member = key_equals(scan, walk->segments[walk->depth - 1]);
        if (walk->is_member)
            walk->key_start = scan->start;
        return GO_ON;
    }
    if (!is_step(walk, scan))
        return GO_ON;
    if (walk->depth == walk->num_segments)
        return FOUND;
    if (token != JSON_TOKEN_OBJECT && token != JSON_TOKEN_ARRAY)
        return ABSENT;
    walk->depth++;
    walk->index = 0;
    walk->is_member = false;
    return GO_ON;
}

static enum outcome find(struct walk *walk, struct json_scan *scan)
{
    enum outcome outcome = GO_ON;

    while (outcome == GO_ON) {
        size_t outer = scan->depth;
        enum json_token token = json_scan_next(scan);

        if (token == JSON_TOKEN_ERROR || token == JSON_TOKEN_END)
            return ABSENT;
        if (outer == walk->depth)
            outcome = take(walk, scan, token);
    }
    return outcome;
}

bool json_locate(const char *bytes,
                 size_t len,
                 const char *pointer,
                 bool want_key,
                 int *line,
                 int *column)
{
    struct json_scan scan;
    struct walk walk = { 0 };
    bool is_found;

    json_scan_init(&scan, bytes, len);
    is_found = split(&walk, pointer) && find(&walk, &scan) == FOUND;
    /* an element of an array has no key: its own place serves */
    if (is_found && want_key && walk.is_member) {
        json_scan_place(bytes, walk.key_start, line, column);
    } else if (is_found) {
        json_scan_place(bytes, scan.start, line, column);
    }
    for (size_t i = 0; i < walk.num_segments; i++)
        free(walk.segments[i]);
    return is_found;
}
