/*
 * Job files nobody would write: each is refused with a text that says where, or
 * read; what was read and is written again says the same.
 */
#define FUZZ_ROUNDS 20000
#include "base/file.h"
#include "job/job.h"
#include "tests/fuzz/fuzz.h"
#include "trustsweep/error.h"

static const char path[] = "fuzz/job.json";

/* What most changes begin with: something of every kind of key. */
static const char *const bases[] = {
    "{ \"models\": [ { \"name\": \"a\", \"backend\": \"sim:\" } ] }",
    "{ \"name\": \"every\", \"dataset\": \"sample\", \"limit\": 2,\n"
    "  \"only\": [\"safety/*\"], \"repeats\": 3, \"seed\": 4, \"mix\": \"any\",\n"
    "  \"generation\": { \"max_tokens\": 8, \"temperature\": 0.5 },\n"
    "  \"roles\": { \"judge\": \"sim:\", \"refusal\": \"builtin\" },\n"
    "  \"cells\": [ { \"models\": [\"a\"], \"tasks\": [\"*\"], \"skip\": true } ],\n"
    "  \"models\": [ { \"name\": \"a\", \"backend\": \"sim:seed=1\",\n"
    "    \"gpus\": 2, \"load_s\": 5, \"only\": [\"ethics/*\"] },\n"
    "   { \"name\": \"b\", \"backend\": \"http:m,url=http://h:1/v1\" } ] }",
    "{ \"checkpoints\": { \"files\": \"c/step-*\", \"until\": \"06:00\",\n"
    "  \"deadline\": \"2999-01-01T08:00\", \"too_late\": \"cheap\" },\n"
    "  \"utility\": [ { \"dataset\": \"sample\", \"task\": \"mmlu-sample\" } ],\n"
    "  \"gpu_types\": [ { \"type\": \"x\", \"hosts\": [\"n*\"], \"speed\": 2 } ],\n"
    "  \"weights\": { \"safety\": 2 } }",
};

/* Of JSON and of job files. */
static const char *const words[] = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "-1",
    "1e309",
    "0.5",
    "\"\"",
    "\"*\"",
    "\"../..\"",
    "\"a\"",
    "[[[[[[[[",
    "9999999999999999999",
    "\"\\ud800\"",
    "\"${HOME}\"",
    "\"${NO_SUCH}\"",
    "\"sim:\"",
    "\"models\":",
    "\"name\":",
    "\"roles\":",
    "\"cells\":",
    "\"llama:x.gguf\"",
    "\"replay:\"",
    "\"http:\"",
    "\"\\u0000\"",
};

static void change(struct draws *draws, struct text *text)
{
    const char *word = words[draw(draws, ARRAY_LEN(words))];
    const size_t at = draw(draws, text->len);
    struct text out = { 0 };
    size_t left;

    if (text->len == 0 || one_in(draws, 2)) {
        if (text->len > 0)
            mutate(draws, text);
        return;
    }
    /* a word in the place of some bytes */
    left = draw(draws, 12);
    left = left < text->len - at ? left : text->len - at;
    text_add_len(&out, text->data, at);
    text_add(&out, word);
    text_add_len(&out, text->data + at + left, text->len - at - left);
    text_release(text);
    *text = out;
}

static void make(struct draws *draws, struct text *out)
{
    if (take_rest(draws, out))
        return;
    text_add(out, bases[draw(draws, ARRAY_LEN(bases))]);
    do {
        change(draws, out);
    } while (!one_in(draws, 3) && out->len < 1 << 16);
}

static void check_same(const struct job *job)
{
    struct cJSON *first = job_effective(job);
    struct text written = { 0 };
    struct error err = { 0 };
    struct cJSON *second;
    struct job *again;

    json_write(first, &written);
    again = job_parse(text_data(&written), written.len, path, NULL, 0, &err);
    if (!again) {
        BUG("seed %llu: what was written is refused: %s: %s",
            (unsigned long long)fuzz_seed,
            err.text,
            text_data(&written));
    }
    second = job_effective(again);
    CHECK(hash_equal(json_hash(first), json_hash(second)));
    json_free(first);
    json_free(second);
    job_destroy(again);
    text_release(&written);
}

void fuzz_round(struct draws *draws)
{
    struct text text = { 0 };
    struct error err = { 0 };
    struct job *job;

    make(draws, &text);
    job = job_parse(text_data(&text), text.len, path, NULL, 0, &err);
    CHECK(job || (err.code != ERR_NONE && strstr(err.text, path)));
    CHECK(!job || job->num_models > 0 || job->checkpoints.files);
    if (job)
        check_same(job);
    job_destroy(job);
    text_release(&text);
}

void fuzz_set_up(void)
{
    fuzz_subject = "job";
}

void fuzz_tear_down(void)
{
}
