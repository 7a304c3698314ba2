/*
 * Anthropic's Messages.  There is no seed and no repetition penalty; a budget
 * for thinking stands in the body, and wants the temperature left out.
 *
 * source  docs.anthropic.com/en/api/messages
 */
#include "base/json.h"
#include "base/text.h"
#include "generate/http/http_dialect.h"
#include "generate/http/http_reading.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stddef.h>

static const char *const headers[] = { "anthropic-version: 2023-06-01", NULL };

/* No fewer may be asked for. */
static const int32_t min_thinking = 1024;

static void address(const struct http_target *target,
                    enum request_kind kind,
                    struct text *out)
{
    (void)kind;
    text_addf(out, "%s/messages", target->url);
}

static struct cJSON *make_body(const struct http_target *target,
                               const struct request *request,
                               struct cJSON **settings)
{
    struct cJSON *body = json_new_object();
    struct cJSON *list;
    struct text system = { 0 };

    *settings = body;
    json_add_text(body, "model", target->model);
    list = json_add_array(body, "messages");
    for (uint32_t i = 0; i < request->num_messages; i++) {
        const struct chat_message *from = &request->messages[i];
        struct cJSON *message;

        if (text_equal(from->role, "system")) {
            text_addf(&system, "%s%s", system.len ? "\n" : "", from->text);
            continue;
        }
        message = json_new_object();
        json_add_text(message, "role", from->role);
        json_add_text(message, "content", from->text);
        json_append(list, message);
    }
    if (system.len > 0)
        json_add_text(body, "system", text_data(&system));
    text_release(&system);
    if (request->sampling.thinking_tokens >= min_thinking) {
        struct cJSON *thinking = json_add_object(body, "thinking");

        json_add_text(thinking, "type", "enabled");
        json_add_number(thinking,
                        "budget_tokens",
                        request->sampling.thinking_tokens);
    }
    return body;
}

static void read_blocks(const struct cJSON *blocks, struct http_reading *out)
{
    for (const struct cJSON *block = json_first(blocks); block;
         block = json_next(block)) {
        const char *type = json_member_text(block, "type");
        const char *text = json_member_text(block, "text");
        const char *thought = json_member_text(block, "thinking");

        if (text_equal(type, "text") && text)
            text_add(&out->text, text);
        if (text_equal(type, "thinking") && thought)
            text_add(&out->reasoning, thought);
        if (text_equal(type, "thinking")
            || text_equal(type, "redacted_thinking"))
            out->has_thought = true;
    }
}

static int read_reply(const struct cJSON *root,
                      enum request_kind kind,
                      struct reply *out,
                      struct error *err)
{
    const struct cJSON *usage = json_member(root, "usage");
    const char *stop = json_member_text(root, "stop_reason");
    struct http_reading reading = { .finish = FINISH_STOP };

    (void)kind;
    if (!json_is_array(json_member(root, "content")))
        return error_set(err, ERR_FORMAT, "a message without content");
    out->cached_tokens =
        http_reading_count(json_member(usage, "cache_read_input_tokens"));
    out->prompt_tokens =
        http_reading_count(json_member(usage, "input_tokens"))
        + http_reading_count(json_member(usage, "cache_creation_input_tokens"))
        + out->cached_tokens;
    out->reply_tokens = http_reading_count(json_member(usage, "output_tokens"));
    if (text_equal(stop, "refusal")) {
        http_reading_blocked(out, "stop_reason refusal: the provider's filter");
        return 0;
    }
    if (text_equal(stop, "max_tokens")
        || text_equal(stop, "model_context_window_exceeded"))
        reading.finish = FINISH_LENGTH;
    read_blocks(json_member(root, "content"), &reading);
    http_reading_end(&reading, out);
    return 0;
}

const struct http_dialect http_dialect_anthropic = {
    .name = "anthropic",
    .help = "Anthropic's Messages",
    .url = "https://api.anthropic.com/v1",
    .key_env = "ANTHROPIC_API_KEY",
    .key_header = "x-api-key: ",
    .headers = headers,
    .can = BACKEND_CAN(REQUEST_CHAT),
    .settings = { [HTTP_TEMPERATURE] = "temperature",
                  [HTTP_TOP_P] = "top_p",
                  [HTTP_TOP_K] = "top_k",
                  [HTTP_MAX_TOKENS] = "max_tokens" },
    .address = address,
    .body = make_body,
    .read = read_reply,
};
