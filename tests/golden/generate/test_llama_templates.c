/*
 * Chat templates of twelve model families, rendered as `transformers` renders
 * them, byte for byte: with and without a system text, thinking on and off, on
 * the pinned date.  templates.jsonl holds checksums; record_templates.py made it
 * with transformers 5.24.0 and jinja2 3.1.6.
 *
 * The templates are those in llama.cpp's source: TRUSTSWEEP_TEMPLATES names their
 * folder, else it is looked for in the cache.  Skipped without it and without
 * the small chat model, whose vocabulary gives the tokens that begin and end a
 * text.
 */
#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "base/file.h"
#    include "base/hash.h"
#    include "base/json.h"
#    include "base/text.h"
#    include "generate/llama/llama_template.h"
#    include "trustsweep/error.h"

#    include <llama.h>

#    include <setjmp.h>
#    include <stdarg.h>
#    include <stddef.h>
#    include <stdint.h>
#    include <stdio.h>
#    include <stdlib.h>
#    include <string.h>

#    include <cmocka.h>

enum { MAX_BYTES = 1 << 20 };

static const char recordings[] = "tests/golden/generate/templates.jsonl";
static const char user_text[] =
    "  Is it \"wrong\" to lie?\n\nAnswer <yes> or 'no' \xe2\x80\x93 nothing "
    "else.\n";
static const char system_text[] = "You are terse.";

static struct llama_model *model;
static char *folder;

static char *in_cache(const char *path)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    return cache && *cache
               ? text_format("%s/trustsweep/%s", cache, path)
               : text_format("%s/.cache/trustsweep/%s", home ? home : "", path);
}

static char *find_templates(void)
{
    const char *given = getenv("TRUSTSWEEP_TEMPLATES");
    char *sources = in_cache("src");
    struct name_list names = { 0 };
    char *out = given ? text_format("%s", given) : NULL;

    if (!out && file_list(sources, &names, NULL) == 0) {
        for (size_t i = 0; i < names.num && !out; i++) {
            if (text_starts(names.names[i], "llama-"))
                out = text_format("%s/%s/models/templates",
                                  sources,
                                  names.names[i]);
        }
    }
    name_list_release(&names);
    free(sources);
    return out;
}

static void load_vocabulary(void)
{
    static const char name[] = "SmolLM2-135M-Instruct.Q4_1.gguf";
    struct llama_model_params params = llama_model_default_params();
    const char *given = getenv("TRUSTSWEEP_MODELS");
    char *models = given ? text_format("%s", given) : in_cache("models");
    char *path = path_join(models, name);

    params.vocab_only = true;
    if (file_exists(path))
        model = llama_model_load_from_file(path, params);
    free(path);
    free(models);
}

/* NULL: the template refuses. */
static char *render(const char *text, bool has_system, bool thinking)
{
    static const char *const roles[] = { "system", "user" };
    const char *texts[] = { system_text, user_text };
    const size_t first = has_system ? 0 : 1;
    struct error err = { 0 };
    struct llama_template *made =
        llama_template_create(model, text, "it", &err);
    char *out;

    if (!made)
        fail_msg("%s", err.text);
    out = llama_template_render(made,
                                roles + first,
                                texts + first,
                                2 - first,
                                thinking,
                                NULL);
    llama_template_destroy(made);
    return out;
}

/* Whether one recording is met; what is not is printed. */
static bool is_equal(const struct cJSON *line)
{
    const char *name = json_member_text(line, "template");
    const char *expected = json_member_text(line, "sha256");
    const bool has_system = json_member_bool(line, "system", false);
    const bool thinking = json_member_bool(line, "thinking", false);
    char *path = text_format("%s/%s.jinja", folder, name);
    struct text text = { 0 };
    char sha256[SHA256_TEXT] = "";
    char *ours;
    bool same;

    assert_int_equal(file_read(path, MAX_BYTES, &text, NULL), 0);
    sha256_bytes(text_data(&text), text.len, sha256);
    assert_string_equal(sha256, json_member_text(line, "template_sha256"));
    ours = render(text_data(&text), has_system, thinking);
    if (ours)
        sha256_bytes(ours, strlen(ours), sha256);
    same = ours && expected && strcmp(sha256, expected) == 0;
    if (!same) {
        print_error("%s, %s system, thinking %d: %s\n",
                    name,
                    has_system ? "with" : "without",
                    thinking,
                    ours ? ours : "refused");
    }
    free(ours);
    free(path);
    text_release(&text);
    return same;
}

static void renderings_are_those_of_transformers(void **state)
{
    struct text all = { 0 };
    const char *at;
    int num = 0;
    int num_equal = 0;

    (void)state;
    if (!model || !folder || !file_is_folder(folder))
        skip();
    assert_int_equal(file_read(recordings, MAX_BYTES, &all, NULL), 0);
    for (at = text_data(&all); *at;) {
        size_t len = strcspn(at, "\n");
        struct cJSON *line = json_parse(at, len, recordings, NULL);

        assert_non_null(line);
        num_equal += is_equal(line);
        num++;
        json_free(line);
        at += len + 1;
    }
    print_message("%d of %d renderings\n", num_equal, num);
    assert_true(num >= 24);
    assert_int_equal(num_equal, num);
    text_release(&all);
}

/* By the template alone, not by what a model then writes. */
static void reasoning_is_known(void **state)
{
    static const struct {
        const char *name;
        const char *open;
        const char *close;
    } rows[] = {
        { "openai-gpt-oss-120b", "<|channel|>analysis<|message|>", "<|end|>" },
        { "Qwen-Qwen3-0.6B", "<think>", "</think>" },
        { "ByteDance-Seed-OSS", "<seed:think>", "</seed:think>" },
        { "mistralai-Ministral-3-14B-Reasoning-2512", "[THINK]", "[/THINK]" },
        { "meta-llama-Llama-3.2-3B-Instruct", "", "" },
        { "google-gemma-2-2b-it", "", "" },
    };

    (void)state;
    if (!model || !folder || !file_is_folder(folder))
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *path = text_format("%s/%s.jinja", folder, rows[i].name);
        struct text text = { 0 };
        struct llama_template *made;

        assert_int_equal(file_read(path, MAX_BYTES, &text, NULL), 0);
        made = llama_template_create(model, text_data(&text), path, NULL);
        assert_non_null(made);
        assert_string_equal(llama_template_think_open(made), rows[i].open);
        assert_string_equal(llama_template_think_close(made), rows[i].close);
        llama_template_destroy(made);
        text_release(&text);
        free(path);
    }
}

static void say_nothing(enum ggml_log_level level,
                        const char *text,
                        void *context)
{
    (void)level;
    (void)text;
    (void)context;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renderings_are_those_of_transformers),
        cmocka_unit_test(reasoning_is_known),
    };
    int failed;

    llama_log_set(say_nothing, NULL);
    folder = find_templates();
    load_vocabulary();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    llama_model_free(model);
    free(folder);
    return failed;
}
#endif
