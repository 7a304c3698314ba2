#include "tests/http/question.h"

#include "base/hash.h"
#include "base/json.h"

#include <stdio.h>
#include <string.h>

enum { MAX_SEEN = 8192 };

/* How often a prompt has come. */
static struct {
    struct hash128 prompt;
    uint64_t num;
} seen[MAX_SEEN];

static uint64_t count(const char *text)
{
    const struct hash128 hash = hash_bytes(text, strlen(text));

    for (size_t i = 0; i < MAX_SEEN; i++) {
        if (seen[i].num == 0)
            seen[i].prompt = hash;
        if (hash_equal(seen[i].prompt, hash))
            return ++seen[i].num;
    }
    return 1;
}

static const struct cJSON *last(const struct cJSON *array)
{
    const size_t num = json_count(array);

    return num > 0 ? json_element(array, num - 1) : NULL;
}

static const char *what_was_said(const struct cJSON *root)
{
    const struct cJSON *at = last(json_member(root, "messages"));
    const char *text = json_member_text(at, "content");

    if (!text)
        text = json_member_text(root, "prompt");
    if (!text)
        text = json_member_text(root, "input");
    at = last(json_member(root, "contents"));
    if (!text) {
        text =
            json_member_text(json_element(json_member(at, "parts"), 0), "text");
    }
    at = json_member(json_member(root, "content"), "parts");
    if (!text)
        text = json_member_text(json_element(at, 0), "text");
    if (!text)
        text = json_member_text(json_member(root, "comment"), "text");
    return text ? text : "";
}

enum dialect question_dialect(const char *target)
{
    if (strstr(target, "/stats"))
        return STATS;
    if (strstr(target, "/chat/completions"))
        return CHAT;
    if (strstr(target, "/completions"))
        return COMPLETE;
    if (strstr(target, "/comments:analyze"))
        return PERSPECTIVE;
    if (strstr(target, ":embedContent"))
        return GEMINI_EMBED;
    if (strstr(target, ":generateContent"))
        return GEMINI;
    return strstr(target, "/messages") ? ANTHROPIC : EMBED;
}

/* "fault=NAME" or "fault:NAME", the first one of the body or the address. */
static void find_fault(struct question *self)
{
    const char *const places[] = { self->request->body, self->request->target };

    for (size_t i = 0; i < 2 && !self->fault[0]; i++) {
        const char *at = places[i];

        while ((at = strstr(at, "fault")) && at[5] != '=' && at[5] != ':')
            at++;
        if (!at)
            continue;
        at += strlen("fault=");
        (void)snprintf(self->fault,
                       sizeof self->fault,
                       "%.*s",
                       (int)strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                       at);
    }
}

void question_read(struct question *self, const struct server_request *request)
{
    *self = (struct question){ .request = request,
                               .dialect = question_dialect(request->target) };
    self->root =
        json_parse(request->body, strlen(request->body), "request", NULL);
    self->said = what_was_said(self->root);
    self->times = count(self->said);
    find_fault(self);
}

void question_release(struct question *self)
{
    json_free(self->root);
}

bool question_is(const struct question *self, const char *fault)
{
    return strcmp(self->fault, fault) == 0;
}

bool question_is_first(const struct question *self, const char *fault)
{
    return question_is(self, fault) && self->times == 1;
}
