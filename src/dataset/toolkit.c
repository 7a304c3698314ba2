#include "dataset/toolkit.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/prompts_file.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 1024 * 1024, MAX_PLACES = 4 };

/* A mark in the toolkit's wording, and our place. */
struct mark {
    const char *mark;
    const char *place;
};

/*
 * One of our wordings and the toolkit's.
 *
 * marks   those that the toolkit fills in code; others stand under "mapping"
 * places  that ours must have in the end
 */
struct wording {
    const char *name;
    const char *key;
    bool is_appended; /* the toolkit puts the reply after the text */
    struct mark marks[MAX_PLACES];
    const char *places[MAX_PLACES];
};

/* Three keys of the toolkit are one wording here, so they must agree. */
static const struct wording wordings[] = {
    { "adv_factuality",
      "advfact",
      false,
      { { 0 } },
      { "{prompt}", "{reply}" } },
    { "ethics", "ETHICS", true, { { 0 } }, { "{reply}" } },
    { "internal_answer",
      "squad",
      false,
      { { 0 } },
      { "{question}", "{answers}", "{reply}" } },
    { "internal_answer",
      "adv",
      false,
      { { 0 } },
      { "{question}", "{answers}", "{reply}" } },
    { "internal_answer",
      "hotpot",
      false,
      { { 0 } },
      { "{question}", "{answers}", "{reply}" } },
    { "ood_generalization",
      "ood_generalization",
      false,
      { { "[res]", "{reply}" }, { "[label]", "{label}" } },
      { "{label}", "{reply}" } },
    { "stereotype_agreement",
      "stereotype_agreement",
      true,
      { { 0 } },
      { "{reply}" } },
    { "stereotype_recognition",
      "stereotype_recognition",
      true,
      { { 0 } },
      { "{reply}" } },
    { "sycophancy_preference",
      "sycophancy_preference",
      false,
      { { 0 } },
      { "{first}", "{second}" } },
};

/* Item fields that the toolkit's mappings name. */
static const struct mark fields[] = {
    { "res", "{reply}" },
    { "prompt", "{prompt}" },
    { "modified knowledge", "{modified}" },
    { "knowledge", "{knowledge}" },
    { "question", "{question}" },
    { "question_text", "{question}" },
    { "answer", "{answers}" },
    { "label", "{label}" },
    { "res1", "{first}" },
    { "res2", "{second}" },
};

static char *find_file(const char *folder, struct error *err)
{
    static const char *const names[] = {
        "trustllm/prompt/task_prompt.json",
        "trustllm_pkg/trustllm/prompt/task_prompt.json",
        "prompt/task_prompt.json",
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char *path = path_join(folder, names[i]);

        if (file_exists(path))
            return path;
        free(path);
    }
    (void)error_set(err,
                    ERR_IO,
                    "%s: has no %s, so it is no copy of the toolkit (the "
                    "package trustllm 0.3.0, unzipped)",
                    folder,
                    names[0]);
    return NULL;
}

/* `text` with every `mark` replaced; takes `text`. */
static char *replace(char *text, const char *mark, const char *place)
{
    const size_t len = strlen(mark);
    const char *from = text;
    struct text out = { 0 };

    for (const char *at; (at = strstr(from, mark)) != NULL; from = at + len) {
        text_add_len(&out, from, (size_t)(at - from));
        text_add(&out, place);
    }
    text_add(&out, from);
    free(text);
    return text_take(&out);
}

static const char *place_of_field(const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (text_equal(fields[i].mark, field))
            return fields[i].place;
    }
    return NULL;
}

/* Fill the marks of "mapping"; takes `text`, NULL on failure. */
static char *use_mapping(char *text,
                         const struct cJSON *mapping,
                         const char *path,
                         const char *key,
                         struct error *err)
{
    for (const struct cJSON *at = json_first(mapping); at; at = json_next(at)) {
        const char *place = place_of_field(json_text(at));

        if (!place || json_key(at)[0] == '\0') {
            (void)error_set(err,
                            ERR_FORMAT,
                            "%s: key '%s': '%.40s' of 'mapping' stands for "
                            "'%.40s', which nothing here can fill in",
                            path,
                            key,
                            json_key(at),
                            json_text(at) ? json_text(at) : "(no text)");
            free(text);
            return NULL;
        }
        text = replace(text, json_key(at), place);
    }
    return text;
}

static int check_places(const struct wording *wording,
                        const char *text,
                        const char *path,
                        struct error *err)
{
    for (size_t i = 0; i < MAX_PLACES && wording->places[i]; i++) {
        if (!strstr(text, wording->places[i])) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: key '%s': 'prompt' has no place for %s",
                             path,
                             wording->key,
                             wording->places[i]);
        }
    }
    return 0;
}

/* The toolkit's wording with our places; NULL on failure. */
static char *translate(const struct wording *wording,
                       const struct cJSON *root,
                       const char *path,
                       struct error *err)
{
    const struct cJSON *entry = json_member(root, wording->key);
    const char *prompt = entry ? json_member_text(entry, "prompt") : NULL;
    char *text;

    if (!prompt) {
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s: key '%s': %s",
                        path,
                        wording->key,
                        entry ? "has no text 'prompt'" : "is missing");
        return NULL;
    }
    text = mem_text(prompt);
    for (size_t i = 0; i < MAX_PLACES && wording->marks[i].mark; i++) {
        text = replace(text, wording->marks[i].mark, wording->marks[i].place);
    }
    text = use_mapping(text,
                       json_member(entry, "mapping"),
                       path,
                       wording->key,
                       err);
    if (text && wording->is_appended) {
        char *whole = text_format("%s{reply}", text);

        free(text);
        text = whole;
    }
    if (text && check_places(wording, text, path, err) < 0) {
        free(text);
        return NULL;
    }
    return text;
}

static int read_all(const struct cJSON *root,
                    const char *path,
                    struct prompts *out,
                    struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(wordings); i++) {
        char *text = translate(&wordings[i], root, path, err);
        const char *before = prompts_text(out, wordings[i].name);
        int rc = text ? 0 : -1;

        if (text && !before)
            prompts_add(out, wordings[i].name, text);
        if (text && before && !text_equal(text, before)) {
            rc = error_set(err,
                           ERR_FORMAT,
                           "%s: key '%s': its wording differs from that of "
                           "'%s', and both are one here",
                           path,
                           wordings[i].key,
                           wordings[i - 1].key);
        }
        free(text);
        if (rc < 0)
            return -1;
    }
    return 0;
}

int toolkit_read_prompts(const char *folder,
                         struct prompts *out,
                         char **origin,
                         struct error *err)
{
    char *path = find_file(folder, err);
    struct prompts prompts = { 0 };
    struct text bytes = { 0 };
    struct cJSON *root = NULL;
    char sha256[SHA256_TEXT];
    int rc = -1;

    if (path && file_read(path, MAX_BYTES, &bytes, err) == 0)
        root = json_parse(text_data(&bytes), bytes.len, path, err);
    if (root)
        rc = read_all(root, path, &prompts, err);
    if (rc == 0) {
        sha256_bytes(text_data(&bytes), bytes.len, sha256);
        *origin = text_format("the TrustLLM toolkit, "
                              "trustllm/prompt/task_prompt.json, SHA-256 %s",
                              sha256);
        *out = prompts;
    } else {
        prompts_release(&prompts);
    }
    json_free(root);
    text_release(&bytes);
    free(path);
    return rc;
}
