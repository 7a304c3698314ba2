/* The answers that the authors recorded, scored by the program, beside the
 * board they published.
 *
 * $TRUSTSWEEP_DATA holds recorded/MODEL/DIMENSION/FILE.json.gz and the official
 * zip; without it the test is skipped.  published.txt says of every cell of the
 * board whether it is equal, missing, or (with our value) different or not
 * comparable.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

static const char expected_path[] = "tests/golden/analysis/published.txt";

/* Takes the command. */
static void run(char *command)
{
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(command);
}

/* `answers`: a folder of recorded answers, for the shell. */
static struct cJSON *compare(const char *folder, const char *answers)
{
    struct error err = { 0 };
    char *file = path_join(folder, "board.h5");
    char *out = path_join(folder, "board.json");
    struct cJSON *json;

    run(text_format("\"$TRUSTSWEEP\" score \"%s\" "
                    "--dataset \"$TRUSTSWEEP_DATA/trustllm-dataset.zip\" "
                    "-o \"%s\" > /dev/null",
                    answers,
                    file));
    run(text_format("\"$TRUSTSWEEP\" analyze \"%s\" --published --json "
                    "> \"%s\"",
                    file,
                    out));
    json = json_read(out, MAX_BYTES, &err);
    if (!json)
        fail_msg("%s", err.text);
    (void)unlink(file);
    (void)unlink(out);
    free(file);
    free(out);
    return json;
}

/* "MODEL COLUMN equal", "... missing", "... different 0.6948", "... not
 * comparable 0.4207". */
static void describe(const struct cJSON *row, struct text *out)
{
    const char *verdict = json_member_text(row, "verdict");

    text_addf(out,
              "%s %s %s",
              json_member_text(row, "model"),
              json_member_text(row, "column"),
              verdict);
    if (!text_equal(verdict, "equal") && !text_equal(verdict, "missing"))
        text_addf(out, " %.4f", json_member_number(row, "ours"));
    text_add(out, "\n");
}

static void is_as_expected(void **state)
{
    char folder[] = "/tmp/trustsweep-golden-XXXXXX";
    struct text expected = { 0 };
    struct text found = { 0 };
    struct cJSON *json;
    size_t num_reasons = 0;

    (void)state;
    assert_non_null(mkdtemp(folder));
    json = compare(folder, "$TRUSTSWEEP_DATA/recorded");
    (void)rmdir(folder);
    for (const struct cJSON *row = json_first(json_member(json, "comparisons"));
         row;
         row = json_next(row)) {
        describe(row, &found);
        if (!text_equal(json_member_text(row, "verdict"), "equal"))
            num_reasons += json_member_text(row, "reason") != NULL;
    }
    assert_int_equal(file_read(expected_path, MAX_BYTES, &expected, NULL), 0);
    if (strcmp(text_data(&found), text_data(&expected)) != 0) {
        fail_msg("not as in %s; found:\n%s", expected_path, text_data(&found));
    }
    /* nothing is left out in silence */
    assert_true(json_count(json_member(json, "not_on_the_board")) == 0);
    assert_true(
        num_reasons
        == json_count(json_member(json, "comparisons"))
               - (size_t)json_member_number(json_member(json, "summary"),
                                            "equal"));
    text_release(&expected);
    text_release(&found);
    json_free(json);
}

/* Every fifth answer says the same: the reason for the small difference of the
 * column does not cover that up. */
static void wrong_answers_are_unexplained(void **state)
{
    static const char spoil[] =
        "mkdir -p \"%s/mistral-7b/truthfulness\" && gzip -dc "
        "\"$TRUSTSWEEP_DATA/recorded/mistral-7b/truthfulness/"
        "external.json.gz\" | awk 'BEGIN { RS = \"\\\"res\\\": *\\\"\" } "
        "NR > 1 { printf \"\\\"res\\\": \\\"\" } "
        "NR > 1 && NR %% 5 == 0 { printf \"Answer: Refutes. \" } "
        "{ printf \"%%s\", $0 }' > "
        "\"%s/mistral-7b/truthfulness/external.json\"";
    char folder[] = "/tmp/trustsweep-golden-XXXXXX";
    const struct cJSON *row;
    struct cJSON *json;

    (void)state;
    assert_non_null(mkdtemp(folder));
    run(text_format(spoil, folder, folder));
    json = compare(folder, folder);
    run(text_format("rm -r \"%s\"", folder));
    row = json_first(json_member(json, "comparisons"));
    while (row && !text_equal(json_member_text(row, "column"), "external"))
        row = json_next(row);
    assert_non_null(row);
    assert_string_equal(json_member_text(row, "verdict"), "different");
    assert_null(json_member(row, "reason"));
    assert_true(json_member_number(json_member(json, "summary"),
                                   "different_without_reason")
                == 1);
    json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_as_expected),
        cmocka_unit_test(wrong_answers_are_unexplained),
    };
    const char *program = getenv("TRUSTSWEEP");

    if (!getenv("TRUSTSWEEP_DATA") || !program || !program[0]) {
        printf("skipped: TRUSTSWEEP_DATA is not set, or no program built\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
