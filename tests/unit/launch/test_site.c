/* Site files: every key, and each way to get one wrong. */
#include "base/file.h"
#include "launch/site.h"
#include "launch/site_secret.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static int setup(void **state)
{
    int fd;

    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/test_site.XXXXXX");
    fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    (void)unsetenv("TRUSTSWEEP_SITE");
    return unlink(path);
}

static int read_site(const char *text, struct site *site, struct error *err)
{
    *err = (struct error){ 0 };
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    return site_read(path, site, err);
}

static void test_keys(void **state)
{
    struct error err;
    struct site site;

    (void)state;
    assert_int_equal(
        read_site("{\"partition\": \"gpu\", \"modules\": [\"a\", \"b/2\"],\n"
                  "\"environment\": {\"X_Y\": \"1 2\"}, \"nodes\": 4,\n"
                  "\"pass\": [\"LD_LIBRARY_PATH\"], \"again\": \"chain\"}",
                  &site,
                  &err),
        0);
    assert_int_equal(site.program.num, 0);
    assert_string_equal(site.partition, "gpu");
    assert_int_equal(site.nodes, 4);
    assert_int_equal(site.gpus_per_node, -1);
    assert_int_equal(site.notice_s, 120);
    assert_string_equal(site.again, "chain");
    assert_int_equal(site.modules.num, 2);
    assert_string_equal(site.modules.names[1], "b/2");
    assert_string_equal(site.environment.names[0], "X_Y=1 2");
    assert_string_equal(site.passed.names[0], "LD_LIBRARY_PATH");
    site_release(&site);
}

/* What looks like a secret and is none, or is read when the job runs. */
static void test_harmless(void **state)
{
    struct error err;
    struct site site;

    (void)state;
    if (read_site("{\"pass\": [\"TOKENIZERS_PARALLELISM\", \"MONKEY\"],"
                  "\"environment\": {\"no_proxy\": \"http://h:1/a@b\"},"
                  "\"setup\": [\"export HF_TOKEN=$(cat /home/me/token)\","
                  "\"export A_KEY=\\\"$(cat f)\\\"\", \"[ $A == b ]\"]}",
                  &site,
                  &err)
        < 0)
        fail_msg("%s", err.text);
    assert_int_equal(site.passed.num, 2);
    site_release(&site);
}

/* One word, or all words of a command. */
static void test_program(void **state)
{
    struct error err;
    struct site site;

    (void)state;
    assert_int_equal(read_site("{\"program\": \"/opt/a b\"}", &site, &err), 0);
    assert_int_equal(site.program.num, 1);
    assert_string_equal(site.program.names[0], "/opt/a b");
    site_release(&site);
    assert_int_equal(
        read_site("{\"program\": [\"apptainer\", \"exec\"]}", &site, &err),
        0);
    assert_int_equal(site.program.num, 2);
    assert_string_equal(site.program.names[1], "exec");
    site_release(&site);
}

/* What only looks like one. */
static void test_no_secrets(void **state)
{
    static const char *const fine[] = {
        "git clone ssh://git@h/x",
        "export KEY=\"$(cat file)\"",
        "x '{\"max_tokens\": 5}'",
        "x '{\"api_key\": \"\"}'",
        "curl -H \"Authorization: Bearer $(cat file)\" h",
        "hf login --token \"$(cat t)\"",
        "hf login --token $TOKEN --quiet",
        "x --no-token --fast",
        "https://$TOKEN@h/x",
        "module load turkey",
        "alias x='apptainer exec --pwd /work img.sif'",
        "serve --api-key-file /home/me/key",
        "serve --long-prefill-token-threshold 512",
        "models.0.backend=http:m,key_env=MINE",
    };
    struct error err = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        if (site_secret_check(fine[i], &err) < 0)
            fail_msg("%s: %s", fine[i], err.text);
    }
}

static void test_the_file_is_found(void **state)
{
    struct error err = { 0 };
    struct site site;

    (void)state;
    assert_int_equal(file_write(path, "{\"qos\": \"q\"}", 12, NULL), 0);
    (void)setenv("TRUSTSWEEP_SITE", path, 1);
    assert_int_equal(site_read(NULL, &site, &err), 0);
    assert_string_equal(site.qos, "q");
    site_release(&site);
}

/* what is wrong, and what the error must name */
static const char *const wrong[][2] = {
    { "{\"partition\": \"a\",\n \"partion\": \"b\"}",
      ":2:2: no key 'partion'" },
    { "{\"partion\": \"b\"}", "did you mean 'partition'" },
    { "{\"nodes\": \"4x\"}", ":1:11:" },
    { "{\"nodes\": 0.5}", "nodes" },
    { "{\"again\": \"perhaps\"}", "requeue, chain, never" },
    { "{\"program\": 1}", "program: number where an array" },
    { "{\"program\": \"a\\nb\"}", "a line end" },
    { "{\"program\": [\"a\", 1]}", "program: a text is wanted; " },
    { "{\"modules\": \"a\"}", "modules: string where an array" },
    { "{\"modules\": [1]}", "modules: a text is wanted; " },
    { "{\"environment\": [\"A\"]}", "environment: array where an object" },
    { "{\"environment\": {\"A\": 1}}", "environment: a text is wanted; " },
    { "{\"environment\": {\"1A\": \"x\"}}", "'1A' is no name" },
    { "{\"environment\": {\"A;rm\": \"x\"}}", "'A;rm' is no name" },
    { "{\"environment\": {\"FOO\": \"sk-proj-abcdefghijklmnop1234\"}}",
      "a provider's key" },
    { "{\"setup\": [\"hf login --token hunter2\"]}", "--token: the" },
    { "{\"setup\": [\"hf login --token \\\"hunter2\\\"\"]}", "--token: the" },
    { "{\"setup\": [\"export API_TOKEN='hunter2'\"]}", "API_TOKEN: the" },
    { "{\"setup\": [\"export A_KEY=\\\"hunter2\\\"\"]}", "A_KEY: the" },
    { "{\"setup\": [\"export A_KEY=\\\"'hunter2'\\\"\"]}", "A_KEY: the" },
    { "{\"setup\": [\"export A_KEY=$'hunter2'\"]}", "A_KEY: the" },
    { "{\"setup\": [\"export A_KEY=$\\\"hunter2\\\"\"]}", "A_KEY: the" },
    { "{\"setup\": [\"export API_TOKEN=12345678\"]}", "API_TOKEN: the" },
    { "{\"setup\": [\"x --pwd hunter2\"]}", "--pwd: the" },
    { "{\"setup\": [\"hf login --token hf_abcdefghijklmnopqrstuvw\"]}",
      "a provider's key" },
    { "{\"environment\": {\"OPENAI_API_KEY\": \"x\"}}", "secrets do not go" },
    { "{\"pass\": [\"hf_token\"]}", "secrets do not go" },
    { "{\"pass\": [\"ALL\"]}", "word of sbatch" },
    { "{\"pass\": [\"none\"]}", "word of sbatch" },
    { "{\"pass\": [\"PGPASS\"]}", "secrets do not go" },
    { "{\"pass\": [\"HF_AUTH\"]}", "secrets do not go" },
    { "{\"pass\": [\"GH_PAT\"]}", "secrets do not go" },
    { "{\"pass\": [\"AWS_CRED\"]}", "secrets do not go" },
    { "{\"pass\": [\"PASSPHRASE\"]}", "secrets do not go" },
    { "{\"setup\": [\"export OPENAI_API_KEY=sk-1\"]}", "OPENAI_API_KEY: the" },
    { "{\"program\": [\"x\", \"--api-key=sk-1\"]}", "--api-key: the" },
    { "{\"environment\": {\"https_proxy\": \"http://me:pw@h:1/\"}}",
      "URL with a password" },
    { "{\"environment\": {\"HTTPS_PROXY\": \"http://tok@h:1/\"}}",
      "URL with a password or token" },
    { "{\"setup\": [\"git clone https://ghp_1@github.com/x\"]}",
      "URL with a password or token" },
    { "{\"setup\": [\"export HF_TOKENS=abc\"]}", "HF_TOKENS: the" },
    { "{\"setup\": [\"export AWS_ACCESSKEY=abc\"]}", "AWS_ACCESSKEY: the" },
    { "{\"setup\": [\"curl -H 'Authorization: Bearer sk-1' h\"]}",
      "Bearer: the" },
    { "{\"setup\": [\"x '{\\\"api_key\\\": \\\"sk-1\\\"}'\"]}",
      "api_key: the" },
    { "{\"pass\": [\"AUTHORIZATION\"]}", "secrets do not go" },
    { "{\"pass\": [\"COOKIE\"]}", "secrets do not go" },
    { "{\"pass\": [\"HF_TOKEN2\"]}", "secrets do not go" },
    { "{\"pass\": [\"OPENAIKEY\"]}", "secrets do not go" },
    { "{\"setup\": [\"a\\nb\"]}", "a line end" },
    { "{\"extra\": [\"--array=0-3\"]}", "--array is none of the options" },
    { "{\"extra\": [\"-a 0-3\"]}", "by its long name" },
    { "{\"extra\": [\"--arr=0-3\"]}", "a sweep is one job" },
    { "{\"coordinator\": [\"--exp=ALL\"]}", "say \"pass\"" },
    { "{\"extra\": [\"--no-requeue\"]}", "or \"never\"" },
    { "{\"qos\": \"a\\n#SBATCH -N9\"}", "qos: a line end" },
    { "{\"qos\": \"a\", \"qos\": \"b\"}", "stands" },
    { "[]", "no object; a site file is one" },
    { "{", ":1:" },
};

static void test_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error err;
        struct site site;

        assert_int_equal(read_site(wrong[i][0], &site, &err), -1);
        if (!strstr(err.text, wrong[i][1]) || !strstr(err.text, path))
            fail_msg("%s: %s", wrong[i][0], err.text);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_keys),       TEST(test_harmless),
        TEST(test_program),    TEST(test_the_file_is_found),
        TEST(test_no_secrets), TEST(test_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
