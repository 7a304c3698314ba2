#include "generate/http/http_complaint.h"

#include "base/json.h"
#include "base/text.h"
#include "base/text_show.h"
#include "generate/http/http_hints.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* As OpenAI, Azure, Google, Anthropic, DashScope, OpenRouter, vLLM and
 * llama-server name them. */
static const struct {
    enum http_complaint_kind kind;
    const char *code;
} codes[] = {
    { COMPLAINT_FILTER, "content_filter" },
    { COMPLAINT_FILTER, "content_policy_violation" },
    { COMPLAINT_FILTER, "invalid_prompt" },
    { COMPLAINT_FILTER, "ResponsibleAIPolicyViolation" },
    { COMPLAINT_FILTER, "data_inspection_failed" },
    { COMPLAINT_FILTER, "DataInspectionFailed" },
    { COMPLAINT_FILTER, "flagged_input" },
    { COMPLAINT_OVERLONG, "context_length_exceeded" },
    { COMPLAINT_OVERLONG, "exceed_context_size_error" },
    { COMPLAINT_OVERLONG, "request_too_large" },
    { COMPLAINT_ACCOUNT, "insufficient_quota" },
    { COMPLAINT_ACCOUNT, "billing_not_active" },
    { COMPLAINT_ACCOUNT, "billing_hard_limit_reached" },
    { COMPLAINT_ACCOUNT, "billing_error" },
};

/* Where there is no code; in lower case. */
static const struct {
    enum http_complaint_kind kind;
    const char *words;
} phrases[] = {
    { COMPLAINT_FILTER, "requires moderation" },
    { COMPLAINT_FILTER, "input was flagged" },
    { COMPLAINT_FILTER, "prompt was flagged" },
    { COMPLAINT_FILTER, "content was flagged" },
    { COMPLAINT_FILTER, "by content filter" },
    { COMPLAINT_FILTER, "by the content filter" },
    { COMPLAINT_FILTER, "content moderation" },
    { COMPLAINT_OVERLONG, "maximum context length" },
    { COMPLAINT_OVERLONG, "available context size" },
    { COMPLAINT_OVERLONG, "prompt is too long" },
    { COMPLAINT_OVERLONG, "exceeds the maximum number of tokens" },
    { COMPLAINT_ACCOUNT, "credit balance is too low" },
    { COMPLAINT_ACCOUNT, "api key not valid" }, /* Google's 400 */
};

/* Text as one line, cut at a character. */
static void keep(char *out, size_t size, const char *text)
{
    size_t len = strlen(text);

    if (len >= size)
        len = size - 1;
    memcpy(out, text, len);
    out[text_valid_utf8(out, len)] = '\0';
    text_show_clean(out, ' ');
}

static void add_code(const struct cJSON *object,
                     const char *key,
                     struct http_complaint *out)
{
    const char *code = json_member_text(object, key);
    const size_t len = strlen(out->code);

    if (code)
        (void)snprintf(out->code + len, sizeof out->code - len, " %.60s", code);
}

static const char *message_of(const struct cJSON *object)
{
    const char *message = json_member_text(object, "message");

    if (!message)
        message = json_member_text(object, "detail");
    return message ? message : json_member_text(object, "error");
}

/* FastAPI, which many servers are made with, says where a request is wrong:
 * {"detail": [{"loc": ["body", "seed"], "msg": "..."}]} */
static void read_detail(const struct cJSON *detail, struct http_complaint *out)
{
    const struct cJSON *first = json_element(detail, 0);
    const struct cJSON *place = json_member(first, "loc");
    const size_t depth = json_count(place);
    const char *text = json_member_text(first, "msg");

    if (text)
        keep(out->message, sizeof out->message, text);
    text = depth > 0 ? json_text(json_element(place, depth - 1)) : NULL;
    if (text)
        keep(out->param, sizeof out->param, text);
}

/* Google has no header for it: {"details": [{"@type": "...RetryInfo",
 * "retryDelay": "39s"}]} */
static void read_delay(const struct cJSON *details, struct http_complaint *out)
{
    const struct cJSON *at =
        json_is_array(details) ? json_first(details) : NULL;

    for (; at; at = json_next(at)) {
        const char *delay = json_member_text(at, "retryDelay");

        if (delay)
            out->retry_ms = http_hints_span(delay);
    }
}

static void read_json(const struct cJSON *root, struct http_complaint *out)
{
    static const char key[] = "flagged_input";
    const struct cJSON *error;
    const char *text;

    if (json_is_array(root))
        root = json_element(root, 0);
    error = json_member(root, "error");
    if (!json_is_object(error))
        error = root;
    text = message_of(error);
    if (text)
        keep(out->message, sizeof out->message, text);
    if (json_is_array(json_member(error, "detail")))
        read_detail(json_member(error, "detail"), out);
    text = json_member_text(error, "param");
    if (text)
        keep(out->param, sizeof out->param, text);
    add_code(error, "code", out);
    add_code(error, "type", out);
    add_code(error, "status", out);
    read_delay(json_member(error, "details"), out);
    add_code(json_member(error, "innererror"), "code", out);
    /* OpenRouter's words for it: {"metadata": {"flagged_input": "..."}} */
    if (json_is_text(json_member(json_member(error, "metadata"), key))) {
        (void)snprintf(out->code + strlen(out->code),
                       sizeof out->code - strlen(out->code),
                       " %s",
                       key);
    }
}

void http_complaint_read(const struct text *body, struct http_complaint *out)
{
    struct text clean = { 0 };
    struct cJSON *root;

    *out = (struct http_complaint){ .retry_ms = -1 };
    text_add_utf8(&clean, text_data(body), body->len);
    if (clean.len > 0)
        json_mend_nuls(clean.data, clean.len);
    root = json_parse(text_data(&clean), clean.len, "error", NULL);
    if (root) {
        read_json(root, out);
    } else if (text_data(&clean)[0] != '<') {
        keep(out->message, sizeof out->message, text_data(&clean));
    }
    json_free(root);
    text_release(&clean);
}

/* One of the words of `list`, whatever its case. */
static bool has_code(const char *list, const char *code)
{
    const size_t len = strlen(code);

    for (; *list; list++) {
        if (*list == ' ' && strncasecmp(list + 1, code, len) == 0
            && (list[len + 1] == ' ' || list[len + 1] == '\0'))
            return true;
    }
    return false;
}

static bool has_words(const char *message, const char *words)
{
    const size_t len = strlen(words);

    for (; *message; message++) {
        if (strncasecmp(message, words, len) == 0)
            return true;
    }
    return false;
}

bool http_complaint_is(const struct http_complaint *self,
                       enum http_complaint_kind kind)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].kind == kind && has_code(self->code, codes[i].code))
            return true;
    }
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        if (phrases[i].kind == kind
            && has_words(self->message, phrases[i].words))
            return true;
    }
    return false;
}
