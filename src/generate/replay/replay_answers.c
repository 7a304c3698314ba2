#include "generate/replay/replay_answers.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/parts/values.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 256 * 1024 * 1024, MAX_VALUES = 65536 };

struct line {
    struct hash128 prompt;
    struct hash128 content; /* of prompt and answer */
    bool has_values;
    size_t number; /* in the file, from 1 */
    size_t start;  /* in `bytes` */
    size_t len;
};

struct replay_answers {
    char *path;
    struct text bytes;
    struct line *lines; /* [num], sorted by prompt, then kind */
    size_t num;
    size_t cap;
    bool has_texts;
    bool has_vectors;
};

char *replay_answers_path(const char *folder)
{
    static const char *const names[] = { "answers.jsonl", "answers.jsonl.gz" };

    for (size_t i = 0; i < 2; i++) {
        char *path = path_join(folder, names[i]);

        if (file_exists(path))
            return path;
        free(path);
    }
    return NULL;
}

static int compare_keys(const struct line *a, const struct line *b)
{
    int order = hash_compare(a->prompt, b->prompt);

    return order ? order : (int)a->has_values - (int)b->has_values;
}

static int compare_lines(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    int order = compare_keys(x, y);

    return order ? order : (x->number > y->number) - (x->number < y->number);
}

static int compare_to_key(const void *key, const void *line)
{
    return compare_keys(key, line);
}

static bool are_numbers(const struct cJSON *values)
{
    size_t num = json_count(values);

    if (!json_is_array(values) || num == 0 || num > MAX_VALUES)
        return false;
    for (const struct cJSON *at = json_first(values); at; at = json_next(at)) {
        if (!isfinite(json_number(at)))
            return false;
    }
    return true;
}

/* What is wrong with a line's object, or NULL. */
static const char *fault_of(const struct cJSON *json)
{
    const struct cJSON *res;
    const struct cJSON *values;

    if (!json_is_object(json))
        return "not an object";
    res = json_member(json, "res");
    values = json_member(json, "values");
    if (!json_member_text(json, "prompt"))
        return "no text \"prompt\"";
    if (!res == !values)
        return "needs either \"res\" or \"values\"";
    if (res && !json_is_text(res) && !json_is_null(res))
        return "\"res\" is neither a text nor null";
    if (values && !are_numbers(values))
        return "\"values\" is no array of 1 to 65536 numbers";
    return NULL;
}

static struct hash128 hash_prompt(const char *prompt)
{
    return hash_bytes(prompt, strlen(prompt));
}

static struct cJSON *parse(const struct replay_answers *self,
                           const struct line *line,
                           struct error *err)
{
    return json_parse(self->bytes.data + line->start,
                      line->len,
                      "the line",
                      err);
}

static int add_line(struct replay_answers *self,
                    const char *path,
                    struct line line,
                    struct error *err)
{
    struct cJSON *json = parse(self, &line, err);
    const char *fault = json ? fault_of(json) : NULL;

    if (!json)
        return error_wrap(err, "%s:%zu", path, line.number);
    if (fault) {
        json_free(json);
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu: %s",
                         path,
                         line.number,
                         fault);
    }
    line.prompt = hash_prompt(json_member_text(json, "prompt"));
    line.has_values = json_member(json, "values") != NULL;
    line.content = json_hash(json);
    json_free(json);
    if (line.has_values) {
        self->has_vectors = true;
    } else {
        self->has_texts = true;
    }
    self->lines = mem_reserve(self->lines,
                              &self->cap,
                              self->num + 1,
                              sizeof *self->lines);
    self->lines[self->num++] = line;
    return 0;
}

static bool is_blank(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!strchr(" \t\r", bytes[i]) || bytes[i] == '\0')
            return false;
    }
    return true;
}

static int add_lines(struct replay_answers *self,
                     const char *path,
                     struct error *err)
{
    const char *bytes = text_data(&self->bytes);
    size_t len = self->bytes.len;
    size_t number = 0;

    for (size_t at = 0; at < len;) {
        const char *end = memchr(bytes + at, '\n', len - at);
        size_t stop = end ? (size_t)(end - bytes) : len;
        struct line line = { .number = ++number,
                             .start = at,
                             .len = stop - at };

        if (!is_blank(bytes + at, line.len)
            && add_line(self, path, line, err) < 0)
            return -1;
        at = stop + 1;
    }
    return 0;
}

/* Two answers to one prompt: which would be meant? */
static int check_unique(const struct replay_answers *self,
                        const char *path,
                        struct error *err)
{
    for (size_t i = 1; i < self->num; i++) {
        const struct line *before = &self->lines[i - 1];
        const struct line *line = &self->lines[i];

        if (compare_keys(before, line) == 0) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s:%zu: the prompt of line %zu again; remove "
                             "the one that should not count",
                             path,
                             line->number,
                             before->number);
        }
    }
    return 0;
}

struct replay_answers *replay_answers_read(const char *path, struct error *err)
{
    struct replay_answers *self = mem_alloc(1, sizeof *self);

    self->path = mem_text(path);
    if (file_read(path, MAX_FILE_BYTES, &self->bytes, err) < 0
        || add_lines(self, path, err) < 0)
        goto fail;
    if (self->num > 0)
        qsort(self->lines, self->num, sizeof *self->lines, compare_lines);
    if (check_unique(self, path, err) < 0)
        goto fail;
    return self;

fail:
    replay_answers_destroy(self);
    return NULL;
}

void replay_answers_destroy(struct replay_answers *self)
{
    if (!self)
        return;
    text_release(&self->bytes);
    free(self->lines);
    free(self->path);
    free(self);
}

/* What a line says, whatever else it holds. */
static struct hash128 hash_answer(const struct replay_answers *self,
                                  const struct line *line)
{
    struct cJSON *json = parse(self, line, NULL);
    struct hash128 hash =
        json_hash(json_member(json, line->has_values ? "values" : "res"));

    json_free(json);
    return hash;
}

int replay_answers_agree(const struct replay_answers *self,
                         const struct replay_answers *other,
                         struct error *err)
{
    size_t at = 0;

    for (size_t i = 0; i < self->num; i++) {
        const struct line *line = &self->lines[i];
        const struct line *with;

        while (at < other->num && compare_keys(&other->lines[at], line) < 0)
            at++;
        if (at == other->num)
            break;
        with = &other->lines[at];
        if (compare_keys(with, line) != 0
            || hash_equal(hash_answer(self, line), hash_answer(other, with)))
            continue;
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu: another answer to the prompt of %s:%zu; "
                         "remove the one that should not count",
                         self->path,
                         line->number,
                         other->path,
                         with->number);
    }
    return 0;
}

size_t replay_answers_num(const struct replay_answers *self)
{
    return self->num;
}

struct hash128 replay_answers_hash(const struct replay_answers *self, size_t i)
{
    return self->lines[i].content;
}

unsigned replay_answers_can(const struct replay_answers *self)
{
    const unsigned texts =
        BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    const unsigned vectors = BACKEND_CAN(REQUEST_EMBED)
                             | BACKEND_CAN(REQUEST_CHOICES)
                             | BACKEND_CAN(REQUEST_CLASSIFY);

    return (self->has_texts ? texts : 0) | (self->has_vectors ? vectors : 0);
}

static const struct line *find(const struct replay_answers *self,
                               const char *prompt,
                               bool wants_values)
{
    struct line key = { .prompt = hash_prompt(prompt),
                        .has_values = wants_values };

    if (self->num == 0)
        return NULL;
    return bsearch(&key,
                   self->lines,
                   self->num,
                   sizeof *self->lines,
                   compare_to_key);
}

/* The line was checked when it was read. */
static void answer(const struct cJSON *json, struct reply *reply)
{
    const struct cJSON *from = json_member(json, "values");
    const char *text = json_member_text(json, "res");

    if (from) {
        double *values = mem_alloc(json_count(from), sizeof *values);
        uint32_t num = 0;

        for (const struct cJSON *at = json_first(from); at; at = json_next(at))
            values[num++] = json_number(at);
        values_answer(reply, values, num);
        free(values);
    } else if (text) {
        reply_set_text(reply, text, strlen(text), FINISH_STOP);
    } else {
        reply_fail(reply, STATE_BLOCKED, "recorded as null: nothing came back");
        reply->finish = FINISH_FILTER;
    }
}

void replay_answers_find(const struct replay_answers *self,
                         const struct request *request,
                         struct reply *reply)
{
    const char *prompt = request->messages[request->num_messages - 1].text;
    bool is_text =
        request->kind == REQUEST_CHAT || request->kind == REQUEST_COMPLETE;
    const struct line *line = find(self, prompt, !is_text);
    struct cJSON *json;

    /* a chat model may stand in for a classifier, and says it in words */
    if (!line && request->kind == REQUEST_CLASSIFY)
        line = find(self, prompt, false);
    json = line ? parse(self, line, NULL) : NULL;
    if (json) {
        answer(json, reply);
    } else {
        reply_fail(reply,
                   STATE_MISSING,
                   "no answer to this prompt in answers.jsonl");
    }
    json_free(json);
}
