#include "tests/http/fault_failure.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/http/fault_put.h"
#include "tests/http/question.h"
#include "trustsweep/bug.h"

#include <string.h>

enum { HUGE_BYTES = 100 * 1000 * 1000, DEEP = 100000 };

/* What Perspective refuses; true = one of it. */
static bool answer_refused(const struct question *self,
                           struct server_reply *out)
{
    const struct cJSON *language =
        json_element(json_member(self->root, "languages"), 0);

    if (self->dialect != PERSPECTIVE)
        return false;
    if (strlen(self->said) > 20480) {
        fault_put_error(out, BAD_REQUEST, "", "COMMENT_TOO_LONG", "too long");
    } else if (!text_equal(json_text(language), "en")) {
        fault_put_error(
            out,
            BAD_REQUEST,
            "",
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            "Attribute TOXICITY does not support request languages");
    } else if (question_is(self, "key")) {
        fault_put_error(out,
                        BAD_REQUEST,
                        "",
                        "INVALID_ARGUMENT",
                        "API key not valid. Please pass a valid API key.");
    } else {
        return false;
    }
    return true;
}

/* What gateways say of those behind them; true = one of it. */
static bool answer_gateway(const struct question *self,
                           struct server_reply *out)
{
    static const char limit[] =
        "{\"error\":{\"code\":429,\"message\":\"slow down\"}}";
    static const char moderated[] =
        "{\"error\":{\"code\":403,\"message\":\"no\",\"metadata\":{"
        "\"reasons\":[\"a\"],\"flagged_input\":\"b\"}}}";

    if (question_is_first(self, "limit-hidden")) {
        fault_put(out, "200 OK", "", limit, strlen(limit));
    } else if (question_is(self, "moderated")) {
        fault_put(out, "403 Forbidden", "", moderated, strlen(moderated));
    } else {
        return false;
    }
    return true;
}

/* To a host whose name ends in the key, so long that it is cut within that. */
static void put_leading_to_key(const struct question *self,
                               struct server_reply *out)
{
    const char *key = strstr(self->request->head, "Bearer ");
    const size_t len = key ? strcspn(key + 7, "\r\n") : 0;
    struct text line = { 0 };

    text_add(&line, "Location: http://");
    for (int i = 0; i < 95; i++)
        text_add(&line, "x");
    text_addf(&line, "%.*s.invalid/v1\r\n", (int)len, key ? key + 7 : "");
    fault_put(out, "307 Temporary Redirect", text_data(&line), "", 0);
    text_release(&line);
}

/* With the key in it, as some do. */
static void put_denied(const struct question *self, struct server_reply *out)
{
    struct text leak = { 0 };

    json_write_text(self->request->head, strlen(self->request->head), &leak);
    leak.data[leak.len - 1] = '\0';
    fault_put_error(out,
                    question_is(self, "denied") ? "401 Unauthorized"
                                                : "403 Forbidden",
                    "",
                    "invalid_api_key",
                    text_data(&leak) + 1);
    text_release(&leak);
}

static const struct {
    const char *fault;
    bool once;         /* the first time only */
    const char *field; /* NULL, or only of a request that has this field */
    const char *status, *more, *code, *message; /* as of fault_put_error() */
} errors[] = {
    { "limit", false, NULL, TOO_MANY_REQUESTS, "", "rate_limit", "slow down" },
    { "limit-1", true, NULL, TOO_MANY_REQUESTS, "", "rate_limit", "slow down" },
    { "limit-after",
      true,
      NULL,
      TOO_MANY_REQUESTS,
      "Retry-After: 1\r\n",
      "rate_limit",
      "slow down" },
    { "limit-zero",
      false,
      NULL,
      TOO_MANY_REQUESTS,
      "Retry-After: 0\r\n",
      "rate_limit",
      "slow down" },
    { "limit-long",
      false,
      NULL,
      TOO_MANY_REQUESTS,
      "Retry-After: 99999\r\n",
      "rate_limit",
      "slow down" },
    { "quota",
      false,
      NULL,
      TOO_MANY_REQUESTS,
      "",
      "insufficient_quota",
      "pay" },
    { "error", false, NULL, SERVER_ERROR, "", "server", "it broke" },
    { "error-1", true, NULL, SERVER_ERROR, "", "server", "it broke" },
    { "missing",
      false,
      NULL,
      "404 Not Found",
      "",
      "model_not_found",
      "no such model" },
    { "blocked",
      false,
      NULL,
      BAD_REQUEST,
      "",
      "content_filter",
      "not this one" },
    { "overlong",
      false,
      NULL,
      BAD_REQUEST,
      "",
      "context_length_exceeded",
      "This model's maximum context length is 8 tokens" },
    { "bad", false, NULL, BAD_REQUEST, "", "bad", "this makes no sense" },
    { "temperature",
      false,
      "\"temperature\"",
      BAD_REQUEST,
      "",
      "unsupported_value",
      "Unsupported value: 'temperature' does not support 0 with "
      "this model. Only the default (1) value is supported." },
    { "max-tokens",
      false,
      "\"max_tokens\"",
      BAD_REQUEST,
      "",
      "unsupported_parameter",
      "Unsupported parameter: 'max_tokens' is not supported with "
      "this model. Use 'max_completion_tokens' instead." },
};

/* Errors that a server says; true = one of them. */
static bool answer_error(const struct question *self, struct server_reply *out)
{
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (!question_is(self, errors[i].fault)
            || (errors[i].once && self->times > 1)
            || (errors[i].field
                && !strstr(self->request->body, errors[i].field)))
            continue;
        fault_put_error(out,
                        errors[i].status,
                        errors[i].more,
                        errors[i].code,
                        errors[i].message);
        return true;
    }
    return false;
}

/* Errors that are not put as others are; true = one of them. */
static bool answer_other_error(const struct question *self,
                               struct server_reply *out)
{
    static const char limit[] =
        "{\"error\":{\"code\":429,\"message\":\"slow down\",\"status\":"
        "\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":\"RetryInfo\","
        "\"retryDelay\":\"1s\"}]}}";

    if (question_is_first(self, "limit-body")) {
        fault_put(out, TOO_MANY_REQUESTS, "", limit, strlen(limit));
    } else if (question_is(self, "denied") || question_is(self, "forbidden")) {
        put_denied(self, out);
    } else if (question_is(self, "redirect")) {
        fault_put(out,
                  "307 Temporary Redirect",
                  "Location: http://elsewhere.invalid/v1\r\n",
                  "",
                  0);
    } else if (question_is(self, "redirect-leak")) {
        put_leading_to_key(self, out);
    } else {
        return false;
    }
    return true;
}

static void put_deep(struct server_reply *out)
{
    struct text body = { 0 };

    for (int i = 0; i < DEEP; i++)
        text_add(&body, "[");
    fault_put(out, "200 OK", "", text_data(&body), body.len);
    text_release(&body);
}

static void put_huge(struct server_reply *out)
{
    text_addf(&out->bytes,
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
              "Transfer-Encoding: identity\r\nConnection: close\r\n\r\n\"");
    out->repeats = HUGE_BYTES;
    out->ends = true;
}

/* Replies that break off or make no sense; true = one of them. */
static bool answer_badly(const struct question *self, struct server_reply *out)
{
    static const char html[] =
        "<html><body>Sign in to this network</body></html>";
    const bool is_cut = question_is(self, "reset") || question_is(self, "cut")
                        || question_is_first(self, "cut-1");

    if (question_is(self, "never")) {
        out->never = true;
    } else if (is_cut) {
        text_add(&out->bytes,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 "Content-Length: 500\r\n\r\n{\"choices\":[{\"mess");
        out->ends = true;
        out->resets = question_is(self, "reset");
    } else if (question_is(self, "short")) {
        text_add(&out->bytes,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 "Content-Length: 20\r\n\r\n{\"choices\":[{\"message\":{}}]}");
        out->ends = true;
    } else if (question_is(self, "garbage")) {
        text_add(&out->bytes, "this is not HTTP\r\n\r\n");
        out->ends = true;
    } else if (question_is(self, "html")) {
        fault_put(out, "200 OK", "", html, strlen(html));
    } else if (question_is(self, "other")) {
        fault_put(out, "200 OK", "", "{\"choices\":[]}", 14);
    } else if (question_is(self, "huge")) {
        put_huge(out);
    } else if (question_is(self, "claim")) {
        text_add(&out->bytes,
                 "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{");
    } else if (question_is(self, "deep")) {
        put_deep(out);
    } else {
        return false;
    }
    return true;
}

bool fault_failure(const struct question *self, struct server_reply *out)
{
    return answer_refused(self, out) || answer_gateway(self, out)
           || answer_error(self, out) || answer_other_error(self, out)
           || answer_badly(self, out);
}
