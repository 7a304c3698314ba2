#include "generate/http/http_openai.h"

#include "base/json.h"
#include "base/text.h"
#include "generate/http/http_reading.h"
#include "trustsweep/error.h"

#include <string.h>

const char *http_openai_path(enum request_kind kind)
{
    if (kind == REQUEST_EMBED)
        return "/embeddings";
    return kind == REQUEST_COMPLETE ? "/completions" : "/chat/completions";
}

static void add_messages(struct cJSON *body, const struct request *request)
{
    struct cJSON *list = json_add_array(body, "messages");

    for (uint32_t i = 0; i < request->num_messages; i++) {
        struct cJSON *message = json_new_object();

        json_add_text(message, "role", request->messages[i].role);
        json_add_text(message, "content", request->messages[i].text);
        json_append(list, message);
    }
}

struct cJSON *http_openai_body(const struct http_target *target,
                               const struct request *request,
                               struct cJSON **settings)
{
    const char *text = request->messages[request->num_messages - 1].text;
    struct cJSON *body = json_new_object();

    *settings = body;
    json_add_text(body, "model", target->model);
    switch (request->kind) {
    case REQUEST_EMBED:
        json_add_text(body, "input", text);
        json_add_text(body, "encoding_format", "float");
        break;
    case REQUEST_COMPLETE:
        json_add_text(body, "prompt", text);
        break;
    case REQUEST_NONE:
    case REQUEST_CHAT:
    case REQUEST_CHOICES:
    case REQUEST_CLASSIFY:
    case NUM_REQUEST_KINDS:
        add_messages(body, request);
        if (target->effort)
            json_add_text(body, "reasoning_effort", target->effort);
        break;
    }
    return body;
}

static enum finish_reason finish_of(const char *word)
{
    if (!word)
        return FINISH_STOP;
    if (text_equal(word, "length") || text_equal(word, "model_length"))
        return FINISH_LENGTH;
    if (text_equal(word, "content_filter") || text_equal(word, "sensitive"))
        return FINISH_FILTER;
    /* the second one is DeepSeek's, of a server without room */
    return text_equal(word, "error")
                   || text_equal(word, "insufficient_system_resource")
               ? FINISH_ERROR
               : FINISH_STOP;
}

/* A part of a content: text, the model's own words where it declines, or
 * reasoning, as a text or in parts. */
static void read_part(const struct cJSON *part, struct http_reading *out)
{
    const struct cJSON *thinking = json_member(part, "thinking");
    const char *text = json_member_text(part, "text");

    if (!text)
        text = json_member_text(part, "refusal");
    if (text)
        text_add(&out->text, text);
    if (json_is_text(thinking))
        text_add(&out->reasoning, json_text(thinking));
    if (!json_is_array(thinking))
        return;
    for (const struct cJSON *at = json_first(thinking); at;
         at = json_next(at)) {
        if (json_member_text(at, "text"))
            text_add(&out->reasoning, json_member_text(at, "text"));
    }
}

static void read_content(const struct cJSON *content, struct http_reading *out)
{
    if (json_is_text(content))
        text_add(&out->text, json_text(content));
    if (!json_is_array(content))
        return;
    for (const struct cJSON *part = json_first(content); part;
         part = json_next(part))
        read_part(part, out);
}

static void read_usage(const struct cJSON *root, struct reply *out)
{
    const struct cJSON *usage = json_member(root, "usage");

    out->prompt_tokens =
        http_reading_count(json_member(usage, "prompt_tokens"));
    out->reply_tokens =
        http_reading_count(json_member(usage, "completion_tokens"));
    out->cached_tokens = http_reading_count(
        json_member(json_member(usage, "prompt_tokens_details"),
                    "cached_tokens"));
}

/* Tokens of it are counted even where it is not shown. */
static bool has_thought(const struct cJSON *root)
{
    const struct cJSON *details =
        json_member(json_member(root, "usage"), "completion_tokens_details");

    return http_reading_count(json_member(details, "reasoning_tokens")) > 0;
}

static int read_text(const struct cJSON *root,
                     enum request_kind kind,
                     struct reply *out,
                     struct error *err)
{
    const struct cJSON *choice = json_element(json_member(root, "choices"), 0);
    const struct cJSON *message = json_member(choice, "message");
    struct http_reading reading = { .has_thought = has_thought(root) };
    const char *reasoning = json_member_text(message, "reasoning_content");

    if (!json_is_object(choice)
        || (kind == REQUEST_CHAT ? !json_is_object(message)
                                 : !json_member_text(choice, "text")))
        return error_set(err, ERR_FORMAT, "a reply without choices");
    if (!reasoning)
        reasoning = json_member_text(message, "reasoning");
    if (reasoning)
        text_add(&reading.reasoning, reasoning);
    if (kind == REQUEST_CHAT) {
        read_content(json_member(message, "content"), &reading);
        /* the model's own words where it declines a form */
        if (reading.text.len == 0 && json_member_text(message, "refusal"))
            text_add(&reading.text, json_member_text(message, "refusal"));
    } else {
        text_add(&reading.text, json_member_text(choice, "text"));
    }
    reading.finish = finish_of(json_member_text(choice, "finish_reason"));
    http_reading_end(&reading, out);
    return 0;
}

int http_openai_read(const struct cJSON *root,
                     enum request_kind kind,
                     struct reply *out,
                     struct error *err)
{
    read_usage(root, out);
    if (kind != REQUEST_EMBED)
        return read_text(root, kind, out, err);
    return http_reading_vector(
        json_member(json_element(json_member(root, "data"), 0), "embedding"),
        out,
        err);
}
