#include "tests/http/fault_answer.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/http/fault_put.h"
#include "tests/http/question.h"

#include <stdio.h>
#include <string.h>

static uint64_t num_replaced, num_prints;

/* Of a reply; JSON texts with their quotes. */
struct words {
    struct text words, thoughts;
};

static void add_vector(struct text *out, const char *said)
{
    const struct hash128 hash = hash_bytes(said, strlen(said));

    for (int i = 0; i < 8; i++) {
        text_addf(out,
                  "%s%.3f",
                  i ? "," : "[",
                  (double)(hash.low >> (8 * i) & 0xff) / 256);
    }
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
    value = question_is(self, "above") ? 1.5
            : len > 0                  ? value / (double)len
                                       : 0;
    text_addf(out,
              "{\"attributeScores\":{\"%s\":{\"spanScores\":[],"
              "\"summaryScore\":{\"value\":%.6f,\"type\":\"PROBABILITY\"}}},"
              "\"languages\":[\"en\"]}",
              asked ? json_key(asked) : "",
              value);
}

static const char *finish_of(const struct question *self)
{
    const bool is_filter = question_is(self, "filter");
    const bool is_length =
        question_is(self, "length") || question_is(self, "budget");

    if (self->dialect == ANTHROPIC)
        return is_filter ? "refusal" : is_length ? "max_tokens" : "end_turn";
    if (self->dialect == GEMINI)
        return is_filter ? "SAFETY" : is_length ? "MAX_TOKENS" : "STOP";
    return is_filter ? "content_filter" : is_length ? "length" : "stop";
}

/* What it says, and what it thinks before: JSON texts with their quotes. */
static void say(const struct question *self, struct words *out)
{
    struct text *words = &out->words;
    struct text plain = { 0 };

    if (question_is(self, "think"))
        text_add(&plain, "<think>a thought</think>");
    if (!question_is(self, "budget") && !question_is(self, "empty"))
        text_add(&plain, self->said);
    if (question_is(self, "leak"))
        text_add(&plain, self->request->head);
    if (question_is(self, "leak-escaped")) {
        /* every byte as some languages write a few */
        text_add(words, "\"");
        for (const char *at = self->request->head; *at; at++)
            text_addf(words, "\\u%04X", (unsigned)(unsigned char)*at);
        text_add(words, "\"");
    } else {
        json_write_text(text_data(&plain), plain.len, words);
    }
    if (question_is(self, "nul")) {
        words->data[--words->len] = '\0';
        text_add(words, "\\u0000\"");
    }
    if (question_is(self, "utf8"))
        words->data[1] = (char)0xff;
    text_add(&out->thoughts,
             question_is(self, "reasoning") || question_is(self, "budget")
                 ? "\"a thought\""
                 : "null");
    text_release(&plain);
}

/* What stands behind the choices of a chat. */
static void add_rest(const struct question *self, struct text *out)
{
    if (question_is(self, "fingerprints")) {
        text_addf(out,
                  ",\"system_fingerprint\":\"fp_%llu\"",
                  (unsigned long long)++num_prints);
    }
    if (question_is(self, "usage-below")) {
        text_add(out,
                 ",\"usage\":{\"prompt_tokens\":-7,"
                 "\"completion_tokens\":NaN}");
    } else if (!question_is(self, "usage-none")) {
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
    const bool is_replaced =
        question_is(self, "replaced") && ++num_replaced > 5;

    if (question_is(self, "snapshot"))
        return "served-2024-08-06";
    if (is_replaced)
        return "served-2025-01-01";
    return asked_for ? asked_for : "served-2024-08-06";
}

static void write_chat(const struct question *self,
                       const struct words *said,
                       struct text *out)
{
    text_addf(out,
              "{\"id\":\"same\",\"model\":\"%s\",\"choices\":[{\"index\":0,"
              "\"message\":{\"role\":\"assistant\",\"content\":%s,"
              "\"reasoning_content\":%s},\"finish_reason\":\"%s\"}]",
              served_by(self),
              text_data(&said->words),
              text_data(&said->thoughts),
              finish_of(self));
    add_rest(self, out);
}

static void write_completion(const struct question *self,
                             const struct words *said,
                             struct text *out)
{
    text_addf(out,
              "{\"id\":\"same\",\"model\":\"%s\",\"choices\":[{\"text\":%s,"
              "\"finish_reason\":\"%s\"}],\"usage\":{\"prompt_tokens\":7,"
              "\"completion_tokens\":5}}",
              served_by(self),
              text_data(&said->words),
              finish_of(self));
}

static void write_anthropic(const struct question *self,
                            const struct words *said,
                            struct text *out)
{
    text_addf(out,
              "{\"id\":\"same\",\"model\":\"%s\",\"content\":["
              "{\"type\":\"thinking\",\"thinking\":%s},"
              "{\"type\":\"text\",\"text\":%s}],\"stop_reason\":\"%s\","
              "\"usage\":{\"input_tokens\":7,\"output_tokens\":5}}",
              served_by(self),
              text_data(&said->thoughts),
              text_data(&said->words),
              finish_of(self));
}

static void write_gemini(const struct question *self,
                         const struct words *said,
                         struct text *out)
{
    text_addf(out,
              "{\"candidates\":[{\"content\":{\"parts\":["
              "{\"thought\":true,\"text\":%s},{\"text\":%s}]},"
              "\"finishReason\":\"%s\"}],\"usageMetadata\":{"
              "\"promptTokenCount\":7,\"candidatesTokenCount\":5}}",
              text_data(&said->thoughts),
              text_data(&said->words),
              finish_of(self));
}

static void write_answer(const struct question *self,
                         const struct words *said,
                         struct text *out)
{
    switch (self->dialect) {
    case CHAT:
        write_chat(self, said, out);
        break;
    case COMPLETE:
        write_completion(self, said, out);
        break;
    case EMBED:
        text_add(out, "{\"data\":[{\"embedding\":");
        add_vector(out, self->said);
        text_add(out, "}],\"usage\":{\"prompt_tokens\":7}}");
        break;
    case ANTHROPIC:
        write_anthropic(self, said, out);
        break;
    case GEMINI:
        write_gemini(self, said, out);
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

void fault_answer(const struct question *self, struct server_reply *out)
{
    struct words said = { 0 };
    struct text body = { 0 };

    say(self, &said);
    write_answer(self, &said, &body);
    fault_put(out, "200 OK", "", text_data(&body), body.len);
    if (question_is(self, "drip"))
        out->drip_ms = 100;
    text_release(&said.words);
    text_release(&said.thoughts);
    text_release(&body);
}
