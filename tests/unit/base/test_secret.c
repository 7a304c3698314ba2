/* What is a secret by its name or by what it holds; one rule for job files, site
 * files and the variables of what is started. */
#include "base/secret_name.h"
#include "base/secret_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_names(void **state)
{
    static const char *const secret[] = {
        "OPENAI_API_KEY",
        "HF_TOKEN",
        "HF_TOKENS",
        "GITHUB_PAT",
        "DB_PASS",
        "MYSQL_PWD",
        "S3_CREDS",
        "MY_CRED",
        "OPENAI_API_KEYS",
        "HTTP_AUTH",
        "PGPASS",
        "KEY2",
        "api-key",
        "apiKey",
        "accessToken",
        "pwd",
        "MY_JWT",
        "MAX_API_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "MAX_TOKENS_KEY",
    };
    static const char *const harmless[] = {
        "",
        "_",
        "PATH",
        "PWD",
        "OLDPWD",
        "MAX_TOKENS",
        "MAX_BATCH_PREFILL_TOKENS",
        "EOS_TOKEN",
        "skip_special_tokens",
        "TOKENIZERS_PARALLELISM",
        "KEYBOARD",
        "MONKEY_DIR",
        "PASSENGER_ROOT",
        "COMPASS",
        "AUTHOR",
        "XAUTHORITY",
        "HF_HOME",
        "CUDA_VISIBLE_DEVICES",
        "LD_LIBRARY_PATH",
        "PATTERN",
        "OMP_NUM_THREADS",
    };

    (void)state;
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
        if (!secret_name_is(secret[i], strlen(secret[i])))
            fail_msg("%s is taken to be none", secret[i]);
    }
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (secret_name_is(harmless[i], strlen(harmless[i])))
            fail_msg("%s is taken to be one", harmless[i]);
    }
}

static void test_values(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        bool is;
    } rows[] = {
        { "https_proxy", "http://u:PW@h:3128", true },
        { "HTTPS_PROXY", "HTTP://tok@h", true },
        { "https_proxy", "u:PW@h:3128", true },
        { "DATABASE_URL", "postgres://u:PW@h/d", true },
        { "LIST", "http://a/b,https://u:p@h/c", true },
        { "https_proxy", "http://h:3128", false },
        { "no_proxy", "me@h", false },
        { "REMOTE", "ssh://git@h/x", false },
        { "MAIL", "u@h", false },
        { "HOME_PAGE", "http://h:1/a@b", false },
        { "A_KEY", "", true },
        { "FROM", "https://h/x.gguf?a=1&access_token=s3cr3t", true },
        { "FROM", "https://h/x?X-Amz-Credential=s3cr3t&a=1", true },
        { "FROM", "https://h/x?max_tokens=5&key=&token=$T", false },
        { "FROM", "see https://h/x and api_key=?key=1", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (secret_value_is_variable(rows[i].name,
                                     strlen(rows[i].name),
                                     rows[i].value)
            != rows[i].is)
            fail_msg("%s=%s", rows[i].name, rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
