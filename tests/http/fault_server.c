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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        put_error(out, "400 Bad Request", "", "COMMENT_TOO_LONG", "too long");
    } else if (!text_equal(json_text(language), "en")) {
        put_error(out,
                  "400 Bad Request",
                  "",
                  "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
                  "Attribute TOXICITY does not support request languages");
    } else if (is(self, "key")) {
        put_error(out,
                  "400 Bad Request",
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
static void say(const struct question *self,
                struct text *words,
                struct text *thoughts)
{
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
    text_add(thoughts,
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

static void write_answer(const struct question *self, struct text *out)
{
    const char *finish = finish_of(self);
    const char *served = json_member_text(self->root, "model");
    struct text words = { 0 };
    struct text thoughts = { 0 };

    say(self, &words, &thoughts);
    /* what stands behind a name is replaced after some requests */
    if (is(self, "replaced") && ++num_replaced > 5)
        served = "served-2025-01-01";
    if (is(self, "snapshot") || !served)
        served = "served-2024-08-06";
    switch (self->dialect) {
    case CHAT:
        text_addf(out,
                  "{\"id\":\"same\",\"model\":\"%s\",\"choices\":[{\"index\":0,"
                  "\"message\":{\"role\":\"assistant\",\"content\":%s,"
                  "\"reasoning_content\":%s},\"finish_reason\":\"%s\"}]",
                  served,
                  text_data(&words),
                  text_data(&thoughts),
                  finish);
        add_rest(self, out);
        break;
    case COMPLETE:
        text_addf(out,
                  "{\"id\":\"same\",\"model\":\"%s\",\"choices\":[{\"text\":%s,"
                  "\"finish_reason\":\"%s\"}],\"usage\":{\"prompt_tokens\":7,"
                  "\"completion_tokens\":5}}",
                  served,
                  text_data(&words),
                  finish);
        break;
    case EMBED:
        text_add(out, "{\"data\":[{\"embedding\":");
        add_vector(out, self->said);
        text_add(out, "}],\"usage\":{\"prompt_tokens\":7}}");
        break;
    case ANTHROPIC:
        text_addf(out,
                  "{\"id\":\"same\",\"model\":\"%s\",\"content\":["
                  "{\"type\":\"thinking\",\"thinking\":%s},"
                  "{\"type\":\"text\",\"text\":%s}],\"stop_reason\":\"%s\","
                  "\"usage\":{\"input_tokens\":7,\"output_tokens\":5}}",
                  served,
                  text_data(&thoughts),
                  text_data(&words),
                  finish);
        break;
    case GEMINI:
        text_addf(out,
                  "{\"candidates\":[{\"content\":{\"parts\":["
                  "{\"thought\":true,\"text\":%s},{\"text\":%s}]},"
                  "\"finishReason\":\"%s\"}],\"usageMetadata\":{"
                  "\"promptTokenCount\":7,\"candidatesTokenCount\":5}}",
                  text_data(&thoughts),
                  text_data(&words),
                  finish);
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
    text_release(&words);
    text_release(&thoughts);
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

/* Errors that a server says; true = one of them. */
static bool answer_error(const struct question *self, struct server_reply *out)
{
    struct text leak = { 0 };

    if (is(self, "limit") || is_first(self, "limit-1")) {
        put_error(out, "429 Too Many Requests", "", "rate_limit", "slow down");
    } else if (is_first(self, "limit-after")) {
        put_error(out,
                  "429 Too Many Requests",
                  "Retry-After: 1\r\n",
                  "rate_limit",
                  "slow down");
    } else if (is_first(self, "limit-body")) {
        static const char body[] =
            "{\"error\":{\"code\":429,\"message\":\"slow down\",\"status\":"
            "\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":\"RetryInfo\","
            "\"retryDelay\":\"1s\"}]}}";

        put(out, "429 Too Many Requests", "", body, strlen(body));
    } else if (is(self, "limit-long")) {
        put_error(out,
                  "429 Too Many Requests",
                  "Retry-After: 99999\r\n",
                  "rate_limit",
                  "slow down");
    } else if (is(self, "quota")) {
        put_error(out,
                  "429 Too Many Requests",
                  "",
                  "insufficient_quota",
                  "pay");
    } else if (is(self, "error") || is_first(self, "error-1")) {
        put_error(out, "500 Internal Server Error", "", "server", "it broke");
    } else if (is(self, "denied") || is(self, "forbidden")) {
        /* as some do, with the key in it */
        json_write_text(self->request->head,
                        strlen(self->request->head),
                        &leak);
        leak.data[leak.len - 1] = '\0';
        put_error(out,
                  is(self, "denied") ? "401 Unauthorized" : "403 Forbidden",
                  "",
                  "invalid_api_key",
                  text_data(&leak) + 1);
        text_release(&leak);
    } else if (is(self, "missing")) {
        put_error(out, "404 Not Found", "", "model_not_found", "no such model");
    } else if (is(self, "redirect")) {
        put(out,
            "307 Temporary Redirect",
            "Location: http://elsewhere.invalid/v1\r\n",
            "",
            0);
    } else if (is(self, "redirect-leak")) {
        put_leading_to_key(self, out);
    } else if (is(self, "blocked")) {
        put_error(out, "400 Bad Request", "", "content_filter", "not this one");
    } else if (is(self, "overlong")) {
        put_error(out,
                  "400 Bad Request",
                  "",
                  "context_length_exceeded",
                  "This model's maximum context length is 8 tokens");
    } else if (is(self, "bad")) {
        put_error(out, "400 Bad Request", "", "bad", "this makes no sense");
    } else if (is(self, "temperature")
               && strstr(self->request->body, "\"temperature\"")) {
        put_error(out,
                  "400 Bad Request",
                  "",
                  "unsupported_value",
                  "Unsupported value: 'temperature' does not support 0 with "
                  "this model. Only the default (1) value is supported.");
    } else if (is(self, "max-tokens")
               && strstr(self->request->body, "\"max_tokens\"")) {
        put_error(out,
                  "400 Bad Request",
                  "",
                  "unsupported_parameter",
                  "Unsupported parameter: 'max_tokens' is not supported with "
                  "this model. Use 'max_completion_tokens' instead.");
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
        put_error(out, "400 Bad Request", "", "no_prompt", "no prompt");
    } else if (!answer_refused(&self, out) && !answer_gateway(&self, out)
               && !answer_error(&self, out) && !answer_badly(&self, out)) {
        write_answer(&self, &body);
        put(out, "200 OK", "", text_data(&body), body.len);
        if (is(&self, "drip"))
            out->drip_ms = 100;
    }
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
