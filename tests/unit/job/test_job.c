/* Job files: what is read, what is refused and where, and what is printed. */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_edit.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct job *parse(const char *text, const char *set, struct error *err)
{
    return job_parse(text, strlen(text), "/d/j.json", &set, set ? 1 : 0, err);
}

static const char full[] =
    "{ \"dataset\": \"data.zip\", \"only\": \"safety/*\", \"seed\": 7,\n"
    "  \"generation\": { \"max_tokens\": 48, \"temperature\": 0.5 },\n"
    "  \"models\": [ { \"name\": \"a\", \"backend\": \"sim:\",\n"
    "    \"access\": \"open-weight\", \"parameters_b\": 0.135,\n"
    "    \"generation\": { \"max_tokens\": 8 } },\n"
    "    { \"name\": \"b\", \"backend\": \"replay:x\",\n"
    "      \"facts\": { \"licence\": \"MIT\", \"source\": \"card\" } } ] }";

static void test_model_wins_over_job_over_task(void **state)
{
    struct job *job = parse(full, "models.1.generation.top_k=3", NULL);
    struct sampling sampling;

    (void)state;
    assert_non_null(job);
    job_sampling(job, 0, "x/y", 1.0, &sampling);
    assert_int_equal(sampling.max_tokens, 8);
    assert_true(sampling.temperature == 0.5 && sampling.top_p == 1);
    assert_int_equal(sampling.seed, 7);
    job_sampling(job, 1, "x/y", 1.0, &sampling);
    assert_int_equal(sampling.max_tokens, 48);
    assert_int_equal(sampling.top_k, 3);
    job_destroy(job);
    job = parse(full, "generation=null", NULL);
    job_sampling(job, 1, "x/y", 1.0, &sampling);
    assert_int_equal(sampling.max_tokens, 512);
    assert_true(sampling.temperature == 1);
    job_destroy(job);
}

static const char cast[] =
    "{ \"models\": [ { \"name\": \"a\", \"backend\": \"sim:\" } ], \"seed\": 9,\n"
    "  \"generation\": { \"max_tokens\": 48 },\n"
    "  \"roles\": { \"judge\": \"llama:j.gguf\",\n"
    "    \"embedder\": { \"backend\": \"sim:e\", \"name\": \"mini\",\n"
    "      \"generation\": { \"max_tokens\": 4, \"top_p\": 0.5 } } } }";

/* What a job writes of itself is again that job. */
static void assert_reads_back_equal(const char *bytes)
{
    struct job *job = parse(bytes, NULL, NULL);
    struct cJSON *first;
    struct cJSON *second;
    struct text out = { 0 };

    assert_non_null(job);
    first = job_effective(job);
    json_write(first, &out);
    job_destroy(job);
    job = parse(text_data(&out), NULL, NULL);
    assert_non_null(job);
    second = job_effective(job);
    assert_true(hash_equal(json_hash(first), json_hash(second)));
    json_free(first);
    json_free(second);
    job_destroy(job);
    text_release(&out);
}

static const char ragged[] =
    "{ \"models\": [ { \"name\": \"a1\", \"backend\": \"sim:\",\n"
    "    \"only\": \"safety/*\", \"fraction\": 0.5 },\n"
    "    { \"name\": \"b\", \"backend\": \"sim:b\",\n"
    "      \"generation\": { \"max_tokens\": 8 } } ],\n"
    "  \"cells\": [ { \"models\": \"a*\", \"fraction\": 0.2, \"limit\": 7 },\n"
    "    { \"models\": [ \"b\" ], \"tasks\": [ \"x/*\", \"y/z\" ],\n"
    "      \"skip\": true },\n"
    "    { \"tasks\": \"safety/q\", \"fraction\": 1,\n"
    "      \"generation\": { \"max_tokens\": 4, \"top_k\": 3 } } ],\n"
    "  \"weights\": { \"safety\": 2, \"ethics\": 0 } }";

static const char typed[] =
    "{ \"gpu_types\": [ { \"type\": \"big\", \"hosts\": \"a*\" },\n"
    "    { \"type\": \"small\", \"speed\": 0.5, \"group\": \"g\" } ],\n"
    "  \"mix\": \"group\",\n"
    "  \"models\": [ { \"name\": \"a\", \"backend\": \"sim:\", \"on\": \"b*\",\n"
    "    \"rates\": [ { \"gpu_type\": \"big\", \"tokens_per_s\": 7 } ] } ] }";

static void test_cells_win_over_models(void **state)
{
    struct job *job = parse(ragged, NULL, NULL);
    struct sampling sampling;
    struct job_cell cell;

    (void)state;
    assert_non_null(job);
    job_cell(job, 0, "safety/p", &cell);
    assert_true(cell.is_asked && cell.fraction == 0.2 && cell.limit == 7);
    job_cell(job, 0, "safety/q", &cell);
    assert_true(cell.is_asked && cell.fraction == 1 && cell.limit == 7);
    job_cell(job, 0, "x/y", &cell);
    assert_false(cell.is_asked);
    job_cell(job, 1, "x/y", &cell);
    assert_false(cell.is_asked);
    job_cell(job, 1, "y/z", &cell);
    assert_false(cell.is_asked);
    job_cell(job, 1, "y/zz", &cell);
    assert_true(cell.is_asked && cell.fraction == 1 && cell.limit == 0);
    job_sampling(job, 1, "safety/q", 0, &sampling);
    assert_true(sampling.max_tokens == 4 && sampling.top_k == 3);
    job_sampling(job, 1, "safety/p", 0, &sampling);
    assert_true(sampling.max_tokens == 8 && sampling.top_k == 0);
    assert_true(job_weight(job, "safety") == 2);
    assert_true(job_weight(job, "ethics") == 0);
    assert_true(job_weight(job, "privacy") == 1);
    assert_true(job_weight(job, "utility") == 1);
    job_destroy(job);
}

/* They are found later, so no pattern of their names is a slip yet. */
static void test_cells_may_speak_of_checkpoints(void **state)
{
    static const char bytes[] =
        "{ \"checkpoints\": { \"files\": \"c/step-*\" },\n"
        "  \"cells\": [ { \"models\": \"step-*\", \"skip\": true } ] }";
    struct error err = { 0 };
    struct job *job = parse(bytes, NULL, &err);

    (void)state;
    if (!job)
        fail_msg("%s", err.text);
    assert_true(job_cells_hold(&job->cells[0], "step-1", "x/y"));
    assert_false(job_cells_hold(&job->cells[0], "a", "x/y"));
    job_destroy(job);
}

static void test_effective_job_reads_back_equal(void **state)
{
    struct job *job = parse(full, NULL, NULL);
    struct cJSON *effective;
    const struct cJSON *roles;

    (void)state;
    assert_non_null(job);
    assert_string_equal(job->name, "j");
    assert_string_equal(job->dataset, "/d/data.zip");
    assert_string_equal(job->only[0], "safety/*");
    assert_string_equal(job->models[0].access, "open");
    assert_null(job->models[0].facts.licence);
    assert_string_equal(job->models[1].facts.licence, "MIT");
    job_destroy(job);
    assert_reads_back_equal(full);
    assert_reads_back_equal(cast);
    assert_reads_back_equal(ragged);
    assert_reads_back_equal(typed);
    job = parse(cast, NULL, NULL);
    effective = job_effective(job);
    roles = json_member(effective, "roles");
    assert_int_equal(json_count(roles), NUM_ROLES - 1);
    assert_string_equal(
        json_member_text(json_member(roles, "embedder"), "name"),
        "mini");
    assert_true(json_is_null(json_member(roles, "toxicity")));
    json_free(effective);
    job_destroy(job);
}

static void test_roles_are_a_spec_or_an_object(void **state)
{
    struct job *job = parse(cast, "roles.toxicity=null", NULL);
    const struct job_role *roles;

    (void)state;
    assert_non_null(job);
    roles = job->roles;
    assert_string_equal(roles[ROLE_JUDGE].backend, "llama:j.gguf");
    assert_string_equal(roles[ROLE_JUDGE].name, "judge");
    assert_string_equal(roles[ROLE_REFUSAL].backend, "builtin");
    assert_string_equal(roles[ROLE_EMBEDDER].backend, "sim:e");
    assert_string_equal(roles[ROLE_EMBEDDER].name, "mini");
    assert_true(roles[ROLE_JUDGE].is_set && roles[ROLE_REFUSAL].is_set);
    assert_true(roles[ROLE_EMBEDDER].is_set);
    assert_false(roles[ROLE_TOXICITY].is_set || roles[ROLE_ANSWER].is_set);
    assert_null(roles[ROLE_TOXICITY].backend);
    job_destroy(job);
}

/* The job's own generation settings are for models, not for roles. */
static void test_role_wins_over_what_is_asked(void **state)
{
    struct job *job = parse(cast, NULL, NULL);
    struct sampling asked = { .max_tokens = 20, .top_p = 1, .top_k = 6 };

    (void)state;
    assert_non_null(job);
    job_role_sampling(job, ROLE_JUDGE, &asked);
    assert_int_equal(asked.max_tokens, 20);
    assert_true(asked.top_p == 1 && asked.temperature == 0);
    assert_int_equal(asked.seed, 9);
    job_role_sampling(job, ROLE_EMBEDDER, &asked);
    assert_int_equal(asked.max_tokens, 4);
    assert_true(asked.top_p == 0.5 && asked.top_k == 6);
    job_destroy(job);
}

static void test_set_reaches_elements_and_makes_objects(void **state)
{
    static const char text[] =
        "{ \"models\": [ { \"name\": \"a\", \"backend\": \"s\" } ],\n"
        "\"only\": [ \"x\" ], \"generation\": null }";
    static const char *const sets[] = {
        "models.0.name=b",       "models.0.generation.top_k=3",
        "only.0=safety/x",       "only.1=ethics/x",
        "generation.top_k=4",    "models.1={\"name\":\"c\",\"backend\":\"t\"}",
        "models.1.backend=sim:",
    };
    struct error err = { 0 };
    struct job *job = job_parse(text,
                                sizeof text - 1,
                                "/d/j.json",
                                sets,
                                ARRAY_LEN(sets),
                                &err);

    (void)state;
    assert_string_equal(err.text, "");
    assert_non_null(job);
    assert_int_equal(job->num_models, 2);
    assert_string_equal(job->models[0].name, "b");
    assert_int_equal(job->models[0].generation.top_k, 3);
    assert_int_equal(job->generation.top_k, 4);
    assert_string_equal(job->models[1].backend, "sim:");
    assert_int_equal(job->num_only, 2);
    assert_string_equal(job->only[0], "safety/x");
    assert_string_equal(job->only[1], "ethics/x");
    job_destroy(job);
}

static const struct {
    const char *text, *set, *place, *wanted;
} refused[] = {
    { "{\n \"modles\": [] }", NULL, "/d/j.json:2:2", "mean 'models'?" },
    { "{ \"a/b~\": 1 }", NULL, "/d/j.json:1:3", "no key 'a/b~'" },
    { "{ \"limit\": \"x\" }", NULL, "/d/j.json:1:12", "string" },
    { "{ \"models\": [] }", NULL, "/d/j.json:1:13", "1 to 4096" },
    { "{ \"name\": \"..\",\n \"models\": [ { \"name\": \"a\", "
      "\"backend\": \"s\" } ] }",
      NULL,
      "/d/j.json:1:",
      "'..' cannot name a folder" },
    { "{ \"models\": [ { \"name\": \"a\" } ] }",
      NULL,
      "/d/j.json:1:15",
      "'backend' is missing" },
    { full,
      "models.1.name=a",
      "--set models.1.name=a: ",
      "'a' stands at /d/j.json:3:25 already" },
    { "{ \"models\": [ { \"name\": \"a\", \"backend\": \"s\" },\n"
      "{ \"name\": \"a\", \"backend\": \"t\" } ] }",
      NULL,
      "/d/j.json:2:11: ",
      "'a' stands at /d/j.json:1:25 already" },
    { "{ \"seed\": 1,\n \"limit\": 2,\n \"seed\": 3 }",
      NULL,
      "/d/j.json:3:2: ",
      "'seed' stands at /d/j.json:1:3 already" },
    { full, "only=5", "--set only=5: ", "number where a pattern" },
    { full, "only=[\"x\",{}]", "--set only=", "object where a pattern" },
    { "{ \"models\": [ { \"name\": \"a\", \"backend\": \"s\" } ],\n"
      "\"only\": [ \"x\" ] }",
      "only.1=5",
      "--set only.1=5: ",
      "number where a pattern" },
    { full, "models.0.gpus=x", "--set models.0.gpus=x: ", "whole number" },
    { full, "models.0.gpus=1025", "--set models.0.gpus=1025: ", "1024" },
    { full,
      "models.0.tokens_per_s=0",
      "--set models.0.tokens_per_s=0: ",
      "never ends" },
    { full, "models.0.tokens_per_s=1e-300", "--set models.0", "1e-300 it" },
    { ragged, "cells.0.models=c", "--set cells.0.models=c", "first one" },
    { ragged, "cells.2.fraction=0", "/d/j.json:8:5: ", "\"skip\": true" },
    { ragged, "cells.1.tasks.1=3", "--set cells.1.tasks.1=3", "pattern" },
    { typed, "models.0.on=x", "--set models.0.on=x", "such as big" },
    { typed, "gpu_types.1.type=big", "--set gpu_types.1", "already" },
    { typed, "gpu_types.1.speed=0", "--set gpu_types.1", "nothing ends" },
    { typed,
      "models.0.rates.0.tokens_per_s=0",
      "--set models.0.rates",
      "never ends" },
    { typed,
      "models.0.rates.0.gpu_type=x",
      "--set models.0.rates",
      "'x' is none of" },
    { ragged, "cells=5", "--set cells=5: ", "an array of at most" },
    { ragged, "weights.saftey=1", "--set weights.s", "mean 'safety'?" },
    { ragged, "weights.ethics=-1", "--set weights.ethics", "1000" },
    { full, "models.0={}", "--set models.0={}: ", "'name' is missing" },
    { full, "models.2.name=c", "--set models.2.name=c: ", "'backend' is" },
    { full, "seed.x=1", "--set seed.x=1: ", "no such place" },
    { "{ \"models\": [ { \"name\": \"a\", \"backend\": \"s\" } ],\n"
      "\"roles\": { \"juge\": \"x\" } }",
      NULL,
      "/d/j.json:2:12",
      "mean 'judge'?" },
    { "{ \"models\": [ { \"name\": \"a\", \"backend\": \"s\" } ],\n"
      "\"roles\": { \"judge\": { \"name\": \"x\" } } }",
      NULL,
      "/d/j.json:2:21",
      "'backend' is missing" },
    { cast,
      "roles.embedder.tokens_per_s=1e-300",
      "--set roles.embedder.tokens_per_s=1e-300: ",
      "never ends" },
    { cast, "roles.judge=[]", "--set roles.judge=[]", "object is wanted" },
    { cast,
      "roles.toxicity.name=x",
      "--set roles.toxicity.name=x: ",
      "'backend' is missing" },
    { cast, "roles.judge=sim:${MY_KEY}", "", "secrets do not belong" },
    { "{\n\"models\": [{\"name\": \"a\\u001b[31mb\","
      "\"backend\": \"sim:\"}]}",
      NULL,
      "/d/j.json:2:21",
      "\"name\" has a control character" },
    { "{\n\"models\": [{\"name\": \"a\\u009bb\","
      "\"backend\": \"sim:\"}]}",
      NULL,
      "/d/j.json:2:21",
      "a terminal would obey" },
    { "{\n\"models\": [{\"name\": \"x\xe2\x80\xaegnp\","
      "\"backend\": \"sim:\"}]}",
      NULL,
      "/d/j.json:2:21",
      "the direction of writing" },
    { cast, "name=a\x1b[2J", "--set name=a [2J", "\"name\" has a control" },
    { full, "limitt=3", "--set limitt=3: ", "mean 'limit'?" },
    { full, "dataset=${NO_SUCH}", "--set dataset=", "no such env" },
    { full, "output=${MY_TOKEN}", "--set output=", "secrets do not belong" },
    { full, "models.7.name=a", "--set models.7", "no such place" },
    { "[]", NULL, "/d/j.json:1:1", "object is wanted" },
    { "{\n\"models\": [{\"name\": \"a\", \"backend\": \"sim:\",\n"
      "\"source\": \"https://u:PW@x.org/m.gguf\"}]}",
      NULL,
      "/d/j.json:3:11: \"/models/0/source\"",
      "has a login or a key" },
    { "{\n\"models\": [{\"name\": \"sk-proj-abcdefghijklmnop1234\",\n"
      "\"backend\": \"sim:\"}]}",
      NULL,
      "/d/j.json:2:21: \"/models/0/name\"",
      "has a login or a key" },
    { full,
      "models.0.source=https://PW@x.org/m",
      "--set models.0.source: ",
      "has a login or a key" },
    { full,
      "models.0.source=https://x.org/m?access_token=PW@",
      "--set models.0.source: ",
      "has a login or a key" },
    { full,
      "models.0.source=https://x.org/AIza01234567890123456789012345678901234",
      "--set models.0.source: ",
      "has a login or a key" },
};

static void test_what_is_refused_and_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct error err = { 0 };

        assert_null(parse(refused[i].text, refused[i].set, &err));
        assert_int_equal(err.code, ERR_USAGE);
        if (!text_starts(err.text, refused[i].place)
            || !strstr(err.text, refused[i].wanted) || strstr(err.text, "PW@"))
            fail_msg("row %zu: %s", i, err.text);
    }
}

static void expect_models(const char *wanted)
{
    char *text = job_edit_expand("llama:${TRUSTSWEEP_MODELS}/a.gguf", NULL);

    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

/* As scripts/model.sh: the variable, the cache, the user's cache. */
static void test_models_have_a_folder_without_a_variable(void **state)
{
    (void)state;
    (void)setenv("HOME", "/h", 1);
    (void)setenv("XDG_CACHE_HOME", "", 1);
    (void)unsetenv("TRUSTSWEEP_CACHE");
    (void)unsetenv("TRUSTSWEEP_MODELS");
    expect_models("llama:/h/.cache/trustsweep/models/a.gguf");
    (void)setenv("XDG_CACHE_HOME", "/x", 1);
    expect_models("llama:/x/trustsweep/models/a.gguf");
    (void)setenv("TRUSTSWEEP_CACHE", "/c", 1);
    expect_models("llama:/c/models/a.gguf");
    (void)setenv("TRUSTSWEEP_MODELS", "/m", 1);
    expect_models("llama:/m/a.gguf");
}

static void test_only_names_of_secrets_are_refused(void **state)
{
    static const char *const secret[] = { "A_KEY",   "HF_TOKEN2", "PGPASS",
                                          "MyToken", "B_SECRETS", "GH_PAT",
                                          "DB_PASS", "MY_CRED" };
    static const char *const harmless[] = { "MONKEY_DIR", "TOKENIZERS" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(secret); i++) {
        char *text = text_format("${%s}", secret[i]);

        (void)setenv(secret[i], "x", 1);
        if (job_edit_expand(text, NULL))
            fail_msg("%s is read", text);
        free(text);
    }
    (void)setenv("A_DATABASE", "postgres://u:PW@h/d", 1);
    assert_null(job_edit_expand("${A_DATABASE}", NULL));
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
        char *text = text_format("${%s}/a", harmless[i]);
        char *expanded;

        (void)setenv(harmless[i], "/d", 1);
        expanded = job_edit_expand(text, NULL);
        if (!text_equal(expanded, "/d/a"))
            fail_msg("%s is not read", text);
        free(expanded);
        free(text);
    }
}

static void test_document_in_the_tree_is_the_generated_one(void **state)
{
    struct text made = { 0 };
    struct text kept = { 0 };

    (void)state;
    job_write_markdown(&made);
    if (getenv("TRUSTSWEEP_WRITE_DOCS"))
        assert_int_equal(file_write("docs/JOB.md", made.data, made.len, NULL),
                         0);
    assert_int_equal(file_read("docs/JOB.md", 1 << 20, &kept, NULL), 0);
    assert_string_equal(text_data(&kept), text_data(&made));
    text_release(&made);
    text_release(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_effective_job_reads_back_equal),
        cmocka_unit_test(test_model_wins_over_job_over_task),
        cmocka_unit_test(test_cells_win_over_models),
        cmocka_unit_test(test_cells_may_speak_of_checkpoints),
        cmocka_unit_test(test_roles_are_a_spec_or_an_object),
        cmocka_unit_test(test_role_wins_over_what_is_asked),
        cmocka_unit_test(test_set_reaches_elements_and_makes_objects),
        cmocka_unit_test(test_what_is_refused_and_where),
        cmocka_unit_test(test_models_have_a_folder_without_a_variable),
        cmocka_unit_test(test_only_names_of_secrets_are_refused),
        cmocka_unit_test(test_document_in_the_tree_is_the_generated_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
