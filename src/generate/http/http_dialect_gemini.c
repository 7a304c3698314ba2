/*
 * Google's Gemini API.  Thoughts are parts with a mark; a prompt that is
 * blocked has no candidate, a reply that is blocked says why it ended.
 *
 * source  ai.google.dev/api/generate-content, ai.google.dev/api/embeddings
 */
#include "base/json.h"
#include "base/text.h"
#include "generate/http/http_dialect.h"
#include "generate/http/http_reading.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stddef.h>

static void address(const struct http_target *target,
                    enum request_kind kind,
                    struct text *out)
{
    text_addf(out,
              "%s/models/%s:%s",
              target->url,
              target->model,
              kind == REQUEST_EMBED ? "embedContent" : "generateContent");
}

static void add_text(struct cJSON *content, const char *text)
{
    struct cJSON *parts = json_add_array(content, "parts");
    struct cJSON *part = json_new_object();

    json_add_text(part, "text", text);
    json_append(parts, part);
}

static void add_contents(struct cJSON *body, const struct request *request)
{
    struct cJSON *list = json_add_array(body, "contents");

    for (uint32_t i = 0; i < request->num_messages; i++) {
        const struct chat_message *from = &request->messages[i];
        struct cJSON *content;

        if (text_equal(from->role, "system")) {
            add_text(json_add_object(body, "systemInstruction"), from->text);
            continue;
        }
        content = json_new_object();
        json_add_text(content,
                      "role",
                      text_equal(from->role, "assistant") ? "model" : "user");
        add_text(content, from->text);
        json_append(list, content);
    }
}

static struct cJSON *make_body(const struct http_target *target,
                               const struct request *request,
                               struct cJSON **settings)
{
    struct cJSON *body = json_new_object();
    struct cJSON *thinking;

    (void)target;
    *settings = body;
    if (request->kind == REQUEST_EMBED) {
        add_text(json_add_object(body, "content"),
                 request->messages[request->num_messages - 1].text);
        return body;
    }
    add_contents(body, request);
    *settings = json_add_object(body, "generationConfig");
    if (request->sampling.thinking_tokens > 0) {
        thinking = json_add_object(*settings, "thinkingConfig");
        json_add_number(thinking,
                        "thinkingBudget",
                        request->sampling.thinking_tokens);
        json_add_bool(thinking, "includeThoughts", true);
    }
    return body;
}

static bool is_blocking(const char *reason)
{
    static const char *const words[] = {
        "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII",
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (text_equal(reason, words[i]))
            return true;
    }
    return false;
}

static void block(struct reply *out, const char *what, const char *reason)
{
    struct text why = { 0 };

    text_addf(&why, "%s %.60s", what, reason);
    http_reading_blocked(out, text_data(&why));
    text_release(&why);
}

static void read_parts(const struct cJSON *parts, struct http_reading *out)
{
    for (const struct cJSON *part = json_first(parts); part;
         part = json_next(part)) {
        const char *text = json_member_text(part, "text");

        if (text && json_member_bool(part, "thought", false)) {
            text_add(&out->reasoning, text);
        } else if (text) {
            text_add(&out->text, text);
        }
    }
}

static void read_usage(const struct cJSON *root,
                       struct reply *out,
                       struct http_reading *reading)
{
    const struct cJSON *usage = json_member(root, "usageMetadata");
    const uint32_t thoughts =
        http_reading_count(json_member(usage, "thoughtsTokenCount"));

    out->prompt_tokens =
        http_reading_count(json_member(usage, "promptTokenCount"));
    out->cached_tokens =
        http_reading_count(json_member(usage, "cachedContentTokenCount"));
    out->reply_tokens =
        http_reading_count(json_member(usage, "candidatesTokenCount"))
        + thoughts;
    reading->has_thought = thoughts > 0;
}

static int read_reply(const struct cJSON *root,
                      enum request_kind kind,
                      struct reply *out,
                      struct error *err)
{
    const struct cJSON *feedback = json_member(root, "promptFeedback");
    const struct cJSON *candidate =
        json_element(json_member(root, "candidates"), 0);
    const char *ended = json_member_text(candidate, "finishReason");
    struct http_reading reading = { .finish = FINISH_STOP };

    if (kind == REQUEST_EMBED) {
        return http_reading_vector(
            json_member(json_member(root, "embedding"), "values"),
            out,
            err);
    }
    read_usage(root, out, &reading);
    if (json_member_text(feedback, "blockReason")) {
        block(out, "blockReason", json_member_text(feedback, "blockReason"));
        return 0;
    }
    if (!json_is_object(candidate))
        return error_set(err, ERR_FORMAT, "a reply without candidates");
    if (is_blocking(ended)) {
        block(out, "finishReason", ended);
        return 0;
    }
    if (text_equal(ended, "MAX_TOKENS"))
        reading.finish = FINISH_LENGTH;
    read_parts(json_member(json_member(candidate, "content"), "parts"),
               &reading);
    http_reading_end(&reading, out);
    return 0;
}

const struct http_dialect http_dialect_gemini = {
    .name = "gemini",
    .help = "Google's Gemini API",
    .url = "https://generativelanguage.googleapis.com/v1beta",
    .key_env = "GEMINI_API_KEY",
    .key_header = "x-goog-api-key: ",
    .can = BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_EMBED),
    .settings = { [HTTP_TEMPERATURE] = "temperature",
                  [HTTP_TOP_P] = "topP",
                  [HTTP_TOP_K] = "topK",
                  [HTTP_SEED] = "seed",
                  [HTTP_MAX_TOKENS] = "maxOutputTokens" },
    .address = address,
    .body = make_body,
    .read = read_reply,
};
