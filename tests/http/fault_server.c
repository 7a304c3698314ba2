/*
 * A model server that does what is asked of it: "fault=NAME" or "fault:NAME" in
 * a prompt or a model's name says what goes wrong.  Without it the last message
 * comes back, in the dialect of the address.
 *
 * usage: fault_server [LATENCY_MS [CERTIFICATE]]
 *
 * CERTIFICATE        speak TLS, with a certificate that is written there
 * FAULT_SERVER_CUTS  so many connections are cut at first
 * FAULT_SERVER_KEY   the key that requests have to carry; unset: none
 *
 * Prints its port; ends with its standard input.  GET /stats tells what it saw.
 */
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/http/server.h"
#include "tests/http/tls.h"
#include "trustsweep/bug.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAD_REQUEST       "400 Bad Request"
#define TOO_MANY_REQUESTS "429 Too Many Requests"
#define SERVER_ERROR      "500 Internal Server Error"

enum {
    MAX_SEEN = 8192,
    MAX_FAULTS = 64,
    HUGE_BYTES = 100 * 1000 * 1000,
    DEEP = 100000
};

enum dialect {
    CHAT,
    COMPLETE,
    EMBED,
    ANTHROPIC,
    GEMINI,
    GEMINI_EMBED,
    PERSPECTIVE,
    STATS
};

/* How often a prompt has come. */
static struct {
    struct hash128 prompt;
    uint64_t num;
} seen[MAX_SEEN];

static struct {
    char name[32];
    uint64_t num;
} faults[MAX_FAULTS];

static int64_t latency_ms;
static uint64_t num_with_key, num_proxied, num_replaced, num_prints;

struct question {
    const struct server_request *request;
    enum dialect dialect;
    char fault[32];
    const char *said; /* the last message; "" = none was found */
    uint64_t times;   /* that it came, this one included */
    struct cJSON *root;
    struct text words, thoughts; /* of the reply: say() */
};

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

static void count_fault(const char *name)
{
    for (size_t i = 0; i < MAX_FAULTS; i++) {
        if (faults[i].num == 0)
            (void)snprintf(faults[i].name, sizeof faults[i].name, "%s", name);
        if (strcmp(faults[i].name, name) == 0) {
            faults[i].num++;
            return;
        }
    }
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
    if (!text)
        text =
            json_member_text(json_element(json_member(at, "parts"), 0), "text");
    at = json_member(json_member(root, "content"), "parts");
    if (!text)
        text = json_member_text(json_element(at, 0), "text");
    if (!text)
        text = json_member_text(json_member(root, "comment"), "text");
    return text ? text : "";
}

static enum dialect dialect_of(const char *target)
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

static bool is(const struct question *self, const char *fault)
{
    return strcmp(self->fault, fault) == 0;
}

/* Whether the fault is one of the first time only: "X-1". */
static bool is_first(const struct question *self, const char *fault)
{
    return is(self, fault) && self->times == 1;
}

/* A whole reply; `more`: further header lines. */
static void put(struct server_reply *out,
                const char *status,
                const char *more,
                const char *body,
                size_t len)
{
    text_addf(&out->bytes,
              "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s"
              "Content-Length: %zu\r\n\r\n",
              status,
              more,
              len);
    text_add_len(&out->bytes, body, len);
}

static void put_error(struct server_reply *out,
                      const char *status,
                      const char *more,
                      const char *code,
                      const char *message)
{
    struct text body = { 0 };

    text_addf(&body,
              "{\"error\":{\"message\":\"%s\",\"type\":\"error\","
              "\"param\":null,\"code\":\"%s\"}}",
              message,
              code);
    put(out, status, more, text_data(&body), body.len);
    text_release(&body);
}

static void add_vector(struct text *out, const char *said)
{
    const struct hash128 hash = hash_bytes(said, strlen(said));

    for (int i = 0; i < 8; i++)
        text_addf(out,
                  "%s%.3f",
                  i ? "," : "[",
                  (double)(hash.low >> (8 * i) & 0xff) / 256);
    text_add(out, "]");
}

/* How toxic: the share of bytes that are '!', of what was asked for. */
static void add_scores(const struct question *self, struct text *out)
{
    const struct cJSON *asked =
        json_first(json_member(self->root, "requestedAttributes"));
    const size_t len = strlen(self->said);
    double value = 0;

    for (size_t i = 0; i < len; i++)
        value += self->said[i] == '!';
    value = is(self, "above") ? 1.5 : len > 0 ? value / (double)len : 0;
    text_addf(out,
              "{\"attributeScores\":{\"%s\":{\"spanScores\":[],"
              "\"summaryScore\":{\"value\":%.6f,\"type\":\"PROBABILITY\"}}},"
              "\"languages\":[\"en\"]}",
              asked ? json_key(asked) : "",
              value);
}

/* What Perspective refuses; true = one of it. */
static bool answer_refused(const struct question *self,
                           struct server_reply *out)
{
    const struct cJSON *language =
        json_element(json_member(self->root, "languages"), 0);

    if (self->dialect != PERSPECTIVE)
        return false;
    if (strlen(self->said) > 20480) {
        put_error(out, BAD_REQUEST, "", "COMMENT_TOO_LONG", "too long");
    } else if (!text_equal(json_text(language), "en")) {
        put_error(out,
                  BAD_REQUEST,
                  "",
                  "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
                  "Attribute TOXICITY does not support request languages");
    } else if (is(self, "key")) {
        put_error(out,
                  BAD_REQUEST,
                  "",
                  "INVALID_ARGUMENT",
                  "API key not valid. Please pass a valid API key.");
    } else {
        return false;
    }
    return true;
}

static const char *finish_of(const struct question *self)
{
    const bool is_filter = is(self, "filter");
    const bool is_length = is(self, "length") || is(self, "budget");

    if (self->dialect == ANTHROPIC)
        return is_filter ? "refusal" : is_length ? "max_tokens" : "end_turn";
    if (self->dialect == GEMINI)
        return is_filter ? "SAFETY" : is_length ? "MAX_TOKENS" : "STOP";
    return is_filter ? "content_filter" : is_length ? "length" : "stop";
}

/* What it says, and what it thinks before: JSON texts with their quotes. */
static void say(struct question *self)
{
    struct text *words = &self->words;
    struct text plain = { 0 };

    if (is(self, "think"))
        text_add(&plain, "<think>a thought</think>");
    if (!is(self, "budget") && !is(self, "empty"))
        text_add(&plain, self->said);
    if (is(self, "leak"))
        text_add(&plain, self->request->head);
    if (is(self, "leak-escaped")) {
        /* every byte as some languages write a few */
        text_add(words, "\"");
        for (const char *at = self->request->head; *at; at++)
            text_addf(words, "\\u%04X", (unsigned)(unsigned char)*at);
        text_add(words, "\"");
    } else {
        json_write_text(text_data(&plain), plain.len, words);
    }
    if (is(self, "nul")) {
        words->data[--words->len] = '\0';
        text_add(words, "\\u0000\"");
    }
    if (is(self, "utf8"))
        words->data[1] = (char)0xff;
    text_add(&self->thoughts,
             is(self, "reasoning") || is(self, "budget") ? "\"a thought\""
                                                         : "null");
    text_release(&plain);
}

/* What stands behind the choices of a chat. */
static void add_rest(const struct question *self, struct text *out)
{
    if (is(self, "fingerprints")) {
        text_addf(out,
                  ",\"system_fingerprint\":\"fp_%llu\"",
                  (unsigned long long)++num_prints);
    }
    if (is(self, "usage-below")) {
        text_add(out,
                 ",\"usage\":{\"prompt_tokens\":-7,"
                 "\"completion_tokens\":NaN}");
    } else if (!is(self, "usage-none")) {
        text_add(out,
                 ",\"usage\":{\"prompt_tokens\":7,"
                 "\"completion_tokens\":5}");
    }
    text_add(out, "}");
}

/* What stands behind a name is replaced after some requests. */
static const char *served_by(const struct question *self)
{
    const char *asked_for = json_member_text(self->root, "model");
    const bool is_replaced = is(self, "replaced") && ++num_replaced > 5;

    if (is(self, "snapshot"))
        return "served-2024-08-06";
    if (is_replaced)
        return "served-2025-01-01";
    return asked_for ? asked_for : "served-2024-08-06";
}

static void write_chat(const struct question *self, struct text *out)
{
    text_addf(out,
              "{\"id\":\"same\",\"model\":\"%s\",\"choices\":[{\"index\":0,"
              "\"message\":{\"role\":\"assistant\",\"content\":%s,"
              "\"reasoning_content\":%s},\"finish_reason\":\"%s\"}]",
              served_by(self),
              text_data(&self->words),
              text_data(&self->thoughts),
              finish_of(self));
    add_rest(self, out);
}

static void write_completion(const struct question *self, struct text *out)
{
    text_addf(out,
              "{\"id\":\"same\",\"model\":\"%s\",\"choices\":[{\"text\":%s,"
              "\"finish_reason\":\"%s\"}],\"usage\":{\"prompt_tokens\":7,"
              "\"completion_tokens\":5}}",
              served_by(self),
              text_data(&self->words),
              finish_of(self));
}

static void write_anthropic(const struct question *self, struct text *out)
{
    text_addf(out,
              "{\"id\":\"same\",\"model\":\"%s\",\"content\":["
              "{\"type\":\"thinking\",\"thinking\":%s},"
              "{\"type\":\"text\",\"text\":%s}],\"stop_reason\":\"%s\","
              "\"usage\":{\"input_tokens\":7,\"output_tokens\":5}}",
              served_by(self),
              text_data(&self->thoughts),
              text_data(&self->words),
              finish_of(self));
}

static void write_gemini(const struct question *self, struct text *out)
{
    text_addf(out,
              "{\"candidates\":[{\"content\":{\"parts\":["
              "{\"thought\":true,\"text\":%s},{\"text\":%s}]},"
              "\"finishReason\":\"%s\"}],\"usageMetadata\":{"
              "\"promptTokenCount\":7,\"candidatesTokenCount\":5}}",
              text_data(&self->thoughts),
              text_data(&self->words),
              finish_of(self));
}

static void write_answer(const struct question *self, struct text *out)
{
    switch (self->dialect) {
    case CHAT:
        write_chat(self, out);
        break;
    case COMPLETE:
        write_completion(self, out);
        break;
    case EMBED:
        text_add(out, "{\"data\":[{\"embedding\":");
        add_vector(out, self->said);
        text_add(out, "}],\"usage\":{\"prompt_tokens\":7}}");
        break;
    case ANTHROPIC:
        write_anthropic(self, out);
        break;
    case GEMINI:
        write_gemini(self, out);
        break;
    case GEMINI_EMBED:
        text_add(out, "{\"embedding\":{\"values\":");
        add_vector(out, self->said);
        text_add(out, "}}");
        break;
    case PERSPECTIVE:
        add_scores(self, out);
        break;
    case STATS:
        break;
    }
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

    if (is_first(self, "limit-hidden")) {
        put(out, "200 OK", "", limit, strlen(limit));
    } else if (is(self, "moderated")) {
        put(out, "403 Forbidden", "", moderated, strlen(moderated));
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
    put(out, "307 Temporary Redirect", text_data(&line), "", 0);
    text_release(&line);
}

/* With the key in it, as some do. */
static void put_denied(const struct question *self, struct server_reply *out)
{
    struct text leak = { 0 };

    json_write_text(self->request->head, strlen(self->request->head), &leak);
    leak.data[leak.len - 1] = '\0';
    put_error(out,
              is(self, "denied") ? "401 Unauthorized" : "403 Forbidden",
              "",
              "invalid_api_key",
              text_data(&leak) + 1);
    text_release(&leak);
}

static const struct {
    const char *fault;
    bool once;         /* the first time only */
    const char *field; /* NULL, or only of a request that has this field */
    const char *status, *more, *code, *message; /* as of put_error() */
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
        if (!is(self, errors[i].fault) || (errors[i].once && self->times > 1)
            || (errors[i].field
                && !strstr(self->request->body, errors[i].field)))
            continue;
        put_error(out,
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

    if (is_first(self, "limit-body")) {
        put(out, TOO_MANY_REQUESTS, "", limit, strlen(limit));
    } else if (is(self, "denied") || is(self, "forbidden")) {
        put_denied(self, out);
    } else if (is(self, "redirect")) {
        put(out,
            "307 Temporary Redirect",
            "Location: http://elsewhere.invalid/v1\r\n",
            "",
            0);
    } else if (is(self, "redirect-leak")) {
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
    put(out, "200 OK", "", text_data(&body), body.len);
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
    const bool is_cut =
        is(self, "reset") || is(self, "cut") || is_first(self, "cut-1");

    if (is(self, "never")) {
        out->never = true;
    } else if (is_cut) {
        text_add(&out->bytes,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 "Content-Length: 500\r\n\r\n{\"choices\":[{\"mess");
        out->ends = true;
        out->resets = is(self, "reset");
    } else if (is(self, "short")) {
        text_add(&out->bytes,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 "Content-Length: 20\r\n\r\n{\"choices\":[{\"message\":{}}]}");
        out->ends = true;
    } else if (is(self, "garbage")) {
        text_add(&out->bytes, "this is not HTTP\r\n\r\n");
        out->ends = true;
    } else if (is(self, "html")) {
        put(out, "200 OK", "", html, strlen(html));
    } else if (is(self, "other")) {
        put(out, "200 OK", "", "{\"choices\":[]}", 14);
    } else if (is(self, "huge")) {
        put_huge(out);
    } else if (is(self, "claim")) {
        text_add(&out->bytes,
                 "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{");
    } else if (is(self, "deep")) {
        put_deep(out);
    } else {
        return false;
    }
    return true;
}

static void put_stats(const struct server_counts *counts,
                      struct server_reply *out)
{
    struct text body = { 0 };

    text_addf(&body,
              "{\"connections\":%llu,\"requests\":%llu,\"most_waiting\":%llu,"
              "\"with_key\":%llu,\"proxied\":%llu,\"http2\":%u,\"faults\":{",
              (unsigned long long)counts->connections,
              (unsigned long long)counts->requests,
              (unsigned long long)counts->most_waiting,
              (unsigned long long)num_with_key,
              (unsigned long long)num_proxied,
              tls_offers_http2());
    for (size_t i = 0; i < MAX_FAULTS && faults[i].num > 0; i++) {
        text_addf(&body,
                  "%s\"%s\":%llu",
                  i ? "," : "",
                  faults[i].name,
                  (unsigned long long)faults[i].num);
    }
    text_add(&body, "}}");
    put(out, "200 OK", "", text_data(&body), body.len);
    text_release(&body);
}

static void answer(const struct server_request *request,
                   const struct server_counts *counts,
                   struct server_reply *out)
{
    struct question self = { .request = request,
                             .dialect = dialect_of(request->target) };
    const char *key = getenv("FAULT_SERVER_KEY");
    struct text body = { 0 };

    if (self.dialect == STATS) {
        put_stats(counts, out);
        return;
    }
    out->delay_ms = latency_ms;
    num_proxied += strncmp(request->target, "http://", 7) == 0;
    if (key && strstr(request->head, key))
        num_with_key++;
    self.root =
        json_parse(request->body, strlen(request->body), "request", NULL);
    self.said = what_was_said(self.root);
    self.times = count(self.said);
    find_fault(&self);
    count_fault(self.fault);
    if (key && !strstr(request->head, key)) {
        put_error(out, "401 Unauthorized", "", "invalid_api_key", "no key");
    } else if (!self.root || !self.said[0]) {
        put_error(out, BAD_REQUEST, "", "no_prompt", "no prompt");
    } else if (!answer_refused(&self, out) && !answer_gateway(&self, out)
               && !answer_error(&self, out) && !answer_other_error(&self, out)
               && !answer_badly(&self, out)) {
        say(&self);
        write_answer(&self, &body);
        put(out, "200 OK", "", text_data(&body), body.len);
        if (is(&self, "drip"))
            out->drip_ms = 100;
    }
    text_release(&self.words);
    text_release(&self.thoughts);
    text_release(&body);
    json_free(self.root);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        (void)text_to_int64(argv[1], &latency_ms);
    if (argc > 2 && tls_begin(argv[2]) < 0)
        return 1;
    return server_run(answer);
}
