/* The wordings of a toolkit made up here, in the shape of the real one. */
#include "base/hash.h"
#include "dataset/dataset.h"
#include "dataset/import.h"
#include "dataset/prompts_file.h"
#include "dataset/toolkit.h"
#include "files.h"

#define FILE_NAME "kit/trustllm/prompt/task_prompt.json"

/* Texts are left open at the end, for what a test adds. */
#define FACTS                                                           \
    "\"advfact\":{\"prompt\":\"Said [[a]], asked [[b]], got [[c]]; "    \
    "[[c]]?\",\"mapping\":{\"[[a]]\":\"modified knowledge\",\"[[b]]\":" \
    "\"prompt\",\"[[c]]\":\"res\"}}"
#define ETHICS "\"ETHICS\":{\"prompt\":\"Sort this:\"}"
#define ANSWER(key, field)                                          \
    "\"" key "\":{\"prompt\":\"Q [q] of [w] is [x]\",\"mapping\":{" \
    "\"[q]\":\"" field "\",\"[w]\":\"answer\",\"[x]\":\"res\"}}"
#define ANSWERS                 \
    ANSWER("squad", "question") \
    "," ANSWER("adv", "question_text") "," ANSWER("hotpot", "question")
#define DIAGNOSIS \
    "\"ood_generalization\":{\"prompt\":\"Is [res] the same as [label]?\"}"
#define STEREOTYPES                                      \
    "\"stereotype_agreement\":{\"prompt\":\"Agree? \"}," \
    "\"stereotype_recognition\":{\"prompt\":\"Which? \"}"
#define PAIR                                                       \
    "\"sycophancy_preference\":{\"prompt\":\"1: [[f]] 2: [[s]]\"," \
    "\"mapping\":{\"[[f]]\":\"res1\",\"[[s]]\":\"res2\"}}"
#define WHOLE                                                               \
    "{" FACTS "," ETHICS "," ANSWERS "," DIAGNOSIS "," STEREOTYPES "," PAIR \
    ",\"other\":7}"

static struct prompts read_kit(const struct files *self, const char *content)
{
    struct prompts prompts = { 0 };
    struct error err = { 0 };
    char *folder = files_path(self, "kit");
    char *origin = NULL;

    files_put(self, FILE_NAME, content);
    assert_int_equal(toolkit_read_prompts(folder, &prompts, &origin, &err), 0);
    assert_non_null(strstr(origin, "task_prompt.json, SHA-256 "));
    free(origin);
    free(folder);
    return prompts;
}

static void marks_become_places(void **state)
{
    static const char *const expected[][2] = {
        { "adv_factuality",
          "Said {modified}, asked {prompt}, got {reply}; {reply}?" },
        { "ethics", "Sort this:{reply}" },
        { "internal_answer", "Q {question} of {answers} is {reply}" },
        { "ood_generalization", "Is {reply} the same as {label}?" },
        { "stereotype_agreement", "Agree? {reply}" },
        { "stereotype_recognition", "Which? {reply}" },
        { "sycophancy_preference", "1: {first} 2: {second}" },
    };
    struct prompts prompts = read_kit(*state, WHOLE);

    assert_int_equal(prompts.num, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < prompts.num; i++) {
        assert_string_equal(prompts_text(&prompts, expected[i][0]),
                            expected[i][1]);
    }
    prompts_release(&prompts);
}

/* A clone has the package in a folder of its own. */
static void a_clone_is_read_too(void **state)
{
    const struct files *self = *state;
    struct prompts prompts = { 0 };
    char *folder = files_path(self, "clone");
    char *origin = NULL;

    files_put(self,
              "clone/trustllm_pkg/trustllm/prompt/task_prompt.json",
              WHOLE);
    assert_int_equal(toolkit_read_prompts(folder, &prompts, &origin, NULL), 0);
    assert_int_equal(prompts.num, 7);
    prompts_release(&prompts);
    free(origin);
    free(folder);
}

static void refuse(const struct files *self,
                   const char *content,
                   enum error_code code,
                   const char *first,
                   const char *second)
{
    struct prompts prompts = { 0 };
    struct error err = { 0 };
    char *folder = files_path(self, "kit");
    char *origin = NULL;

    if (content)
        files_put(self, FILE_NAME, content);
    assert_int_equal(toolkit_read_prompts(folder, &prompts, &origin, &err), -1);
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, "task_prompt.json"));
    if (!strstr(err.text, first) || !strstr(err.text, second))
        fail_msg("%s", err.text);
    assert_null(origin);
    assert_int_equal(prompts.num, 0);
    free(folder);
}

static void errors_name_file_and_key(void **state)
{
    refuse(*state, NULL, ERR_IO, "kit", "no copy of the toolkit");
    refuse(*state, "{", ERR_FORMAT, "task_prompt.json:1", "");
    refuse(*state, "{" FACTS "}", ERR_FORMAT, "'ETHICS'", "is missing");
    refuse(*state,
           "{" FACTS ",\"ETHICS\":{\"prompt\":[]}}",
           ERR_FORMAT,
           "'ETHICS'",
           "no text 'prompt'");
    refuse(*state,
           "{\"advfact\":{\"prompt\":\"x [y]\",\"mapping\":{\"[y]\":\"z\"}}}",
           ERR_FORMAT,
           "'[y]' of 'mapping'",
           "'z'");
    refuse(*state,
           "{\"advfact\":{\"prompt\":\"x [y]\",\"mapping\":{\"[y]\":\"res\"}}}",
           ERR_FORMAT,
           "'advfact'",
           "no place for {prompt}");
    refuse(
        *state,
        "{" FACTS "," ETHICS "," ANSWER(
            "squad",
            "question") ",\"adv\":{"
                        "\"prompt\":\"[q] [w] [x]\",\"mapping\":{\"[q]\":\"question\","
                        "\"[w]\":\"answer\",\"[x]\":\"res\"}}}",
        ERR_FORMAT,
        "'adv'",
        "'squad'");
}

/* A data set whose manifest knows two wordings. */
static struct manifest *make_manifest(const struct files *self)
{
    struct manifest *manifest =
        files_manifest(self, "mini", NO_SHA256, NO_SHA256);

    prompts_add(&manifest->prompts, "ethics", "ours {reply}");
    prompts_add(&manifest->prompts, "refusal", "ours too {reply}");
    files_put(self, "set/beta/two.json", "[{\"prompt\":\"p\"}]");
    return manifest;
}

static struct dataset *open_set(const struct files *self,
                                const struct manifest *manifest,
                                struct error *err)
{
    char *folder = files_path(self, "set");
    const struct dataset_params params = { .location = folder };
    struct dataset *dataset = dataset_open(manifest, &params, err);

    free(folder);
    return dataset;
}

static void a_data_set_uses_its_wordings(void **state)
{
    const struct files *self = *state;
    struct manifest *manifest = make_manifest(self);
    struct dataset *dataset = open_set(self, manifest, NULL);
    struct prompts theirs = { 0 };
    struct text text = { 0 };

    assert_string_equal(prompts_text(&dataset->prompts, "ethics"),
                        "ours {reply}");
    assert_null(dataset->prompts_origin);
    dataset_destroy(dataset);
    prompts_add(&theirs, "ethics", "theirs \"{reply}\"");
    prompts_file_print(&theirs, "somebody", &text);
    files_put(self, "set/prompts.json", text_data(&text));
    dataset = open_set(self, manifest, NULL);
    assert_non_null(dataset);
    assert_string_equal(prompts_text(&dataset->prompts, "ethics"),
                        "theirs \"{reply}\"");
    assert_string_equal(prompts_text(&dataset->prompts, "refusal"),
                        "ours too {reply}");
    assert_string_equal(dataset->prompts_origin, "somebody");
    dataset_destroy(dataset);
    prompts_release(&theirs);
    text_release(&text);
    manifest_destroy(manifest);
}

static void a_wrong_prompts_file_is_refused(void **state)
{
    static const char *const wrong[][2] = {
        { "[]", "'origin'" },
        { "{\"origin\":\"o\"}", "'prompts'" },
        { "{\"origin\":\"o\",\"prompts\":{},\"x\":1}", "nothing else" },
        { "{\"origin\":\"o\",\"prompts\":{\"ethics\":1}}", "'ethics' is no" },
        { "{\"origin\":\"o\",\"prompts\":{\"ethix\":\"t\"}}", "'ethix' is no" },
    };
    const struct files *self = *state;
    struct manifest *manifest = make_manifest(self);

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = { 0 };

        files_put(self, "set/prompts.json", wrong[i][0]);
        assert_null(open_set(self, manifest, &err));
        assert_int_equal(err.code, ERR_FORMAT);
        assert_non_null(strstr(err.text, "prompts.json"));
        if (!strstr(err.text, wrong[i][1]))
            fail_msg("%s", err.text);
    }
    manifest_destroy(manifest);
}

/* A release of two files, imported with the toolkit at "kit", or (NULL) none. */
static int import_set(const struct files *self,
                      const char *toolkit,
                      struct text *report,
                      struct error *err)
{
    static const char *const pairs[] = { "alpha/one.json",
                                         "1",
                                         "beta/two.json",
                                         "2",
                                         NULL };
    char sums[2][SHA256_TEXT];
    char *zip = files_path(self, "r.zip");
    char *folder = files_path(self, "set");
    char *kit = toolkit ? files_path(self, toolkit) : NULL;
    int rc;

    sha256_bytes("1", 1, sums[0]);
    sha256_bytes("2", 1, sums[1]);
    manifest_destroy(files_manifest(self, "trustllm", sums[0], sums[1]));
    files_zip(self, "r.zip", pairs);
    rc = import_release(zip, folder, kit, report, err);
    free(zip);
    free(folder);
    free(kit);
    return rc;
}

static void import_writes_them_once(void **state)
{
    const struct files *self = *state;
    char *path = files_path(self, "set/prompts.json");
    struct text report = { 0 };
    struct text bytes = { 0 };
    struct error err = { 0 };

    assert_int_equal(import_set(self, "kit", &report, &err), -1);
    assert_non_null(strstr(err.text, "no copy of the toolkit"));
    assert_false(file_exists(path)); /* nor anything else */
    files_put(self, FILE_NAME, WHOLE);
    assert_int_equal(import_set(self, "kit", &report, &err), 0);
    assert_non_null(strstr(text_data(&report), "prompts.json: "));
    assert_non_null(strstr(text_data(&report), "written"));
    assert_int_equal(file_read(path, 10000, &bytes, NULL), 0);
    assert_non_null(strstr(text_data(&bytes), "Sort this:{reply}"));
    text_clear(&report);
    assert_int_equal(import_set(self, "kit", &report, &err), 0);
    assert_non_null(strstr(text_data(&report), "was there"));
    /* nobody names it, and it is in force */
    text_clear(&report);
    assert_int_equal(import_set(self, NULL, &report, &err), 0);
    assert_non_null(
        strstr(text_data(&report), "wordings (the TrustLLM toolkit"));
    files_put(self, "set/prompts.json", "{}");
    assert_int_equal(import_set(self, "kit", &report, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "prompts.json is there already"));
    text_release(&report);
    text_release(&bytes);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(marks_become_places,
                                        files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(a_clone_is_read_too,
                                        files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(errors_name_file_and_key,
                                        files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(a_data_set_uses_its_wordings,
                                        files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(import_writes_them_once,
                                        files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_prompts_file_is_refused,
                                        files_set_up,
                                        files_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
